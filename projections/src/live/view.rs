use std::{ops::RangeInclusive, sync::Arc};

use bytes::Bytes;
use domain::{calendar::Day, ids::ResourceId};
use eventlog::Position;
use tokio::sync::watch;

use super::{LiveError, board::Board, partition::PartitionFeed};

/// One viewer's days of one resource.
#[derive(Debug)]
pub(super) struct View {
    feed: Arc<PartitionFeed>,
    /// Which of its viewer's partitions it is of.
    pub(super) partition: usize,
    resource: ResourceId,
    days: RangeInclusive<Day>,
    pub(super) board: watch::Receiver<Board>,
    /// That of the board whose frames were sent last.
    generation: u64,
    /// Up to which every day of it has been sent; none when none has.
    sent: Option<Position>,
}

impl View {
    /// Lets a viewer in who has been sent all up to `sent`.
    ///
    /// # Errors
    ///
    /// As [`PartitionFeed::join`].
    pub(super) async fn open(
        partition: usize,
        feed: Arc<PartitionFeed>,
        (resource, days): (ResourceId, RangeInclusive<Day>),
        sent: Option<Position>,
    ) -> Result<Self, LiveError> {
        let board = feed.join(&resource, &days).await?;
        let generation = board.borrow().generation;
        Ok(Self {
            feed,
            partition,
            resource,
            days,
            board,
            generation,
            sent,
        })
    }

    /// Whether the history that the viewer saw has been undone since it was asked
    /// the last time.
    pub(super) fn turned(&mut self) -> bool {
        let generation = self.board.borrow().generation;
        std::mem::replace(&mut self.generation, generation) != generation
    }

    /// Which history the viewer sees.
    pub(super) const fn generation(&self) -> u64 {
        self.generation
    }

    /// All of it is to be sent again.
    pub(super) const fn forget(&mut self) {
        self.sent = None;
    }

    /// Adds the frames that the viewer lacks; that of the resource for those alone who
    /// are told of it.
    pub(super) fn news(&mut self, of_resource: bool, frames: &mut Vec<Bytes>) {
        let board = self.board.borrow();
        let end = board.position.position;
        if self.sent.is_some_and(|sent| sent >= end) {
            return;
        }
        frames.extend(board.news(self.sent, of_resource));
        self.sent = Some(end);
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.feed.state().leave(&self.resource, &self.days);
    }
}

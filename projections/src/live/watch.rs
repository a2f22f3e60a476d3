use std::{ops::RangeInclusive, sync::Arc};

use bytes::Bytes;
use domain::{calendar::Day, ids::ResourceId};
use eventlog::{GlobalPosition, Position};
use tokio::sync::watch;

use super::{board::Board, partition::PartitionFeed};

/// One viewer's days.
#[derive(Debug)]
pub struct Watch {
    feed: Arc<PartitionFeed>,
    resource: ResourceId,
    days: RangeInclusive<Day>,
    board: watch::Receiver<Board>,
    /// That of the board whose frames were sent last.
    generation: u64,
    /// Up to which every watched day has been sent; none when none has.
    sent: Option<Position>,
    /// Whether the viewer must be told that what it knows is void.
    lost: bool,
    /// Whether a round is to come without waiting, even an empty one.
    due: bool,
}

/// What a viewer is sent next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Round {
    /// The viewer's id could not be placed, or the history it knew is gone: say
    /// so; all days follow in the next round.
    Reset,
    /// Whole states of the days that changed, as SSE frames ready to send (with
    /// no id), and the position up to which every watched day has been sent.
    Days {
        /// Shared by all viewers of the day.
        frames: Vec<Bytes>,
        /// To be sent as an id alone, after the frames.
        id: GlobalPosition,
    },
}

impl Watch {
    pub(super) fn new(
        feed: Arc<PartitionFeed>,
        resource: ResourceId,
        days: RangeInclusive<Day>,
        board: watch::Receiver<Board>,
        sent: Option<Position>,
        lost: bool,
    ) -> Self {
        let generation = board.borrow().generation;
        Self {
            feed,
            resource,
            days,
            board,
            generation,
            sent,
            lost,
            due: true,
        }
    }

    /// The next round; waits until a watched day changes. The first comes at
    /// once (it may hold no frames). A slow caller finds the newest states, not
    /// the ones between. Cancel-safe. `None` when the feed has stopped.
    pub async fn next(&mut self) -> Option<Round> {
        loop {
            if !self.due {
                self.board.changed().await.ok()?;
            }
            if let Some(round) = self.round() {
                return Some(round);
            }
        }
    }

    /// What the board has for this viewer, if anything.
    fn round(&mut self) -> Option<Round> {
        let board = self.board.borrow_and_update();
        if board.generation != self.generation {
            self.generation = board.generation;
            self.lost = true;
        }
        if std::mem::take(&mut self.lost) {
            self.sent = None;
            self.due = true;
            return Some(Round::Reset);
        }
        let frames = board.news(self.sent);
        if frames.is_empty() && !self.due {
            return None;
        }
        // A viewer that comes from another node may know more of its days than
        // has happened to them here since they were watched.
        let mut id = board.position;
        id.position = self.sent.map_or(id.position, |sent| sent.max(id.position));
        self.sent = Some(id.position);
        self.due = false;
        Some(Round::Days { frames, id })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.feed.state().leave(&self.resource, &self.days);
    }
}

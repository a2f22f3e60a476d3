use std::{ops::RangeInclusive, sync::Arc};

use domain::{calendar::Day, ids::ResourceId};
use tokio::sync::watch;

use super::{LiveError, board::Board, partition::PartitionFeed};

/// That a viewer watches days of a resource: it counts as one until this is dropped.
#[derive(Debug)]
pub(super) struct View {
    feed: Arc<PartitionFeed>,
    resource: ResourceId,
    days: RangeInclusive<Day>,
}

impl View {
    /// Lets a viewer in, and gives it the board of the days.
    ///
    /// # Errors
    ///
    /// As [`PartitionFeed::join`].
    pub(super) async fn open(
        feed: Arc<PartitionFeed>,
        resource: ResourceId,
        days: RangeInclusive<Day>,
    ) -> Result<(Self, watch::Receiver<Board>), LiveError> {
        let board = feed.join(&resource, &days).await?;
        let view = Self {
            feed,
            resource,
            days,
        };
        Ok((view, board))
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.feed.state().leave(&self.resource, &self.days);
    }
}

//! Following a partition, live.

mod follower;

pub use follower::Follower;

use std::sync::Arc;

use crate::RecordedEvent;

/// What a follower gets.
#[derive(Debug, Clone)]
pub enum FeedItem {
    /// Events, contiguous with all that came before.
    Events(Arc<[RecordedEvent]>),
    /// The history that was followed is not the log's any more: drop everything
    /// that was folded from it and start again with [`crate::Log::follow`].
    Reset,
}

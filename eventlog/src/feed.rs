use std::sync::Arc;

use crate::{LogError, Position, RecordedEvent};

/// What a follower gets.
#[derive(Debug, Clone)]
pub enum FeedItem {
    /// Events, contiguous with all that came before.
    Events(Arc<[RecordedEvent]>),
    /// The history that was followed is not the log's any more: drop everything
    /// that was folded from it and start again with [`crate::Log::follow`].
    Reset,
}

/// Reads a partition from a position on, live: from this process's own appends
/// when they are contiguous, from the log otherwise.
#[derive(Debug)]
pub struct Follower {}

impl Follower {
    /// The next events; waits until there are some. Cancel-safe.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`] and [`LogError::Decode`]; asking again tries again.
    pub async fn next(&mut self) -> Result<FeedItem, LogError> {
        todo!()
    }

    /// The position up to which this follower has delivered.
    pub fn position(&self) -> Position {
        todo!()
    }
}

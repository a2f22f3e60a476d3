use std::sync::Arc;

use eventlog::{LogError, Position};

/// Why a live read failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LiveError {
    /// This node has not applied the position in the time allowed.
    #[error("position {wanted} is not applied yet, {applied} is")]
    Behind {
        /// What was asked for.
        wanted: Position,
        /// How far this node is.
        applied: Position,
    },
    /// The log does not go so far: nobody has written the position.
    #[error("position {wanted} is beyond the log's end, which is at {head}")]
    Beyond {
        /// What was asked for.
        wanted: Position,
        /// The log's end.
        head: Position,
    },
    /// The log could not be read. Shared by all who waited for the same read.
    #[error(transparent)]
    Log(#[from] Arc<LogError>),
    /// Too many days or viewers at once.
    #[error("the limit of {limit} {of} is reached")]
    Full {
        /// Of what.
        of: &'static str,
        /// How many there may be.
        limit: usize,
    },
}

impl From<LogError> for LiveError {
    fn from(error: LogError) -> Self {
        Self::Log(Arc::new(error))
    }
}

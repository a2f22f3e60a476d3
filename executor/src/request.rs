use std::{sync::Arc, time::Duration};

use domain::{
    calendar::Timestamp, command::Command, decide::Outcome, precondition::Precondition,
    rejection::Rejection,
};
use eventlog::{Actor, GlobalPosition, LogError, WrappedKey};

/// A command with what the log should know of its coming.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is asked for.
    pub command: Command,
    /// What must be so for it to be carried out; absent: nothing.
    pub expected: Option<Precondition>,
    /// By whom.
    pub actor: Actor,
    /// The HTTP request's id.
    pub request_id: Option<String>,
    /// For a booking: the key of the attendee, stored with the booking.
    pub booking_key: Option<WrappedKey>,
}

/// The true answer to an accepted command.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// What was done.
    pub outcome: Outcome,
    /// A reader that has applied this position sees it.
    pub position: GlobalPosition,
    /// The time it was decided at.
    pub decided_at: Timestamp,
}

/// Why there is no receipt.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// A rule refused it, checked against the partition's head.
    #[error("refused: {rejection}")]
    Rejected {
        /// Which rule, which slots.
        rejection: Rejection,
        /// The head it was checked at.
        position: GlobalPosition,
        /// The time it was checked at.
        decided_at: Timestamp,
    },
    /// The partition's queue is full; nothing was done.
    #[error("the queue is full")]
    Busy {
        /// When trying again makes sense.
        retry_after: Duration,
    },
    /// The log can't be reached or read, or not in time; nothing was done.
    #[error("the log can't be reached")]
    Unavailable(#[source] Arc<LogError>),
    /// Whether it was done is not known: the same request with the same key
    /// finds out.
    #[error("whether it was done is not known")]
    OutcomeUnknown,
    /// The server is stopping; nothing was done.
    #[error("the server is stopping")]
    Stopping,
}

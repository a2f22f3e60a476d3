use crate::{calendar::Timestamp, hours::Exception, ids::ExceptionId};

use super::ResourceSettings;

/// What can be asked of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceCommand {
    /// Register it with these settings, or give it these settings.
    Put {
        /// All of them.
        settings: Box<ResourceSettings>,
        /// The time of the decision.
        now: Timestamp,
    },
    /// Add exceptions to its hours: all of them or none.
    AddExceptions {
        /// Which, in this order; each in place of any of its id, one before it included.
        exceptions: Vec<Exception>,
        /// The time of the decision.
        now: Timestamp,
    },
    /// Take an exception out again.
    RemoveException {
        /// Which.
        exception: ExceptionId,
        /// The time of the decision.
        now: Timestamp,
    },
    /// Take no more holds and bookings.
    Retire {
        /// The time of the decision.
        now: Timestamp,
    },
}

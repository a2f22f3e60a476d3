use crate::calendar::Timestamp;

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
    /// Take no more holds and bookings.
    Retire {
        /// The time of the decision.
        now: Timestamp,
    },
}

use std::num::NonZeroU16;

use crate::MasterKey;

/// How to open a log, and how to make it when the database has none.
#[derive(Debug, Clone)]
pub struct LogSettings {
    /// Partitions of a log that is made now; an existing one keeps its own.
    pub partitions: NonZeroU16,
    /// Checked against the one that the log was made with.
    pub master_key: MasterKey,
}

//! Reads of the tables.

use domain::{
    calendar::Timestamp, hold::Hold, ids::ResourceId, partition::Partition, resource::Resource,
};
use eventlog::{Log, LogError, Position};

/// A registered resource as the view has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceRow {
    /// Its id.
    pub id: ResourceId,
    /// Open or retired, with its settings.
    pub resource: Resource,
    /// When it changed last.
    pub changed_at: Timestamp,
}

/// Up to `limit` resources, open ones only, in the order of their ids, after `after`.
///
/// # Errors
///
/// [`LogError::Database`].
pub async fn list_resources(
    _log: &Log,
    _after: Option<&ResourceId>,
    _limit: u32,
) -> Result<Vec<ResourceRow>, LogError> {
    todo!()
}

/// The live holds of a partition by the presence view, and the checkpoint that
/// they are true at, in one snapshot.
///
/// # Errors
///
/// [`LogError::Database`].
pub async fn live_holds(
    _log: &Log,
    _partition: Partition,
) -> Result<(Vec<Hold>, Position), LogError> {
    todo!()
}

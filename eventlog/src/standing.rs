//! What stands now, as views tell it.

use std::fmt::Debug;

use domain::{
    calendar::Day, hold::Hold, ids::ResourceId, partition::Partition, resource_day::ResourceDay,
};
use futures::future::BoxFuture;
use sqlx::PgConnection;

use crate::{LogError, Position};

/// A day as the views have it at their checkpoint, and how the log goes on from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingDay {
    /// What stands on it after its first `sequence` events.
    pub state: ResourceDay,
    /// How many of its events the views have; 0 when there are none, or when the views
    /// are not to be relied on.
    pub sequence: u64,
    /// How many it has in the log.
    pub last: u64,
}

/// Views of what stands now, each true at a position that it names.
///
/// The write side begins from them and folds the log behind that position, so that
/// what it reads is bounded by what stands and not by what has ever happened. Here,
/// and not beside the views, because the write side and the read side both know the
/// log, and neither knows the other.
pub trait Standing: Debug + Send + Sync {
    /// The live holds of a partition at a position, in no order. Where nothing was
    /// folded yet: none, at 0.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`]; [`LogError::Corrupt`] when a row does not read.
    fn live_holds(
        &self,
        partition: Partition,
    ) -> BoxFuture<'_, Result<(Vec<Hold>, Position), LogError>>;

    /// Days of a partition, in the order asked for, each of one snapshot.
    ///
    /// What it costs goes by what stands on the days, and not by what has happened to
    /// them.
    ///
    /// # Errors
    ///
    /// As [`Self::live_holds`].
    fn days<'a>(
        &'a self,
        connection: &'a mut PgConnection,
        partition: Partition,
        days: &'a [(ResourceId, Day)],
    ) -> BoxFuture<'a, Result<Vec<StandingDay>, LogError>>;
}

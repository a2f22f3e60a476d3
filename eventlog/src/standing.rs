//! What stands now, as views tell it.

use std::fmt::Debug;

use domain::{hold::Hold, partition::Partition};
use futures::future::BoxFuture;

use crate::{LogError, Position};

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
}

//! Writes the views: one runner a partition among all nodes.

use eventlog::{Leases, Log};
use tokio_util::sync::CancellationToken;

/// Runs the projections of every partition whose duty this node holds, until
/// `shutdown`. Returns when all have stopped.
pub async fn run(_log: Log, _leases: Leases, _shutdown: CancellationToken) {
    todo!()
}

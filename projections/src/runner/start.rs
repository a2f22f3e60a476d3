use domain::partition::Partition;
use eventlog::{Log, LogError, Position, on_connection};

use crate::{
    metric,
    view::{Checkpoints, Generation, View},
};

/// Where a runner can begin.
#[derive(Debug)]
pub(super) enum Start {
    /// After these checkpoints.
    At(Checkpoints),
    /// Nowhere: a view has applied what the log does not have.
    OfAnotherHistory,
}

/// Finds out where to begin.
///
/// A checkpoint beyond the head, or at a tip that the log has not got, comes from a
/// restore of less than the whole database. The events it stands for are gone and
/// others take their positions, so the view is wrong from its first row on: it is the
/// operator's to rebuild, and nothing more is folded into it, however far the log goes.
///
/// A view without a checkpoint beside others that have one was added to a log that
/// has a past. To fold that here would hold up all others, so it is left out until
/// a rebuild has made it.
pub(super) async fn find(log: &Log, partition: Partition) -> Result<Start, LogError> {
    let doing = "reading checkpoints";
    let checkpoints = on_connection(log.pool(), doing, async |connection| {
        Checkpoints::read_or_create(connection, partition, Generation::LIVE, &View::ALL).await
    })
    .await?;
    // After the checkpoints: between the two reads the head can only grow.
    let head = log.head(partition).await?.position;
    let of_another = checkpoints.are_of_another_history() || checkpoints.highest() > head;
    say(partition, checkpoints.highest(), head, of_another);
    Ok(if of_another {
        Start::OfAnotherHistory
    } else {
        Start::At(checkpoints)
    })
}

fn say(partition: Partition, checkpoint: Position, head: Position, of_another: bool) {
    let gauge = metrics::gauge!(metric::BEYOND_HEAD, "partition" => partition.to_string());
    gauge.set(if of_another { 1.0 } else { 0.0 });
    if of_another {
        tracing::error!(
            %partition, %checkpoint, %head,
            "a view has folded what the log does not have and takes no more events: rebuild the views"
        );
    }
}

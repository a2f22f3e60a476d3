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
    /// Nowhere: a view has applied what the log does not hold.
    BeyondHead,
}

/// Finds out where to begin.
///
/// A checkpoint beyond the head comes from a restore of less than the whole
/// database. The events it stands for are gone and others will take their
/// positions, so the view is wrong from its first row on: it is the operator's to
/// rebuild, and nothing more is folded into it.
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
    let beyond = checkpoints.highest() > head;
    say(partition, checkpoints.highest(), head, beyond);
    Ok(if beyond {
        Start::BeyondHead
    } else {
        Start::At(checkpoints)
    })
}

fn say(partition: Partition, checkpoint: Position, head: Position, beyond: bool) {
    let gauge = metrics::gauge!(metric::BEYOND_HEAD, "partition" => partition.to_string());
    gauge.set(if beyond { 1.0 } else { 0.0 });
    if beyond {
        tracing::error!(
            %partition, %checkpoint, %head,
            "a view is ahead of the log and takes no more events: rebuild the views"
        );
    }
}

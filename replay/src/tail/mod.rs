//! Follows the log: what happens, as it happens.

mod filter;
mod lane;

use domain::partition::Partition;
use eventlog::Log;
use futures::{FutureExt, future::select_all};
use tokio::signal::unix::{SignalKind, signal};

use self::{filter::Filter, lane::Lane};
use crate::{
    ReplayError,
    audit::{Columns, Ids, titles},
    database::Database,
    output::{self, Format},
    state::At,
};

/// What to follow.
#[derive(Debug, clap::Args)]
pub(crate) struct TailArguments {
    #[command(flatten)]
    filter: Filter,

    /// Where to begin: a time like 2026-11-24T13:00:00Z, or a position, where a
    /// resource or a booking says of which partition; itself included. Absent: with
    /// what comes next.
    #[arg(long, value_name = "TIME|POSITION")]
    from: Option<At>,

    /// Writes ids out; without it, their last twelve digits.
    #[arg(long)]
    full: bool,
}

/// Follows the log until it is interrupted.
pub(crate) async fn tail(
    database: &Database,
    arguments: &TailArguments,
    format: Format,
) -> Result<(), ReplayError> {
    let mut interrupted = std::pin::pin!(interrupted()?);
    let partitions = arguments.filter.partitions(database).await?;
    if matches!(arguments.from, Some(At::Position(_))) && partitions.len() > 1 {
        return Err(ReplayError::ManyPartitions);
    }
    let log = database.log().await?;
    let columns = Columns {
        ids: Ids::of(arguments.full),
        scope: arguments.filter.scope(),
        zoned: false,
    };
    if format == Format::Human {
        output::line(titles(columns, None))?;
    }
    let followed = async {
        let mut lanes = lanes(database, &log, &partitions, arguments).await?;
        loop {
            let changes = lanes.iter_mut().map(|lane| lane.changed().boxed());
            let ((), nth, _) = select_all(changes).await;
            if let Some(lane) = lanes.get_mut(nth) {
                lane.tell(&arguments.filter, (format, columns)).await?;
            }
        }
    };
    let ended = tokio::select! {
        () = &mut interrupted => Ok(()),
        ended = followed => ended,
    };
    log.close().await;
    log.pool().close().await;
    ended
}

async fn lanes(
    database: &Database,
    log: &Log,
    partitions: &[Partition],
    arguments: &TailArguments,
) -> Result<Vec<Lane>, ReplayError> {
    let mut lanes = Vec::new();
    for partition in partitions {
        lanes.push(Lane::begin(database, log, *partition, arguments.from).await?);
    }
    Ok(lanes)
}

/// Ends when the process is asked to: Ctrl-C, or `kill`.
fn interrupted() -> std::io::Result<impl Future<Output = ()> + Send> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

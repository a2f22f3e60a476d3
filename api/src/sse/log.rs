//! The whole log, live: every event of every partition.

use std::{fmt, str::FromStr, time::Duration};

use async_stream::stream;
use bytes::Bytes;
use domain::partition::Partition;
use eventlog::{Epoch, FeedItem, Follower, Log, LogError, Position, RecordedEvent, RowProof};
use futures::{Stream, StreamExt, stream::select_all};

use super::{
    frame::{self, Chunk},
    log_entry::LogEntry,
};

/// How long to wait before a read that failed is tried again.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// How far an auditor has read each partition: `EPOCH.P0.P1.…`, opaque to clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogCursor {
    pub(crate) epoch: Epoch,
    positions: Vec<Position>,
}

/// Text that is no cursor of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CursorParseError;

impl LogCursor {
    /// Before the first event.
    pub(crate) fn start(log: &Log) -> Self {
        Self {
            epoch: log.epoch(),
            positions: log.partitions().map(|_| Position::START).collect(),
        }
    }

    /// Whether it has a position for each partition and no more.
    pub(crate) fn fits(&self, log: &Log) -> bool {
        self.positions.len() == usize::from(log.partition_count().get())
    }
}

impl fmt::Display for LogCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.epoch.fmt(f)?;
        for position in &self.positions {
            write!(f, ".{position}")?;
        }
        Ok(())
    }
}

impl FromStr for LogCursor {
    type Err = CursorParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (epoch, positions) = text.split_once('.').ok_or(CursorParseError)?;
        let epoch = epoch.parse().map_err(|_| CursorParseError)?;
        let position = |text: &str| {
            text.parse()
                .map(Position::new)
                .map_err(|_| CursorParseError)
        };
        let positions = positions
            .split('.')
            .map(position)
            .collect::<Result<_, _>>()?;
        Ok(Self { epoch, positions })
    }
}

/// All events after `cursor`, each partition's in order, and what comes after
/// them as it comes. Ends with a reset when the log is put back.
///
/// At most one read of each partition is in memory: the next is asked for when
/// the client has taken the last.
pub(crate) fn log_events(
    log: &Log,
    mut cursor: LogCursor,
) -> impl Stream<Item = Chunk> + Send + 'static {
    let followers = log.partitions().zip(&cursor.positions);
    let followers: Vec<_> = followers
        .map(|(partition, after)| followed(log.clone(), partition, *after).boxed())
        .collect();
    let mut items = select_all(followers);
    stream! {
        while let Some((partition, item)) = items.next().await {
            match item {
                Followed::Reset => {
                    yield frame::RESET.into();
                    break;
                }
                Followed::Rows(rows) => {
                    let at = usize::from(partition.get());
                    for (recorded, proof) in rows {
                        cursor.positions[at] = recorded.position;
                        match written(&recorded, &proof, &cursor) {
                            Ok(frame) => yield frame.into(),
                            Err(error) => {
                                tracing::error!(%error, %partition, "an event can't be written");
                                return;
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What comes of a partition.
enum Followed {
    /// The log was put back.
    Reset,
    /// What was appended, with what its hashes cover.
    Rows(Vec<(RecordedEvent, RowProof)>),
}

/// A partition's rows without end; a read that failed is tried again.
fn followed(
    log: Log,
    partition: Partition,
    after: Position,
) -> impl Stream<Item = (Partition, Followed)> + Send {
    let follower = log.follow(partition, after);
    futures::stream::unfold((log, follower), move |(log, mut follower)| async move {
        let item = match next(&mut follower, partition).await {
            FeedItem::Reset => Followed::Reset,
            FeedItem::Events(events) => with_proofs(&log, partition, &events).await,
        };
        Some(((partition, item), (log, follower)))
    })
}

async fn next(follower: &mut Follower, partition: Partition) -> FeedItem {
    loop {
        match follower.next().await {
            Ok(item) => return item,
            Err(error) => paused(partition, &error).await,
        }
    }
}

/// The events, each with what its hash covers.
async fn with_proofs(log: &Log, partition: Partition, events: &[RecordedEvent]) -> Followed {
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        return Followed::Rows(Vec::new());
    };
    loop {
        let stretch = first.position..=last.position;
        match log.read_proofs(partition, stretch).await {
            Ok(proofs) => return Followed::Rows(events.iter().cloned().zip(proofs).collect()),
            // The log was put back since the events were read.
            Err(LogError::Corrupt { .. }) => return Followed::Reset,
            Err(error) => paused(partition, &error).await,
        }
    }
}

async fn paused(partition: Partition, error: &LogError) {
    tracing::warn!(%error, %partition, "the log could not be followed; trying again");
    tokio::time::sleep(RETRY_AFTER).await;
}

fn written(
    recorded: &RecordedEvent,
    proof: &RowProof,
    cursor: &LogCursor,
) -> serde_json::Result<Bytes> {
    let entry = serde_json::to_string(&LogEntry::of(recorded, proof)?)?;
    let name = &proof.event_type;
    Ok(format!("id: {cursor}\nevent: {name}\ndata: {entry}\n\n").into())
}

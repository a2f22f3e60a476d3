//! The whole log, live: every event of every partition.

use std::{fmt, str::FromStr, time::Duration};

use async_stream::stream;
use bytes::Bytes;
use domain::{calendar::Timestamp, partition::Partition};
use eventlog::{Epoch, FeedItem, Follower, Log, LogError, Metadata, Position, RecordedEvent};
use futures::{Stream, StreamExt, stream::select_all};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::hex;

use super::frame::{self, Chunk};

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

/// A row of the log as auditors get it. The attendee in it stays sealed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LogEntry<'a> {
    partition: Partition,
    position: u64,
    aggregate_type: &'static str,
    aggregate_id: String,
    sequence: u64,
    event_type: &'static str,
    event_version: &'static str,
    /// Null where retention has emptied it.
    payload: Option<Box<RawValue>>,
    metadata: &'a Metadata,
    recorded_at: Timestamp,
    hash: String,
}

impl<'a> LogEntry<'a> {
    fn of(recorded: &'a RecordedEvent) -> serde_json::Result<Self> {
        // What the columns still tell is not what was written.
        let payload = (!recorded.emptied).then(|| recorded.event.payload());
        Ok(Self {
            partition: recorded.partition,
            position: recorded.position.get(),
            aggregate_type: recorded.stream.aggregate_type(),
            aggregate_id: recorded.stream.aggregate_id(),
            sequence: recorded.sequence,
            event_type: recorded.event.event_type(),
            event_version: recorded.event.event_version(),
            payload: payload
                .transpose()?
                .map(RawValue::from_string)
                .transpose()?,
            metadata: &recorded.metadata,
            recorded_at: recorded.recorded_at,
            hash: hex::encode(&recorded.hash),
        })
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
        .map(|(partition, after)| followed(partition, log.follow(partition, *after)).boxed())
        .collect();
    let mut items = select_all(followers);
    stream! {
        while let Some((partition, item)) = items.next().await {
            match item {
                FeedItem::Reset => {
                    yield frame::RESET.into();
                    break;
                }
                FeedItem::Events(events) => {
                    let at = usize::from(partition.get());
                    for recorded in events.iter() {
                        cursor.positions[at] = recorded.position;
                        match written(recorded, &cursor) {
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

/// A follower's items without end; a read that failed is tried again.
fn followed(
    partition: Partition,
    follower: Follower,
) -> impl Stream<Item = (Partition, FeedItem)> + Send {
    futures::stream::unfold(follower, move |mut follower| async move {
        loop {
            match follower.next().await {
                Ok(item) => return Some(((partition, item), follower)),
                Err(error) => paused(partition, &error).await,
            }
        }
    })
}

async fn paused(partition: Partition, error: &LogError) {
    tracing::warn!(%error, %partition, "the log could not be followed; trying again");
    tokio::time::sleep(RETRY_AFTER).await;
}

fn written(recorded: &RecordedEvent, cursor: &LogCursor) -> serde_json::Result<Bytes> {
    let entry = serde_json::to_string(&LogEntry::of(recorded)?)?;
    let name = recorded.event.event_type();
    Ok(format!("id: {cursor}\nevent: {name}\ndata: {entry}\n\n").into())
}

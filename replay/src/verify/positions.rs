//! In the order of positions: what each row says of itself, and the views.

use std::num::NonZeroU16;

use chrono::{DateTime, Utc};
use domain::partition::Partition;
use eventlog::{Position, RecordedEvent};
use sqlx::PgConnection;

use crate::{
    column,
    error::{ReplayError, failed},
    meter::Meter,
    seal::SealedPoint,
    stored::{StoredEvent, read_page},
};

use super::{Faults, Promise, chain::ChainWalk, views::ViewFold};

/// How many partitions the log has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Partitions(NonZeroU16);

impl Partitions {
    pub(super) fn of(partitions: &[Partition]) -> Self {
        let count = u16::try_from(partitions.len()).unwrap_or(u16::MAX);
        Self(NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN))
    }
}

/// Verifies a partition's rows one after the other, and its views; returns how
/// many events there are.
pub(super) async fn verify(
    connection: &mut PgConnection,
    partition: Partition,
    (partitions, sealed, meter): (Partitions, &[SealedPoint], &Meter),
    faults: &mut Faults,
) -> Result<u64, ReplayError> {
    let mut views = ViewFold::begin(connection, partition).await?;
    let mut chain = ChainWalk::begin(connection, partition, sealed, faults).await?;
    let mut walk = Walk::new(partitions);
    loop {
        let page = read_page(connection, partition, walk.last).await?;
        if page.is_empty() {
            break;
        }
        let mut events = Vec::with_capacity(page.len());
        for row in &page {
            events.extend(walk.step(row, faults));
        }
        chain.feed(connection, &page, faults).await?;
        views.feed(connection, &events, faults).await?;
        meter.add(page.len() as u64);
    }
    chain.end(connection, faults).await?;
    let head = walk.compare_head(connection, partition, faults).await?;
    views.end(connection, head, faults).await?;
    Ok(walk.events)
}

/// What is known of the rows so far.
struct Walk {
    partitions: Partitions,
    last: Position,
    last_at: DateTime<Utc>,
    last_tip: i64,
    events: u64,
}

impl Walk {
    const fn new(partitions: Partitions) -> Self {
        Self {
            partitions,
            last: Position::START,
            last_at: DateTime::UNIX_EPOCH,
            last_tip: 0,
            events: 0,
        }
    }

    /// Checks one row; gives its event if it reads.
    fn step(&mut self, row: &StoredEvent, faults: &mut Faults) -> Option<RecordedEvent> {
        let mut found = |promise, says: String| {
            faults.found_at(promise, row.position(), row.stream_name(), says);
        };
        let next = self.last.plus(1);
        if row.position() != next {
            let missing = row.position().get() - next.get();
            found(
                Promise::Positions,
                format!("{missing} events from position {next} on are missing before it"),
            );
        }
        if row.recorded_at < self.last_at {
            let before = self.last_at.to_rfc3339();
            let says = format!("it was recorded before the event before it, {before}");
            found(Promise::Time, says);
        }
        if let Err(fault) = row.check_hash() {
            found(Promise::Hash, fault.to_string());
        }
        self.last = row.position();
        self.last_at = row.recorded_at;
        self.last_tip = row.tip.unwrap_or(0);
        self.events += 1;
        match row.recorded() {
            Ok(event) => {
                self.check_columns(row, &event, &mut found);
                Some(event)
            }
            Err(reason) => {
                found(Promise::Readable, reason);
                None
            }
        }
    }

    fn check_columns(
        &self,
        row: &StoredEvent,
        event: &RecordedEvent,
        found: &mut impl FnMut(Promise, String),
    ) {
        let repeated = row
            .columns
            .repeat(&row.resource_id, &event.stream, &event.event);
        if let Err(fault) = repeated {
            found(Promise::Columns, fault.to_string());
        }
        let home = row.resource_id.parse();
        let home = home.map(|resource| Partition::of(&resource, self.partitions.0));
        if home.is_ok_and(|home| home != row.partition()) {
            found(
                Promise::Partitions,
                format!("{} belongs to another partition", row.resource_id),
            );
        }
    }

    /// Compares the partition's end with what its head says, and returns that.
    async fn compare_head(
        &self,
        connection: &mut PgConnection,
        partition: Partition,
        faults: &mut Faults,
    ) -> Result<Position, ReplayError> {
        let head: Option<(i64, i64, DateTime<Utc>)> = sqlx::query_as(include_str!("head.sql"))
            .bind(column::partition(partition))
            .fetch_optional(connection)
            .await
            .map_err(failed("reading a head"))?;
        let Some((position, tip, last_at)) = head else {
            faults.found(Promise::Head, "it has no head");
            return Ok(self.last);
        };
        let position = column::read_position(position);
        if position != self.last {
            let last = self.last;
            faults.found(
                Promise::Head,
                format!("the head is at {position} and the last event at {last}"),
            );
        } else if tip != self.last_tip {
            faults.found(Promise::Head, "the head has not the last event's tip");
        } else if last_at != self.last_at {
            faults.found(Promise::Head, "the head has not the last event's time");
        }
        Ok(position)
    }
}

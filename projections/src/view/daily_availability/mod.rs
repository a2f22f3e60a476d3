//! What is booked of each day: a row a day, whatever the history.

mod exact;
mod seats_change;

use std::collections::BTreeMap;

use domain::{
    calendar::{Day, Taken},
    ids::ResourceId,
    partition::Partition,
    stream::StreamId,
};
use eventlog::{LogError, MaskColumn, Position};
use sqlx::{PgConnection, Postgres, postgres::PgArguments, query::Query};

use crate::column;

use super::{Fact, ViewEvent};

use exact::write_exactly;
use seats_change::SeatsChange;

/// What a batch does to the row of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DayChange {
    busy: SeatsChange,
    buffer: SeatsChange,
    position: Position,
}

impl DayChange {
    fn new(position: Position) -> Self {
        Self {
            busy: SeatsChange::default(),
            buffer: SeatsChange::default(),
            position,
        }
    }

    fn book(&mut self, taken: Taken) {
        self.busy.take(taken.slots, taken.quantity);
        self.buffer.take(taken.buffer, taken.quantity);
    }

    fn free(&mut self, taken: Taken) {
        self.busy.free(taken.slots, taken.quantity);
        self.buffer.free(taken.buffer, taken.quantity);
    }

    /// Whether it can be written as masks where no slot of the row has more than one seat.
    fn is_plain(&self) -> bool {
        self.busy.is_single() && self.buffer == SeatsChange::default()
    }
}

/// The changed days in the order of their keys.
pub(super) type Changes<'a> = BTreeMap<(&'a ResourceId, Day), DayChange>;

/// One of them.
type Change<'a> = (&'a (&'a ResourceId, Day), &'a DayChange);

/// Folds a batch. A row stays when the day is free again.
pub(super) fn fold<'a>(events: impl Iterator<Item = ViewEvent<'a>>) -> Changes<'a> {
    let mut changes = Changes::new();
    for recorded in events {
        let StreamId::ResourceDay(resource, day) = recorded.stream else {
            continue;
        };
        let (taken, act): (_, fn(&mut DayChange, Taken)) = match recorded.fact {
            Fact::SlotsBooked(taken) => (taken, DayChange::book),
            Fact::SlotsFreed(taken) => (taken, DayChange::free),
            _ => continue,
        };
        let change = changes.entry((resource, *day));
        let change = change.or_insert_with(|| DayChange::new(recorded.position));
        change.position = recorded.position;
        act(change, taken);
    }
    changes
}

/// Writes the changes.
///
/// Most days of most batches carry one seat and are only booked: they are written as masks,
/// without a look at what is there. The rows themselves tell where that would not do.
pub(super) async fn write(
    connection: &mut PgConnection,
    partition: Partition,
    changes: &Changes<'_>,
) -> Result<(), LogError> {
    let (plain, mut exact): (Vec<_>, Vec<_>) =
        changes.iter().partition(|(_, change)| change.is_plain());
    let (booked, freed): (Vec<_>, Vec<_>) = plain
        .into_iter()
        .partition(|(_, change)| change.busy.fewer.are_none());
    for (sql, changes, frees) in [
        (include_str!("book_days.sql"), booked, false),
        (include_str!("free_days.sql"), freed, true),
    ] {
        if changes.is_empty() {
            continue;
        }
        let mut statement = write_statement(sql, partition, &changes);
        if frees {
            let kept = changes.iter().map(|(_, change)| !change.busy.fewer.taken());
            statement = statement.bind(kept.map(MaskColumn).collect::<Vec<_>>());
        }
        if execute(connection, statement).await? < changes.len() {
            exact.extend(changes);
        }
    }
    write_exactly(connection, partition, &exact).await
}

/// A statement on days, with all bound but what they keep.
fn write_statement<'q>(
    sql: &'q str,
    partition: Partition,
    changes: &[Change<'q>],
) -> Query<'q, Postgres, PgArguments> {
    let keys = changes.iter().map(|(key, _)| *key);
    let (resources, days): (Vec<_>, Vec<_>) = keys
        .map(|(resource, day)| (resource.as_str(), day.date()))
        .unzip();
    let changes = || changes.iter().map(|(_, change)| *change);
    sqlx::query(sql)
        .bind(column::partition(partition))
        .bind(resources)
        .bind(days)
        .bind(
            changes()
                .map(|change| MaskColumn(change.busy.more.taken()))
                .collect::<Vec<_>>(),
        )
        .bind(
            changes()
                .map(|change| column::position(change.position))
                .collect::<Vec<_>>(),
        )
}

/// Returns how many rows it wrote.
async fn execute(
    connection: &mut PgConnection,
    statement: Query<'_, Postgres, PgArguments>,
) -> Result<usize, LogError> {
    let written = statement.execute(connection).await;
    let written = written.map_err(column::failed("writing daily_availability"))?;
    Ok(usize::try_from(written.rows_affected()).unwrap_or(usize::MAX))
}

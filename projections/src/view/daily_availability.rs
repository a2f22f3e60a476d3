use std::collections::BTreeMap;

use domain::{
    calendar::{Day, SlotMask, Taken},
    ids::ResourceId,
    partition::Partition,
    stream::StreamId,
};
use eventlog::{LogError, MaskColumn, Position};
use sqlx::{PgConnection, Postgres, postgres::PgArguments, query::Query};

use crate::column;

use super::{Fact, ViewEvent};

/// What a batch does to the row of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DayChange {
    busy: MaskChange,
    buffer: MaskChange,
    position: Position,
}

/// What a batch does to a mask: `mask = (mask & kept) | added`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct MaskChange {
    kept: SlotMask,
    added: SlotMask,
}

impl MaskChange {
    const NONE: Self = Self {
        kept: SlotMask::FULL,
        added: SlotMask::EMPTY,
    };

    fn add(&mut self, slots: SlotMask) {
        self.added |= slots;
    }

    fn free(&mut self, slots: SlotMask) {
        self.kept = self.kept.without(slots);
        self.added = self.added.without(slots);
    }
}

impl DayChange {
    const NONE: Self = Self {
        busy: MaskChange::NONE,
        buffer: MaskChange::NONE,
        position: Position::START,
    };

    fn book(&mut self, taken: Taken) {
        self.busy.add(taken.slots);
        self.buffer.add(taken.buffer);
    }

    fn free(&mut self, taken: Taken) {
        self.busy.free(taken.slots);
        self.buffer.free(taken.buffer);
    }
}

/// The changed days in the order of their keys.
pub(super) type Changes<'a> = BTreeMap<(&'a ResourceId, Day), DayChange>;

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
        let change = changes.entry((resource, *day)).or_insert(DayChange::NONE);
        change.position = recorded.position;
        act(change, taken);
    }
    changes
}

/// Writes the changes.
pub(super) async fn write(
    connection: &mut PgConnection,
    partition: Partition,
    changes: &Changes<'_>,
) -> Result<(), LogError> {
    // Most days of most batches are only booked, which costs a quarter less to write.
    let (booked, freed): (Vec<_>, Vec<_>) = changes
        .iter()
        .partition(|(_, change)| change.busy.kept == SlotMask::FULL);
    if !booked.is_empty() {
        let statement = write_statement(include_str!("book_days.sql"), partition, &booked);
        execute(connection, statement).await?;
    }
    if !freed.is_empty() {
        let kept: Vec<_> = freed
            .iter()
            .map(|(_, change)| MaskColumn(change.busy.kept))
            .collect();
        let statement = write_statement(include_str!("free_days.sql"), partition, &freed);
        execute(connection, statement.bind(kept)).await?;
    }
    write_buffers(connection, partition, changes).await
}

/// Writes what changes of buffers: nothing, for most resources.
async fn write_buffers(
    connection: &mut PgConnection,
    partition: Partition,
    changes: &Changes<'_>,
) -> Result<(), LogError> {
    let of_buffers: Vec<_> = changes
        .iter()
        .filter(|(_, change)| change.buffer != MaskChange::NONE)
        .collect();
    if of_buffers.is_empty() {
        return Ok(());
    }
    let masks = |of: fn(&MaskChange) -> SlotMask| {
        let masks = of_buffers.iter().map(|(_, change)| &change.buffer);
        masks.map(|mask| MaskColumn(of(mask))).collect::<Vec<_>>()
    };
    let keys = of_buffers
        .iter()
        .map(|((resource, day), _)| (resource, day));
    let (resources, days): (Vec<_>, Vec<_>) = keys
        .map(|(resource, day)| (resource.as_str(), day.date()))
        .unzip();
    let statement = sqlx::query(include_str!("buffer_days.sql"))
        .bind(column::partition(partition))
        .bind(resources)
        .bind(days)
        .bind(masks(|mask| mask.kept))
        .bind(masks(|mask| mask.added));
    execute(connection, statement).await
}

/// A statement on days, with all bound but what they keep.
fn write_statement<'q>(
    sql: &'q str,
    partition: Partition,
    changes: &[(&'q (&'q ResourceId, Day), &'q DayChange)],
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
                .map(|change| MaskColumn(change.busy.added))
                .collect::<Vec<_>>(),
        )
        .bind(
            changes()
                .map(|change| column::position(change.position))
                .collect::<Vec<_>>(),
        )
}

async fn execute(
    connection: &mut PgConnection,
    statement: Query<'_, Postgres, PgArguments>,
) -> Result<(), LogError> {
    let written = statement.execute(connection).await;
    written.map_err(column::failed("writing daily_availability"))?;
    Ok(())
}

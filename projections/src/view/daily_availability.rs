use std::collections::BTreeMap;

use domain::{
    calendar::{Day, SlotMask},
    ids::ResourceId,
    partition::Partition,
    stream::StreamId,
};
use eventlog::{LogError, MaskColumn, Position};
use sqlx::PgConnection;

use crate::column;

use super::{Fact, ViewEvent};

/// What a batch does to the row of a day: `busy = (busy & kept) | booked`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DayChange {
    kept: SlotMask,
    booked: SlotMask,
    position: Position,
}

impl DayChange {
    const NONE: Self = Self {
        kept: SlotMask::FULL,
        booked: SlotMask::EMPTY,
        position: Position::START,
    };

    fn book(&mut self, slots: SlotMask) {
        self.booked |= slots;
    }

    fn free(&mut self, slots: SlotMask) {
        self.kept = self.kept.without(slots);
        self.booked = self.booked.without(slots);
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
        let (slots, act): (_, fn(&mut DayChange, SlotMask)) = match recorded.fact {
            Fact::SlotsBooked(slots) => (slots, DayChange::book),
            Fact::SlotsFreed(slots) => (slots, DayChange::free),
            _ => continue,
        };
        let change = changes.entry((resource, *day)).or_insert(DayChange::NONE);
        change.position = recorded.position;
        act(change, slots);
    }
    changes
}

/// Writes the changes.
pub(super) async fn write(
    connection: &mut PgConnection,
    partition: Partition,
    changes: &Changes<'_>,
) -> Result<(), LogError> {
    if changes.is_empty() {
        return Ok(());
    }
    let keys = changes.keys();
    let (resources, days): (Vec<_>, Vec<_>) = keys
        .map(|(resource, day)| (resource.as_str(), day.date()))
        .unzip();
    let masks = |of: fn(&DayChange) -> SlotMask| {
        let masks = changes.values().map(of).map(MaskColumn);
        masks.collect::<Vec<_>>()
    };
    let positions: Vec<_> = changes
        .values()
        .map(|change| column::position(change.position))
        .collect();
    sqlx::query(include_str!("write_daily_availability.sql"))
        .bind(column::partition(partition))
        .bind(resources)
        .bind(days)
        .bind(masks(|change| change.kept))
        .bind(masks(|change| change.booked))
        .bind(positions)
        .execute(connection)
        .await
        .map_err(column::failed("writing daily_availability"))?;
    Ok(())
}

use std::{collections::BTreeMap, ops::RangeInclusive};

use domain::{
    calendar::{Day, Taken},
    ids::ResourceId,
    partition::Partition,
};
use eventlog::{Log, LogError, MaskColumn, Position, on_connection};
use sqlx::types::chrono::NaiveDate;

use crate::column;

use super::{Generation, View};

/// What bookings take of a resource in a stretch of days, by the view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedDays {
    /// Up to which position of its partition the view has folded the log.
    pub through: Position,
    first: Day,
    last: Day,
    taken: BTreeMap<Day, Taken>,
}

impl BookedDays {
    /// What bookings take of a day; nothing known for one outside of the stretch.
    pub fn on(&self, day: Day) -> Option<Taken> {
        let taken = self.taken.get(&day).copied().unwrap_or_default();
        (self.first..=self.last).contains(&day).then_some(taken)
    }
}

/// What bookings take of each of the resources on the days, in the order asked for, in one
/// query: however long the stretch and however many they are.
///
/// # Errors
///
/// [`LogError::Database`]; [`LogError::Corrupt`] when a row does not read.
pub async fn booked_days(
    log: &Log,
    resources: &[ResourceId],
    days: RangeInclusive<Day>,
) -> Result<Vec<BookedDays>, LogError> {
    let (first, last) = days.into_inner();
    let partitions: Vec<Partition> = resources.iter().map(|id| log.partition_of(id)).collect();
    let names: Vec<&str> = resources.iter().map(ResourceId::as_str).collect();
    let columns = partitions.iter().copied().map(column::partition);
    let query = sqlx::query_as(include_str!("booked_days.sql"))
        .bind(columns.collect::<Vec<_>>())
        .bind(names)
        .bind(first.date())
        .bind(last.date())
        .bind(View::DailyAvailability.name())
        .bind(Generation::LIVE.number());
    let doing = "reading what is booked";
    let rows: Vec<Row> = on_connection(log.pool(), doing, async |connection| {
        let rows = query.fetch_all(connection).await;
        rows.map_err(column::failed(doing))
    })
    .await?;
    let none = || BookedDays {
        through: Position::START,
        first,
        last,
        taken: BTreeMap::new(),
    };
    let mut booked: Vec<BookedDays> = resources.iter().map(|_| none()).collect();
    for (nth, checkpoint, date, busy, buffer) in rows {
        let index = usize::try_from(nth - 1).ok();
        let Some((booked, partition)) = index.and_then(|index| {
            let partition = *partitions.get(index)?;
            Some((booked.get_mut(index)?, partition))
        }) else {
            continue;
        };
        booked.through = column::read_position(checkpoint);
        if let (Some(date), Some(MaskColumn(slots))) = (date, busy) {
            let day = Day::new(date).map_err(|error| LogError::Corrupt {
                partition,
                reason: format!("daily_availability of {date}: {error}"),
            })?;
            let buffer = buffer.map(|MaskColumn(mask)| mask).unwrap_or_default();
            booked.taken.insert(day, Taken { slots, buffer });
        }
    }
    Ok(booked)
}

type Row = (
    i64,
    i64,
    Option<NaiveDate>,
    Option<MaskColumn>,
    Option<MaskColumn>,
);

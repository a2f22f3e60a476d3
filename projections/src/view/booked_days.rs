use std::{collections::BTreeMap, fmt, ops::RangeInclusive};

use domain::{
    calendar::{Day, Seats},
    ids::ResourceId,
    partition::Partition,
    resource_day::DayTaken,
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
    taken: BTreeMap<Day, DayTaken>,
}

impl BookedDays {
    /// What bookings take of a day; nothing known for one outside of the stretch.
    pub fn on(&self, day: Day) -> Option<DayTaken> {
        let taken = self.taken.get(&day).cloned().unwrap_or_default();
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
    for (nth, checkpoint, date, busy, buffer, seats, buffer_seats) in rows {
        let index = usize::try_from(nth - 1).ok();
        let Some((booked, partition)) = index.and_then(|index| {
            let partition = *partitions.get(index)?;
            Some((booked.get_mut(index)?, partition))
        }) else {
            continue;
        };
        booked.through = column::read_position(checkpoint);
        if let (Some(date), Some(busy)) = (date, busy) {
            let taken = DayTaken {
                booked: read(busy.into(), seats.as_deref(), (partition, date))?,
                held: Seats::default(),
                buffers: read(buffer, buffer_seats.as_deref(), (partition, date))?,
            };
            let day = Day::new(date).map_err(|error| corrupt(partition, date, &error))?;
            booked.taken.insert(day, taken);
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
    Option<String>,
    Option<String>,
);

/// What is taken by a mask and the text beside it.
fn read(
    taken: Option<MaskColumn>,
    seats: Option<&str>,
    (partition, date): (Partition, NaiveDate),
) -> Result<Seats, LogError> {
    let read = column::read_seats(taken, seats);
    read.ok_or_else(|| corrupt(partition, date, &"its seats do not read"))
}

fn corrupt(partition: Partition, date: NaiveDate, reason: &dyn fmt::Display) -> LogError {
    LogError::Corrupt {
        partition,
        reason: format!("daily_availability of {date}: {reason}"),
    }
}

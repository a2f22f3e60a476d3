use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgPool};

use crate::Outcome;

/// What the log and what grows with it have come to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Growth {
    /// The events, by type.
    pub events: BTreeMap<String, Events>,
    /// Bytes of the log's indexes for each event.
    pub index_bytes_per_event: f64,
    /// Bookings made.
    pub bookings: i64,
    /// Those of them that stand.
    pub standing: i64,
    /// Bytes for each booking made, by table, indexes included: of those that have a
    /// row for each.
    pub bytes_per_booking: BTreeMap<String, f64>,
    /// Minutes that holds lived, those that still live left out.
    pub hold_minutes: f64,
}

/// The events of a type.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Events {
    /// How many.
    pub count: i64,
    /// Bytes of each as a row of the table, its part of unfilled pages included.
    pub bytes_each: f64,
}

#[derive(FromRow)]
struct ByType {
    event_type: String,
    events: i64,
    row_bytes: i64,
}

#[derive(FromRow)]
struct Bookings {
    bookings: i64,
    standing: i64,
}

/// The tables with a row for each booking, beside the log.
const A_ROW_A_BOOKING: [&str; 2] = ["bookings", "booking_keys"];

impl Growth {
    /// Asks the database.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    #[expect(
        clippy::cast_precision_loss,
        reason = "bytes and rows of an hour, far below 2^52"
    )]
    pub(super) async fn of(database: &PgPool) -> Outcome<Self> {
        let by_type: Vec<ByType> = sqlx::query_as(include_str!("events_by_type.sql"))
            .fetch_all(database)
            .await?;
        let made: Bookings = sqlx::query_as(include_str!("standing.sql"))
            .fetch_one(database)
            .await?;
        let hold_minutes = sqlx::query_scalar(include_str!("hold_minutes.sql"))
            .fetch_one(database)
            .await?;
        let (table, indexes) = sizes(database, "events").await?;
        let rows: i64 = by_type.iter().map(|row| row.events).sum();
        let row_bytes: i64 = by_type.iter().map(|row| row.row_bytes).sum();
        let filling = table as f64 / row_bytes as f64;
        let events = by_type.into_iter().map(|row| {
            let bytes_each = row.row_bytes as f64 / row.events as f64 * filling;
            let count = row.events;
            (row.event_type, Events { count, bytes_each })
        });
        let mut bytes_per_booking = BTreeMap::new();
        for name in A_ROW_A_BOOKING {
            let (table, indexes) = sizes(database, name).await?;
            let each = (table + indexes) as f64 / made.bookings.max(1) as f64;
            bytes_per_booking.insert(name.to_owned(), each);
        }
        Ok(Self {
            events: events.collect(),
            index_bytes_per_event: indexes as f64 / rows as f64,
            bookings: made.bookings,
            standing: made.standing,
            bytes_per_booking,
            hold_minutes,
        })
    }

    /// Bytes that an event of a type adds to the log, indexes included.
    pub fn event_bytes(&self, event_type: &str) -> f64 {
        let events = self.events.get(event_type).copied().unwrap_or_default();
        if events.count == 0 {
            return 0.0;
        }
        events.bytes_each + self.index_bytes_per_event
    }
}

async fn sizes(database: &PgPool, table: &str) -> Outcome<(i64, i64)> {
    Ok(sqlx::query_as(include_str!("table.sql"))
        .bind(table)
        .fetch_one(database)
        .await?)
}

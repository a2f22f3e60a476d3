//! The rows of the views, as they lie in the database and as the fold has them.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::MaskColumn;
use sha2::{Digest, Sha256};
use sqlx::{FromRow, postgres::PgRow, types::Uuid};

/// A row of a view.
pub(super) trait ViewRow:
    for<'r> FromRow<'r, PgRow> + PartialEq + fmt::Display + Send + Unpin
{
    /// What names it within its partition.
    type Key: Ord + Send;

    /// Reads a partition's rows.
    const SQL: &'static str;

    fn key(&self) -> Self::Key;

    /// What it is about, in words.
    fn about(&self) -> String;

    /// The position of the event that changed it last.
    fn position(&self) -> i64;
}

/// Stands for who a booking is for: the text itself may be long, and is sealed anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sealed([u8; 32]);

impl From<String> for Sealed {
    fn from(text: String) -> Self {
        Self(Sha256::digest(text).into())
    }
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.0.iter().take(8);
        bytes.try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A row of `daily_availability`.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(super) struct DayRow {
    pub(super) resource_id: String,
    pub(super) date: NaiveDate,
    pub(super) busy: MaskColumn,
    pub(super) buffer: Option<MaskColumn>,
    pub(super) seats: Option<String>,
    pub(super) buffer_seats: Option<String>,
    pub(super) position: i64,
}

/// A row of `presence`.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(super) struct HoldRow {
    pub(super) hold_id: Uuid,
    pub(super) resource_id: String,
    pub(super) session_id: Uuid,
    pub(super) span_start: DateTime<Utc>,
    pub(super) span_slots: i32,
    pub(super) buffer_before: i16,
    pub(super) buffer_after: i16,
    pub(super) quantity: i16,
    pub(super) lease: String,
    pub(super) placed_at: DateTime<Utc>,
    pub(super) renewed_at: DateTime<Utc>,
    pub(super) lease_expires_at: DateTime<Utc>,
    pub(super) renewable_until: DateTime<Utc>,
    pub(super) renewals: i32,
    pub(super) position: i64,
}

/// A row of `bookings`.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(super) struct BookingRow {
    pub(super) booking_id: Uuid,
    pub(super) resource_id: String,
    pub(super) session_id: Uuid,
    pub(super) status: String,
    pub(super) span_start: DateTime<Utc>,
    pub(super) span_slots: i32,
    pub(super) buffer_before: i16,
    pub(super) buffer_after: i16,
    pub(super) quantity: i16,
    #[sqlx(try_from = "String")]
    pub(super) attendee: Sealed,
    pub(super) confirmed_at: DateTime<Utc>,
    pub(super) changed_at: DateTime<Utc>,
    pub(super) position: i64,
}

/// A row of `resources`.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(super) struct ResourceRow {
    pub(super) resource_id: String,
    pub(super) status: String,
    /// To the byte.
    pub(super) settings: String,
    pub(super) changed_at: DateTime<Utc>,
    pub(super) position: i64,
    pub(super) seats_most: i16,
}

impl ViewRow for DayRow {
    type Key = (String, NaiveDate);
    const SQL: &'static str = include_str!("live_daily_availability.sql");

    fn key(&self) -> Self::Key {
        (self.resource_id.clone(), self.date)
    }

    fn about(&self) -> String {
        format!("{}/{}", self.resource_id, self.date)
    }

    fn position(&self) -> i64 {
        self.position
    }
}

impl fmt::Display for DayRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(slots {:?}, ", self.busy.0.to_string())?;
        if let Some(buffer) = self.buffer {
            write!(f, "buffers {:?}, ", buffer.0.to_string())?;
        }
        for (name, seats) in [
            ("seats", &self.seats),
            ("seats of buffers", &self.buffer_seats),
        ] {
            if let Some(seats) = seats {
                write!(f, "{name} {seats:?}, ")?;
            }
        }
        write!(f, "{})", self.position)
    }
}

impl ViewRow for HoldRow {
    type Key = Uuid;
    const SQL: &'static str = include_str!("live_presence.sql");

    fn key(&self) -> Uuid {
        self.hold_id
    }

    fn about(&self) -> String {
        format!("hold {}", self.hold_id)
    }

    fn position(&self) -> i64 {
        self.position
    }
}

impl fmt::Display for HoldRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = (self.span_start.to_rfc3339(), self.span_slots);
        write!(
            f,
            "({}, session {}, {} + {} slots, buffers {} and {}, seats {}, {} until {} at most {}, placed {}, renewed {}, {} renewals, {})",
            self.resource_id,
            self.session_id,
            span.0,
            span.1,
            self.buffer_before,
            self.buffer_after,
            self.quantity,
            self.lease,
            self.lease_expires_at.to_rfc3339(),
            self.renewable_until.to_rfc3339(),
            self.placed_at.to_rfc3339(),
            self.renewed_at.to_rfc3339(),
            self.renewals,
            self.position
        )
    }
}

impl ViewRow for BookingRow {
    type Key = Uuid;
    const SQL: &'static str = include_str!("live_bookings.sql");

    fn key(&self) -> Uuid {
        self.booking_id
    }

    fn about(&self) -> String {
        format!("booking {}", self.booking_id)
    }

    fn position(&self) -> i64 {
        self.position
    }
}

impl fmt::Display for BookingRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "({}, session {}, {}, {} + {} slots, buffers {} and {}, seats {}, attendee with hash {}, confirmed {}, changed {}, {})",
            self.resource_id,
            self.session_id,
            self.status,
            self.span_start.to_rfc3339(),
            self.span_slots,
            self.buffer_before,
            self.buffer_after,
            self.quantity,
            self.attendee,
            self.confirmed_at.to_rfc3339(),
            self.changed_at.to_rfc3339(),
            self.position
        )
    }
}

impl ViewRow for ResourceRow {
    type Key = String;
    const SQL: &'static str = include_str!("live_resources.sql");

    fn key(&self) -> String {
        self.resource_id.clone()
    }

    fn about(&self) -> String {
        self.resource_id.clone()
    }

    fn position(&self) -> i64 {
        self.position
    }
}

impl fmt::Display for ResourceRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "({}, {}, seats {}, changed {}, {})",
            self.status,
            self.settings,
            self.seats_most,
            self.changed_at.to_rfc3339(),
            self.position
        )
    }
}

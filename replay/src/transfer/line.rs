use std::borrow::Cow;

use domain::calendar::SlotMask;
use eventlog::{HashVersion, WrappedKey};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sqlx::types::{
    Uuid,
    chrono::{DateTime, Utc},
};

/// Names the form of these lines; another form has another name.
pub(super) const FORM: &str = "slotkeeper/export/2";

/// The form of the first releases: all its hashes are of version 1.
pub(super) const FIRST_FORM: &str = "slotkeeper/export/1";

/// A line of an export: first a header, then the events in the order of partition
/// and position, then the keys, at last a trailer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all lines are events, and one is in memory at a time"
)]
pub(super) enum Line<'a> {
    /// Which log it is.
    Header(Header),
    /// What happened.
    #[serde(borrow)]
    Event(EventLine<'a>),
    /// What opens the attendee of a booking, with the master key.
    Key(KeyLine),
    /// What must have come before.
    Trailer(Trailer),
}

/// Which log it is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Header {
    /// [`FORM`]; of an older file, [`FIRST_FORM`].
    pub(super) form: String,
    pub(super) log: LogLine,
    /// How many events follow.
    pub(super) events: u64,
    /// Whether the keys of bookings follow.
    pub(super) keys: bool,
}

/// The row of `log`.
#[derive(Debug, Serialize, Deserialize, sqlx::FromRow)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct LogLine {
    pub(super) id: Uuid,
    pub(super) partitions: i16,
    pub(super) restores: i32,
    /// Hexadecimal.
    pub(super) master_key_check: String,
    pub(super) created_at: DateTime<Utc>,
}

/// A row of `events`, but for the typed columns where its payload tells them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EventLine<'a> {
    pub(super) partition: u16,
    pub(super) position: u64,
    #[serde(borrow)]
    pub(super) aggregate_type: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) aggregate_id: Cow<'a, str>,
    pub(super) sequence: i64,
    #[serde(borrow)]
    pub(super) event_type: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) event_version: Cow<'a, str>,
    /// As stored, to the byte; null once retention has emptied it.
    #[serde(borrow)]
    pub(super) payload: Option<&'a RawValue>,
    /// As stored, to the byte.
    #[serde(borrow)]
    pub(super) metadata: &'a RawValue,
    pub(super) recorded_at: DateTime<Utc>,
    /// Hexadecimal.
    #[serde(borrow)]
    pub(super) hash: Cow<'a, str>,
    /// How it was hashed; left out where that is version 1.
    #[serde(default = "first_version", skip_serializing_if = "is_first_version")]
    pub(super) hash_version: i16,
    /// Hexadecimal; of the payload that is gone.
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) payload_hash: Option<Cow<'a, str>>,
    /// On the last event of an append.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tip: Option<i64>,
    #[serde(borrow)]
    pub(super) resource_id: Cow<'a, str>,
    /// What is left of an event without its payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) hold_id: Option<Uuid>,
    /// What is left of an event without its payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lease_expires_at: Option<DateTime<Utc>>,
    /// What is left of how a hold was placed or ended, without its payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) slots: Option<SlotMask>,
    /// What is left of how a hold was placed, without its payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) session_id: Option<Uuid>,
    /// What is left of how a hold was placed, without its payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) span_start: Option<DateTime<Utc>>,
    /// What is left of how a hold was placed, without its payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) span_slots: Option<i32>,
}

const fn first_version() -> i16 {
    HashVersion::One.number()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_first_version(version: &i16) -> bool {
    *version == first_version()
}

/// A row of `booking_keys`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct KeyLine {
    pub(super) booking_id: Uuid,
    /// Hexadecimal; wrapped by the master key.
    pub(super) wrapped: String,
}

impl KeyLine {
    pub(super) fn new(booking_id: Uuid, key: &WrappedKey) -> Self {
        Self {
            booking_id,
            wrapped: super::hex::encode(&key.0),
        }
    }
}

/// What must have come before.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Trailer {
    /// The rows of `heads`, one for each partition, in order.
    pub(super) heads: Vec<HeadLine>,
    pub(super) events: u64,
    pub(super) keys: u64,
    /// SHA-256 of all lines before this one with their line ends, hexadecimal.
    pub(super) sha256: String,
}

/// A row of `heads`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct HeadLine {
    pub(super) partition: i16,
    pub(super) position: i64,
    pub(super) tip: i64,
    pub(super) last_at: DateTime<Utc>,
}

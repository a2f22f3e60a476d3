use chrono::NaiveDate;
use domain::{calendar::Timestamp, partition::Partition};
use eventlog::{RecordedEvent, RowProof, TypedColumns};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::hex;

/// A row of the log as auditors get it, with all that its hash covers, and that as it is
/// stored: hashes are made of it again. The attendee in it stays sealed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogEntry<'a> {
    partition: Partition,
    position: u64,
    aggregate_type: &'static str,
    aggregate_id: String,
    sequence: u64,
    event_type: &'a str,
    event_version: &'a str,
    /// Null where retention has emptied it.
    payload: Option<Box<RawValue>>,
    /// Of the payload that retention has taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_hash: Option<String>,
    metadata: Box<RawValue>,
    recorded_at: Timestamp,
    hash: String,
    hash_version: i16,
    /// In digits: a number of JSON need not be so exact. On the last event of an append.
    #[serde(skip_serializing_if = "Option::is_none")]
    tip: Option<String>,
    resource_id: &'a str,
    columns: Columns,
}

/// The columns that projections fold; those that the row has.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Columns {
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<NaiveDate>,
    /// 12 bytes in hexadecimal; the first bit is slot 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    mask: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    booking_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hold_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    span_start: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    span_slots: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lease_expires_at: Option<Timestamp>,
}

impl From<TypedColumns> for Columns {
    fn from(columns: TypedColumns) -> Self {
        Self {
            day: columns.day,
            mask: columns.mask.map(|mask| hex::encode(&mask.bytes())),
            booking_id: columns.booking_id,
            hold_id: columns.hold_id,
            session_id: columns.session_id,
            span_start: columns.span_start.map(Timestamp::from),
            span_slots: columns.span_slots,
            lease_expires_at: columns.lease_expires_at.map(Timestamp::from),
        }
    }
}

impl<'a> LogEntry<'a> {
    pub(super) fn of(recorded: &'a RecordedEvent, proof: &'a RowProof) -> serde_json::Result<Self> {
        let raw = |text: &String| RawValue::from_string(text.clone());
        let payload_hash = proof.payload_hash.as_deref();
        Ok(Self {
            partition: recorded.partition,
            position: recorded.position.get(),
            aggregate_type: recorded.stream.aggregate_type(),
            aggregate_id: recorded.stream.aggregate_id(),
            sequence: recorded.sequence,
            event_type: &proof.event_type,
            event_version: &proof.event_version,
            payload: proof.payload.as_ref().map(raw).transpose()?,
            payload_hash: payload_hash.map(hex::encode),
            metadata: raw(&proof.metadata)?,
            recorded_at: recorded.recorded_at,
            hash: hex::encode(&recorded.hash),
            hash_version: proof.hash_version,
            tip: proof.tip.map(|tip| tip.to_string()),
            resource_id: &proof.resource_id,
            columns: proof.columns.into(),
        })
    }
}

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{
    Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, types::Oid},
};
use uuid::Uuid;

use crate::MaskColumn;

/// An event as an append hands it over: the type `event_row`, field by field.
#[derive(Debug, sqlx::Encode)]
pub(super) struct NewRow {
    pub(super) aggregate_type: &'static str,
    pub(super) aggregate_id: String,
    pub(super) sequence: i64,
    pub(super) event_type: &'static str,
    pub(super) event_version: &'static str,
    pub(super) payload: JsonText,
    pub(super) metadata: JsonText,
    pub(super) hash: [u8; 32],
    pub(super) resource_id: String,
    pub(super) day: Option<NaiveDate>,
    pub(super) mask: Option<MaskColumn>,
    pub(super) booking_id: Option<Uuid>,
    pub(super) hold_id: Option<Uuid>,
    pub(super) session_id: Option<Uuid>,
    pub(super) span_start: Option<DateTime<Utc>>,
    pub(super) span_slots: Option<i32>,
    pub(super) lease_expires_at: Option<DateTime<Utc>>,
}

impl Type<Postgres> for NewRow {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("event_row")
    }
}

impl PgHasArrayType for NewRow {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::array_of("event_row")
    }
}

/// Text that is sent as `json`, verbatim.
#[derive(Debug)]
pub(super) struct JsonText(pub(super) String);

/// `json` in `pg_type`, where its number never changes.
const JSON: Oid = Oid(114);

impl Type<Postgres> for JsonText {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(JSON)
    }
}

impl Encode<'_, Postgres> for JsonText {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }
}

use std::ops::RangeInclusive;

use domain::partition::Partition;
use sqlx::PgConnection;

use crate::{
    LogError, Position, TypedColumns,
    database::{failed, smallint},
};

/// What the hash of a row covers, as it is stored.
///
/// For who checks hashes: the event may tell it otherwise. One of an old version is told as
/// one of today's, and of metadata no more is read than folds need.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RowProof {
    /// Its place in its partition.
    #[sqlx(try_from = "i64")]
    pub position: Position,
    /// Its type, as stored.
    pub event_type: String,
    /// Its version, as stored.
    pub event_version: String,
    /// Its payload, as stored; none once retention has taken it.
    pub payload: Option<String>,
    /// Its metadata, as stored.
    pub metadata: String,
    /// How it was hashed: [`crate::HashVersion::number`].
    pub hash_version: i16,
    /// The hash of the payload that retention has taken.
    pub payload_hash: Option<Vec<u8>>,
    /// The head's tip after the append, on the append's last event.
    pub tip: Option<i64>,
    /// What it happened to.
    pub resource_id: String,
    /// What projections fold beside the payload.
    #[sqlx(flatten)]
    pub columns: TypedColumns,
}

/// The proofs of a stretch of a partition, in order of position.
///
/// # Errors
///
/// [`LogError::Database`]; [`LogError::Corrupt`] when one of its rows is missing.
pub(crate) async fn read_proofs(
    connection: &mut PgConnection,
    partition: Partition,
    stretch: RangeInclusive<Position>,
) -> Result<Vec<RowProof>, LogError> {
    let proofs: Vec<RowProof> = sqlx::query_as(include_str!("read_proofs.sql"))
        .bind(smallint(partition))
        .bind(stretch.start().get().cast_signed())
        .bind(stretch.end().get().cast_signed())
        .fetch_all(connection)
        .await
        .map_err(failed("reading what hashes cover"))?;
    let mut next = *stretch.start();
    for proof in &proofs {
        if proof.position != next {
            break;
        }
        next = next.plus(1);
    }
    if next == stretch.end().plus(1) {
        return Ok(proofs);
    }
    let reason = format!("position {next} is missing");
    Err(LogError::Corrupt { partition, reason })
}

use chrono::{DateTime, Utc};
use domain::partition::Partition;
use eventlog::{
    Epoch, LogError, Position,
    chain::{self, ChainPoint, ChainValue},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::document::{FORMAT, Seal, SealedPartition, SealedPoint};
use crate::{
    ReplayError, column,
    database::Database,
    error::failed,
    meter::{Meter, Work},
    output::Format,
};

/// Places of each partition that a seal tells at most: where the chain itself was
/// written anew, they tell in which stretch of the log it happened.
const POINTS_MAX: i64 = 16;

/// Hashes that are read at once.
const ROWS_MAX: i64 = 10_000;

/// Brings the chain of every partition up to the log's end and seals it there.
pub(super) async fn make(database: &Database, format: Format) -> Result<Seal, ReplayError> {
    let mut connection = database.connect().await?;
    let mut partitions = Vec::new();
    let all = database.partitions().await?;
    let work = Work {
        doing: "sealing",
        unit: "events",
        all: database.events().await?,
    };
    let meter = Meter::new(format, work);
    let read_only: bool = sqlx::query_scalar(include_str!("is_read_only.sql"))
        .fetch_one(&mut connection)
        .await
        .map_err(failed("asking whether this is a standby"))?;
    for partition in all {
        let end = if read_only {
            follow(&mut connection, partition, &meter).await?
        } else {
            extend(&mut connection, partition, &meter).await?
        };
        partitions.push(SealedPartition {
            partition: partition.get(),
            points: points(&mut connection, partition, end).await?,
        });
    }
    meter.finish();
    let (log_id, restores, timeline, now): (Uuid, i32, String, DateTime<Utc>) =
        sqlx::query_as(include_str!("log.sql"))
            .fetch_optional(&mut connection)
            .await
            .map_err(failed("looking for the log"))?
            .ok_or(ReplayError::NoLog)?;
    Ok(Seal {
        format: FORMAT.into(),
        log_id,
        epoch: Epoch::new(log_id, restores, &timeline).to_string(),
        sealed_at: now.into(),
        partitions,
    })
}

/// Chains what the log has now: what comes meanwhile is for the next seal.
async fn extend(
    connection: &mut PgConnection,
    partition: Partition,
    meter: &Meter,
) -> Result<ChainPoint, ReplayError> {
    let head: i64 = sqlx::query_scalar(include_str!("head.sql"))
        .bind(column::partition(partition))
        .fetch_one(&mut *connection)
        .await
        .map_err(failed("reading a head"))?;
    let head = column::read_position(head);
    let mut last = chain::last_point(connection, partition).await?;
    meter.add(last.position.get());
    while last.position < head {
        let Some(point) = chain::extend(connection, partition, last).await? else {
            break;
        };
        meter.add(point.position.get() - last.position.get());
        last = point;
    }
    Ok(last)
}

/// Follows the rows behind the chain's end and writes nothing, as on a standby.
async fn follow(
    connection: &mut PgConnection,
    partition: Partition,
    meter: &Meter,
) -> Result<ChainPoint, ReplayError> {
    let mut end = chain::last_point(connection, partition).await?;
    meter.add(end.position.get());
    loop {
        let rows = read_hashes(connection, partition, end.position).await?;
        if rows.is_empty() {
            return Ok(end);
        }
        for (position, hash) in &rows {
            end = end.after(hash);
            if *position != end.position {
                let reason = format!("position {} is missing", end.position);
                return Err(LogError::Corrupt { partition, reason }.into());
            }
        }
        meter.add(rows.len() as u64);
    }
}

/// The hashes of the rows behind a position, in their order, a page of them.
pub(crate) async fn read_hashes(
    connection: &mut PgConnection,
    partition: Partition,
    after: Position,
) -> Result<Vec<(Position, [u8; 32])>, ReplayError> {
    let rows: Vec<(i64, [u8; 32])> = sqlx::query_as(include_str!("read_hashes.sql"))
        .bind(column::partition(partition))
        .bind(column::position(after))
        .bind(ROWS_MAX)
        .fetch_all(connection)
        .await
        .map_err(failed("reading hashes"))?;
    let read = |(position, hash)| (column::read_position(position), hash);
    Ok(rows.into_iter().map(read).collect())
}

/// Some points of the chain, evenly spread, and its end.
async fn points(
    connection: &mut PgConnection,
    partition: Partition,
    end: ChainPoint,
) -> Result<Vec<SealedPoint>, ReplayError> {
    let found: Vec<(i64, [u8; 32])> = sqlx::query_as(include_str!("points.sql"))
        .bind(column::partition(partition))
        .bind(column::position(end.position))
        .bind(POINTS_MAX)
        .fetch_all(connection)
        .await
        .map_err(failed("reading the chain"))?;
    let last = found.last().map_or(0, |(position, _)| *position);
    let point = |(position, value): (i64, [u8; 32])| SealedPoint {
        position: position.unsigned_abs(),
        value: ChainValue::from_bytes(value),
    };
    let mut points: Vec<_> = found.into_iter().map(point).collect();
    // Where nothing could be written, the chain ends before.
    if column::read_position(last) < end.position {
        points.push(SealedPoint {
            position: end.position.get(),
            value: end.value,
        });
    }
    Ok(points)
}

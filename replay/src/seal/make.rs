use chrono::{DateTime, Utc};
use domain::partition::Partition;
use eventlog::{
    Epoch,
    chain::{self, ChainPoint, ChainValue},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::document::{FORMAT, Seal, SealedPartition, SealedPoint};
use crate::{
    ReplayError, column,
    database::Database,
    error::{ReplayError as Error, failed},
    meter::{Meter, Work},
    output::Format,
};

/// Places of each partition that a seal tells at most: where the chain itself was
/// written anew, they tell in which stretch of the log it happened.
const POINTS_MAX: i64 = 16;

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
    for partition in all {
        let end = extend(&mut connection, partition, &meter).await?;
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
            .ok_or(Error::NoLog)?;
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
    let point = |(position, value): (i64, [u8; 32])| SealedPoint {
        position: position.unsigned_abs(),
        value: ChainValue::from_bytes(value),
    };
    Ok(found.into_iter().map(point).collect())
}

//! The row of the log, the heads, and rows of partitions that the log does not have.

use std::num::NonZeroU16;

use domain::{ids::ResourceId, partition::Partition};
use eventlog::MasterKey;
use sqlx::{
    PgConnection,
    types::{
        Uuid,
        chrono::{DateTime, Utc},
    },
};

use crate::{
    error::{ReplayError, failed, without_log},
    verify::{Faults, Promise},
};

/// The row of the log: its id, its partitions, the check of its master key; and the
/// database's time.
type Row = (Option<Uuid>, Option<i16>, Option<Vec<u8>>, DateTime<Utc>);

/// A head's partition and position, and the resource of the partition's first event.
type HeadRow = (i16, i64, Option<String>);

/// What the log is, as far as it can be told.
#[derive(Debug, Clone, Copy)]
pub(super) struct TheLog {
    pub(super) id: Option<Uuid>,
    pub(super) partitions: NonZeroU16,
    pub(super) now: DateTime<Utc>,
}

/// Finds out which log this is and how many partitions it has, whatever of it is altered.
pub(super) async fn check(
    connection: &mut PgConnection,
    master: Option<&MasterKey>,
    faults: &mut Faults,
) -> Result<TheLog, ReplayError> {
    let (id, partitions, check, now): Row = sqlx::query_as(include_str!("log_row.sql"))
        .fetch_one(&mut *connection)
        .await
        .map_err(without_log("looking for the log"))?;
    let heads: Vec<HeadRow> = sqlx::query_as(include_str!("heads.sql"))
        .fetch_all(connection)
        .await
        .map_err(without_log("reading the heads"))?;
    let said = partitions.and_then(|count| u16::try_from(count).ok());
    let said = said.and_then(NonZeroU16::new);
    if said.is_none() && heads.is_empty() {
        return Err(ReplayError::NoLog);
    }
    let partitions = count(said, &heads, faults)?;
    if let (Some(id), Some(check), Some(master)) = (id, check, master)
        && !eventlog::is_master_key_of(master, id, &check)
    {
        let says = "its id and its master_key_check do not belong together by this master key: \
            one of the three is another's";
        let remedy =
            "restore the row of log from a backup, or give the master key of this installation";
        faults.found_of(Promise::Log, "table log", says, remedy);
    }
    Ok(TheLog {
        id,
        partitions,
        now,
    })
}

/// How many partitions the log has, by its row where that fits the heads.
fn count(
    said: Option<NonZeroU16>,
    heads: &[HeadRow],
    faults: &mut Faults,
) -> Result<NonZeroU16, ReplayError> {
    let highest = heads.iter().map(|(partition, ..)| *partition).max();
    let by_heads = highest.and_then(|highest| u16::try_from(highest).ok());
    let by_heads = by_heads.and_then(|highest| NonZeroU16::new(highest.checked_add(1)?));
    let Some(said) = said else {
        let by_heads = by_heads.ok_or(ReplayError::NoLog)?;
        let says = format!(
            "its row is missing, beside {by_heads} heads: which log this is, nothing tells; \
             a server would make another log over this one's events"
        );
        let remedy = "start no server; restore the row of log from a backup";
        faults.found_of(Promise::Log, "table log", says, remedy);
        return Ok(by_heads);
    };
    let Some(by_heads) = by_heads.filter(|by_heads| *by_heads != said) else {
        return Ok(said);
    };
    if fits(said, heads) || !fits(by_heads, heads) {
        // A head is missing or is one too many, which is told where it is read.
        return Ok(said);
    }
    let says =
        format!("its row says {said} partitions, and heads and events are of a log of {by_heads}");
    let remedy = format!("start no server; set it back: update log set partitions = {by_heads}");
    faults.found_of(Promise::Log, "table log", says, remedy);
    Ok(by_heads)
}

/// Whether each partition's first event is at home there in a log of so many partitions.
fn fits(count: NonZeroU16, heads: &[HeadRow]) -> bool {
    heads.iter().all(|(partition, _, resource)| {
        let resource: Option<ResourceId> = resource.as_ref().and_then(|id| id.parse().ok());
        resource
            .is_none_or(|id| i32::from(Partition::of(&id, count).get()) == i32::from(*partition))
    })
}

/// Tells of rows in partitions that the log does not have: a line a partition.
pub(super) async fn check_strays(
    connection: &mut PgConnection,
    partitions: NonZeroU16,
    faults: &mut Faults,
) -> Result<(), ReplayError> {
    let strays: Vec<(String, i16, i64)> = sqlx::query_as(include_str!("strays.sql"))
        .bind(i16::try_from(partitions.get()).unwrap_or(i16::MAX))
        .fetch_all(connection)
        .await
        .map_err(failed("looking for strays"))?;
    for of_one in strays.chunk_by(|(_, one, _), (_, other, _)| one == other) {
        let Some((_, partition, _)) = of_one.first() else {
            continue;
        };
        let tables = of_one
            .iter()
            .map(|(name, _, rows)| format!("{name} ({rows})"));
        let tables = tables.collect::<Vec<_>>().join(", ");
        let says = format!(
            "the log has partitions 0 to {}, and there are rows of partition {partition} in {tables}",
            partitions.get() - 1
        );
        let remedy = "see where they come from, and delete them: no server reads them";
        let place = format!("partition {partition}");
        faults.found_of(Promise::Partitions, place, says, remedy);
    }
    Ok(())
}

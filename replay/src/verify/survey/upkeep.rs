//! What nodes and views note for themselves: leases, generations, checkpoints, and how
//! far retention is.

use std::num::NonZeroU16;

use eventlog::Duty;
use projections::view::{Generation, View};
use sqlx::{PgConnection, types::Uuid};

use crate::{
    error::{ReplayError, failed},
    verify::{Faults, Promise},
};

/// Seconds that a lease can have to run at most: a server takes it for two.
const LEASE_MAX: i64 = 60;

/// Seconds by which a row may be ahead of the database's time.
const AHEAD_MAX: i64 = 60;

/// Tells of leases that no server takes.
pub(super) async fn check_leases(
    connection: &mut PgConnection,
    partitions: NonZeroU16,
    faults: &mut Faults,
) -> Result<(), ReplayError> {
    let leases: Vec<(i16, String, Uuid, i64)> = sqlx::query_as(include_str!("leases.sql"))
        .bind(i16::try_from(partitions.get()).unwrap_or(i16::MAX))
        .fetch_all(connection)
        .await
        .map_err(failed("reading the leases"))?;
    for (partition, duty, node, seconds) in leases {
        let says = if !Duty::ALL.iter().any(|known| known.name() == duty) {
            format!("it is of the duty {duty:?}, and there is no such duty")
        } else if seconds > LEASE_MAX {
            format!(
                "it ends in {seconds} seconds only, and nobody else does what it is for until then"
            )
        } else {
            continue;
        };
        let place = format!("the lease of {duty} of partition {partition} by node {node}");
        let remedy = format!(
            "delete it, servers take leases by themselves: \
             delete from leases where partition = {partition} and duty = '{duty}'"
        );
        faults.found_of(Promise::Leases, place, says, remedy);
    }
    Ok(())
}

/// Tells of makings of views that are not as rebuilds leave them, and of checkpoints of
/// views that there are not.
pub(super) async fn check_generations(
    connection: &mut PgConnection,
    faults: &mut Faults,
) -> Result<(), ReplayError> {
    let rows: Vec<(String, i32, Option<i64>)> = sqlx::query_as(include_str!("generations.sql"))
        .fetch_all(&mut *connection)
        .await
        .map_err(failed("reading the generations"))?;
    let live = Generation::LIVE.number();
    let known = |name: &str| View::ALL.iter().any(|view| view.name() == name);
    for view in View::ALL.map(View::name) {
        if !rows
            .iter()
            .any(|(of, number, _)| of == view && *number == live)
        {
            let says = format!("view {view} has no generation {live}, the one that is read");
            let remedy = format!("make it again: `rebuild {view}`");
            faults.found_of(Promise::Views, "table generations", says, remedy);
        }
    }
    for (view, generation, ahead) in &rows {
        let says = if !known(view) {
            format!("it has generation {generation} of view {view:?}, and there is no such view")
        } else if ![live, Generation::SHADOW.number()].contains(generation) {
            format!("it has generation {generation} of view {view}, and there is none but 1 and 2")
        } else if ahead.is_some_and(|ahead| ahead > AHEAD_MAX) {
            format!("generation {generation} of view {view} is of a time that is yet to come")
        } else {
            continue;
        };
        let remedy = "see who wrote the row, and delete it; `rebuild` writes its own";
        faults.found_of(Promise::Views, "table generations", says, remedy);
    }
    let of: Vec<(String, i32)> = sqlx::query_as(include_str!("checkpoints.sql"))
        .fetch_all(connection)
        .await
        .map_err(failed("reading the checkpoints"))?;
    for (view, generation) in of {
        if known(&view) && [live, Generation::SHADOW.number()].contains(&generation) {
            continue;
        }
        let says = format!(
            "it has checkpoints of generation {generation} of view {view:?}, and there is none"
        );
        let remedy = "see who wrote the rows, and delete them";
        faults.found_of(Promise::Checkpoints, "table checkpoints", says, remedy);
    }
    Ok(())
}

/// Tells where retention says that it is further than the log.
pub(super) async fn check_retention(
    connection: &mut PgConnection,
    partitions: NonZeroU16,
    faults: &mut Faults,
) -> Result<(), ReplayError> {
    let beyond: Vec<(i16, i64, i64)> = sqlx::query_as(include_str!("retention.sql"))
        .bind(i16::try_from(partitions.get()).unwrap_or(i16::MAX))
        .fetch_all(connection)
        .await
        .map_err(failed("reading how far retention is"))?;
    for (partition, position, head) in beyond {
        let says = format!(
            "it says that retention is at {position} of partition {partition}, which ends at {head}"
        );
        let remedy = format!(
            "delete the row, retention walks once more: delete from retention where partition = {partition}"
        );
        faults.found_of(Promise::Retention, "table retention", says, remedy);
    }
    Ok(())
}

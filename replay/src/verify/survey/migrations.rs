//! What the table of migrations says against the migrations.

use eventlog::MIGRATOR;
use sqlx::{
    PgConnection,
    types::chrono::{DateTime, Utc},
};

use crate::{
    error::{ReplayError, failed},
    verify::{Faults, Promise},
};

/// The migration that brought the chain.
const CHAIN: i64 = 20_261_126_000_002;

const PLACE: &str = "table _sqlx_migrations";

type Row = (i64, bool, Vec<u8>, DateTime<Utc>);

/// Compares them; gives since when the database has a chain.
pub(super) async fn check(
    connection: &mut PgConnection,
    faults: &mut Faults,
) -> Result<DateTime<Utc>, ReplayError> {
    let table: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed("looking for the migrations"))?;
    let run: Vec<Row> = if table {
        sqlx::query_as(include_str!("migrations.sql"))
            .fetch_all(connection)
            .await
            .map_err(failed("reading the migrations"))?
    } else {
        Vec::new()
    };
    let remedy = "the schema itself is compared apart: restore the row from a backup, \
        or from a database of the same release";
    if run.is_empty() {
        faults.found_of(Promise::Schema, PLACE, "it is gone, or empty", remedy);
        return Ok(DateTime::<Utc>::MAX_UTC);
    }
    for migration in MIGRATOR.iter() {
        let version = migration.version;
        let says = match run.iter().find(|(of, ..)| *of == version) {
            None => format!("migration {version} is not noted: it was not run, or its row is gone"),
            Some((_, false, ..)) => format!("migration {version} is noted as failed"),
            Some((_, _, checksum, _)) if *checksum != *migration.checksum => {
                format!("migration {version} is noted with the checksum of another text")
            }
            Some(_) => continue,
        };
        faults.found_of(Promise::Schema, PLACE, says, remedy);
    }
    let latest = MIGRATOR.iter().map(|migration| migration.version).max();
    for (version, ..) in &run {
        let known = MIGRATOR
            .iter()
            .any(|migration| migration.version == *version);
        if !known && Some(*version) < latest {
            let says = format!("migration {version} is noted, and there is none");
            faults.found_of(Promise::Schema, PLACE, says, remedy);
        }
    }
    let chain = run.iter().find(|(version, ..)| *version == CHAIN);
    Ok(chain.map_or(DateTime::<Utc>::MAX_UTC, |(.., at)| *at))
}

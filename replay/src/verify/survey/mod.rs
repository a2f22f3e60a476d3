//! What can be told of the log without reading its rows: the schema, the row of the log,
//! and what nodes note for themselves.

mod indexes;
mod log;
mod migrations;
mod schema;
mod upkeep;

use std::num::NonZeroU16;

use eventlog::{LogError, MasterKey, Program, Refusal};
use projections::view::View;
use sqlx::{
    PgConnection,
    types::{
        Uuid,
        chrono::{DateTime, Utc},
    },
};

use crate::{database::Database, error::ReplayError};

use super::Faults;

/// The tables without which nothing more can be read.
const NEEDED: [&str; 5] = ["heads", "events", "chain", "retention", "booking_keys"];

/// What is known of the log before its rows are read.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) faults: Faults,
    /// Which log it says it is.
    pub(super) log: Option<Uuid>,
    pub(super) partitions: NonZeroU16,
    /// The database's time.
    pub(super) now: DateTime<Utc>,
    /// Since when the database has a chain.
    pub(super) chained_since: DateTime<Utc>,
    /// Whether the rest can be read at all.
    pub(super) readable: bool,
    /// Whether the views can be read.
    pub(super) views: bool,
    /// Whether the stock repository can be asked.
    pub(super) stock: bool,
    /// The indexes that lack rows.
    pub(super) broken_indexes: Vec<String>,
    /// What was not looked at, and why.
    pub(super) notes: Vec<String>,
}

/// Whether this program can read the schema. One that lacks nothing but the note of a
/// migration is read, and that is told.
async fn require_fit(
    connection: &mut PgConnection,
    schema: &schema::Schema,
) -> Result<(), ReplayError> {
    match eventlog::require_fit(connection, Program::Tool).await {
        Err(LogError::Refused(Refusal::Unmigrated { .. })) if !schema.lacks_column() => Ok(()),
        fits => Ok(fits?),
    }
}

/// Looks at it.
pub(super) async fn survey(
    database: &Database,
    master: Option<&MasterKey>,
    amcheck: bool,
) -> Result<Survey, ReplayError> {
    let mut connection = database.connect().await?;
    let mut faults = Faults::default();
    let found = log::check(&mut connection, master, &mut faults).await?;
    let schema = schema::check(&mut connection, &mut faults).await?;
    require_fit(&mut connection, &schema).await?;
    let chained_since = migrations::check(&mut connection, &mut faults).await?;
    let whole = |table: &str| !schema.is_at_fault(table);
    let readable = NEEDED.into_iter().all(|table| !schema.is_missing(table));
    let mut indexes = indexes::Indexes::default();
    if readable {
        let partitions = found.partitions;
        if schema.has_all_tables() {
            log::check_strays(&mut connection, partitions, &mut faults).await?;
            upkeep::check_leases(&mut connection, partitions, &mut faults).await?;
            upkeep::check_generations(&mut connection, &mut faults).await?;
            upkeep::check_retention(&mut connection, partitions, &mut faults).await?;
        }
        indexes = indexes::check(&mut connection, amcheck, &mut faults).await?;
    }
    let mut notes = Vec::new();
    notes.extend(indexes.unchecked);
    if !readable {
        notes.push("nothing else was verified: a table that is needed is missing".to_owned());
    }
    Ok(Survey {
        faults,
        log: found.id,
        partitions: found.partitions,
        now: found.now,
        chained_since,
        readable,
        views: whole("checkpoints") && View::ALL.map(View::name).into_iter().all(whole),
        stock: whole("postgres_es_events"),
        broken_indexes: indexes.broken,
        notes,
    })
}

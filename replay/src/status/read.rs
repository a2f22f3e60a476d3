use chrono::{DateTime, Utc};
use eventlog::{Duty, Epoch};
use projections::view::View;
use serde::Serialize;
use sqlx::{FromRow, PgConnection, postgres::PgRow, types::Uuid};

use crate::{
    ReplayError,
    database::Database,
    error::{of_this_schema, without_log},
};

/// How everything stands.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    /// This tool's release.
    pub(super) tool: &'static str,
    pub(super) log: LogRow,
    pub(super) epoch: String,
    pub(super) server: Server,
    pub(super) schema: Schema,
    pub(super) partitions: Vec<PartitionRow>,
    pub(super) views: Vec<ViewRow>,
    pub(super) duties: Vec<DutyRow>,
    /// The nodes that have a duty; one that has none is not known.
    pub(super) nodes: Vec<Uuid>,
    pub(super) rebuilds: Vec<Rebuild>,
    pub(super) tables: Vec<Table>,
    /// What somebody should look at, in words.
    pub(super) attention: Vec<String>,
}

#[derive(Debug, Serialize, FromRow)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogRow {
    pub(super) id: Uuid,
    pub(super) restores: i32,
    pub(super) created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Serialize, FromRow)]
#[serde(rename_all = "camelCase")]
pub(super) struct Server {
    pub(super) version: String,
    pub(super) timeline: String,
    pub(super) in_recovery: bool,
    pub(super) read_only: bool,
    pub(super) database: String,
    pub(super) bytes: i64,
    pub(super) now: DateTime<Utc>,
    /// On a standby: the age of what it has repeated last.
    pub(super) replayed_seconds_ago: Option<f64>,
    pub(super) archive_fails: bool,
    pub(super) longest_transaction_seconds: f64,
}

/// The schema's steps, by their numbers.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Schema {
    pub(super) applied: Vec<i64>,
    /// Begun, and not ended.
    pub(super) failed: Vec<i64>,
    /// Known to this tool, and not taken.
    pub(super) missing: Vec<i64>,
    /// Taken, and not known to this tool.
    pub(super) unknown: Vec<i64>,
}

#[derive(Debug, Clone, Serialize, FromRow)]
#[serde(rename_all = "camelCase")]
pub(super) struct PartitionRow {
    pub(super) partition: i16,
    pub(super) position: i64,
    pub(super) last_at: Option<DateTime<Utc>>,
    pub(super) chained: i64,
    pub(super) unchained_seconds: f64,
    pub(super) emptied: i64,
}

#[derive(Debug, Clone, Serialize, FromRow)]
#[serde(rename_all = "camelCase")]
pub(super) struct ViewRow {
    pub(super) view: String,
    pub(super) partition: i16,
    /// None where it was never folded.
    pub(super) position: Option<i64>,
    /// Whether the log has all that it has folded.
    pub(super) of_the_log: bool,
    /// In events.
    pub(super) behind: i64,
    /// The age of the first of them.
    pub(super) seconds: f64,
}

#[derive(Debug, Clone, Serialize, FromRow)]
#[serde(rename_all = "camelCase")]
pub(super) struct DutyRow {
    pub(super) duty: String,
    pub(super) partition: i16,
    pub(super) node: Option<Uuid>,
    /// Until its lease ends, unless it renews it.
    pub(super) seconds: Option<f64>,
}

#[derive(Debug, Serialize, FromRow)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rebuild {
    pub(super) view: String,
    pub(super) begun_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, FromRow)]
#[serde(rename_all = "camelCase")]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) bytes: i64,
    /// As PostgreSQL estimates.
    pub(super) rows: Option<i64>,
}

/// Reads it all, in one snapshot.
pub(super) async fn read(database: &Database) -> Result<Status, ReplayError> {
    // Says that there is no log in words that fit.
    database.partitions().await?;
    let mut connection = database.snapshot().await?;
    let connection = &mut connection;
    let log: LogRow = sqlx::query_as(include_str!("log.sql"))
        .fetch_one(&mut *connection)
        .await
        .map_err(without_log("looking for the log"))?;
    let schema = schema(connection).await?;
    let server: Server = sqlx::query_as(include_str!("server.sql"))
        .fetch_one(&mut *connection)
        .await
        .map_err(of_this_schema("asking what PostgreSQL it is"))?;
    let views: Vec<_> = View::ALL.iter().map(|view| view.name()).collect();
    let duties: Vec<_> = Duty::ALL.iter().map(|duty| duty.name()).collect();
    let duties: Vec<DutyRow> = named(connection, include_str!("duties.sql"), duties).await?;
    let mut nodes: Vec<Uuid> = duties.iter().filter_map(|duty| duty.node).collect();
    nodes.sort_unstable();
    nodes.dedup();
    Ok(Status {
        tool: env!("CARGO_PKG_VERSION"),
        epoch: Epoch::new(log.id, log.restores, &server.timeline).to_string(),
        log,
        server,
        schema,
        partitions: rows(connection, include_str!("partitions.sql")).await?,
        views: named(connection, include_str!("views.sql"), views).await?,
        duties,
        nodes,
        rebuilds: rows(connection, include_str!("rebuilds.sql")).await?,
        tables: rows(connection, include_str!("tables.sql")).await?,
        attention: Vec::new(),
    })
}

async fn schema(connection: &mut PgConnection) -> Result<Schema, ReplayError> {
    let taken: Vec<(i64, bool)> = sqlx::query_as(include_str!("migrations.sql"))
        .fetch_all(connection)
        .await
        .map_err(of_this_schema("reading the schema's steps"))?;
    let known: Vec<i64> = eventlog::MIGRATOR.iter().map(|step| step.version).collect();
    let of = |success| {
        let taken = taken.iter().filter(move |step| step.1 == success);
        taken.map(|step| step.0).collect::<Vec<_>>()
    };
    let (applied, failed) = (of(true), of(false));
    let missing = known.iter().filter(|step| !applied.contains(step));
    let unknown = applied.iter().filter(|step| !known.contains(step));
    Ok(Schema {
        missing: missing.copied().collect(),
        unknown: unknown.copied().collect(),
        applied,
        failed,
    })
}

async fn rows<T: for<'r> FromRow<'r, PgRow> + Send + Unpin>(
    connection: &mut PgConnection,
    statement: &'static str,
) -> Result<Vec<T>, ReplayError> {
    let rows = sqlx::query_as(statement).fetch_all(connection).await;
    rows.map_err(of_this_schema("reading how things stand"))
}

/// As [`rows`], of what is named.
async fn named<T: for<'r> FromRow<'r, PgRow> + Send + Unpin>(
    connection: &mut PgConnection,
    statement: &'static str,
    names: Vec<&'static str>,
) -> Result<Vec<T>, ReplayError> {
    let rows = sqlx::query_as(statement)
        .bind(names)
        .fetch_all(connection)
        .await;
    rows.map_err(of_this_schema("reading how things stand"))
}

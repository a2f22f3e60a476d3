//! Retention on demand.

use chrono::{DateTime, Utc};
use domain::calendar::Timestamp;
use eventlog::retention::{Compaction, compact as compact_step};
use serde_json::json;
use sqlx::PgConnection;

use crate::{
    ReplayError,
    database::Database,
    error::failed,
    output::{self, Format},
};

/// How old renewals may become, as the server's own setting says by default.
const HOURS: u32 = 24;

/// What to empty.
#[derive(Debug, clap::Args)]
pub(crate) struct CompactArguments {
    /// Empties what is older than so many hours.
    #[arg(long, value_name = "HOURS", default_value_t = HOURS, conflicts_with = "before")]
    older_than_hours: u32,

    /// Empties what was recorded before this time, like 2026-11-24T13:00:00Z.
    #[arg(long, value_name = "TIME")]
    before: Option<Timestamp>,
}

/// Empties the old renewals of ended holds, partition after partition.
pub(crate) async fn compact(
    database: &Database,
    arguments: &CompactArguments,
    format: Format,
) -> Result<(), ReplayError> {
    let mut connection = database.connect().await?;
    let before = before(&mut connection, arguments).await?;
    let (mut total, mut partitions) = (0, Vec::new());
    for partition in database.partitions().await? {
        let mut emptied = 0;
        let through = loop {
            let step: Compaction = compact_step(&mut connection, partition, before).await?;
            emptied += step.emptied;
            if !step.more {
                break step.through;
            }
        };
        total += emptied;
        if format == Format::Human {
            output::line(format_args!(
                "partition {partition}: {emptied} renewals emptied; done up to position {through}"
            ))?;
        }
        partitions.push(json!({
            "partition": partition.get(), "emptied": emptied, "through": through.get(),
        }));
    }
    if format == Format::Json {
        let document = json!({ "before": before, "emptied": total, "partitions": partitions });
        return Ok(output::json(&document)?);
    }
    Ok(output::line(format_args!(
        "{total} renewals that were recorded before {before} are emptied"
    ))?)
}

/// Before which time a renewal is old, by the database's clock.
async fn before(
    connection: &mut PgConnection,
    arguments: &CompactArguments,
) -> Result<Timestamp, ReplayError> {
    if let Some(before) = arguments.before {
        return Ok(before);
    }
    let now: DateTime<Utc> = sqlx::query_scalar(include_str!("clock.sql"))
        .fetch_one(connection)
        .await
        .map_err(failed("reading the clock"))?;
    let kept_ms = i64::from(arguments.older_than_hours) * 3_600_000;
    let before = now.timestamp_millis() - kept_ms;
    Ok(Timestamp::from_ms(before).unwrap_or(Timestamp::EPOCH))
}

//! Retention on demand.

use std::io;

use chrono::{DateTime, Utc};
use domain::{calendar::Timestamp, partition::Partition};
use eventlog::{
    Position,
    retention::{Compaction, Scope, compact as compact_step},
};
use serde_json::json;
use sqlx::PgConnection;

use crate::{
    ReplayError,
    database::Database,
    error::failed,
    meter::{Meter, Work},
    output::{self, Format},
};

/// How old renewals may become, as the server's own setting says by default.
const RENEWALS_HOURS: u32 = 24;

/// The same for all that is told of a hold that ended without a booking.
const HOLDS_HOURS: u32 = 168;

/// What to empty.
#[derive(Debug, clap::Args)]
pub(crate) struct CompactArguments {
    /// Empties all that is told of holds that ended without a booking; without it, the
    /// renewals of all holds that have ended.
    #[arg(long)]
    holds: bool,

    /// Empties what is older than so many hours. Absent: 24, and 168 with --holds.
    #[arg(long, value_name = "HOURS", conflicts_with = "before")]
    older_than_hours: Option<u32>,

    /// Empties what was recorded before this time, like 2026-11-24T13:00:00Z.
    #[arg(long, value_name = "TIME")]
    before: Option<Timestamp>,
}

impl CompactArguments {
    const fn scope(&self) -> Scope {
        if self.holds {
            Scope::Holds
        } else {
            Scope::Renewals
        }
    }

    fn hours(&self) -> u32 {
        self.older_than_hours.unwrap_or(match self.scope() {
            Scope::Renewals => RENEWALS_HOURS,
            Scope::Holds => HOLDS_HOURS,
        })
    }
}

/// Rows that were changed, and what is wrong with each.
type Changed = Vec<(Partition, Position, String)>;

/// Empties what is told of old holds, partition after partition; whether no row of it was
/// changed.
pub(crate) async fn compact(
    database: &Database,
    arguments: &CompactArguments,
    format: Format,
) -> Result<bool, ReplayError> {
    let mut connection = database.connect().await?;
    let now = clock(&mut connection).await?;
    let (scope, before) = (arguments.scope(), before(arguments, now));
    let (mut total, mut partitions, mut changed) = (0, Vec::new(), Changed::new());
    let all = database.partitions().await?;
    let work = Work {
        doing: "compacting",
        unit: "events",
        all: database.events().await?,
    };
    let meter = Meter::new(format, work);
    for partition in all {
        let (mut emptied, mut looked_through) = (0, 0);
        let through = loop {
            let step: Compaction =
                compact_step(&mut connection, partition, scope, before, now).await?;
            emptied += step.emptied;
            let faults = step.changed.into_iter();
            changed.extend(faults.map(|(position, fault)| (partition, position, fault)));
            meter.add(step.through.get().saturating_sub(looked_through));
            looked_through = step.through.get();
            if !step.more {
                break step.through;
            }
        };
        total += emptied;
        partitions.push((partition, emptied, through));
    }
    meter.finish();
    tell((scope, before), (total, &changed), &partitions, format)?;
    Ok(changed.is_empty())
}

/// Says how many rows were emptied in each partition, up to where, and which were changed.
fn tell(
    (scope, before): (Scope, Timestamp),
    (total, changed): (u64, &Changed),
    partitions: &[(Partition, u64, Position)],
    format: Format,
) -> io::Result<()> {
    if format == Format::Json {
        let partition = |(partition, emptied, through): &(Partition, u64, Position)| {
            json!({
                "partition": partition.get(), "emptied": emptied, "through": through.get(),
            })
        };
        let partitions: Vec<_> = partitions.iter().map(partition).collect();
        let fault = |(partition, position, fault): &(Partition, Position, String)| {
            json!({
                "partition": partition.get(), "position": position.get(), "fault": fault,
            })
        };
        let changed: Vec<_> = changed.iter().map(fault).collect();
        let document = json!({
            "before": before, "emptied": total, "changed": changed, "partitions": partitions,
        });
        return output::json(&document);
    }
    let rows = match scope {
        Scope::Renewals => "renewals",
        Scope::Holds => "events of unbooked holds",
    };
    for (_, _, fault) in changed {
        output::line(format_args!("changed, and left as it is: {fault}"))?;
    }
    for (partition, emptied, through) in partitions {
        output::line(format_args!(
            "partition {partition}: {emptied} {rows} emptied; done up to position {through}"
        ))?;
    }
    output::line(format_args!(
        "{total} {rows} that were recorded before {before} are emptied"
    ))
}

/// Before when what is recorded is emptied, at the time `now`.
fn before(arguments: &CompactArguments, now: Timestamp) -> Timestamp {
    arguments.before.unwrap_or_else(|| {
        let kept_ms = i64::from(arguments.hours()) * 3_600_000;
        let before = now.to_datetime().timestamp_millis() - kept_ms;
        Timestamp::from_ms(before).unwrap_or(Timestamp::EPOCH)
    })
}

async fn clock(connection: &mut PgConnection) -> Result<Timestamp, ReplayError> {
    let now: DateTime<Utc> = sqlx::query_scalar(include_str!("clock.sql"))
        .fetch_one(connection)
        .await
        .map_err(failed("reading the clock"))?;
    Ok(now.into())
}

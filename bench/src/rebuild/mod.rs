//! Views made anew, beside a replay that reads alone.

mod log;
mod past;
mod replay;
mod turn;
mod visit;

use std::path::Path;

use projections::view::View;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use crate::{
    Outcome,
    ours::{Node, PARTITIONS},
    postgres::Postgres,
    report::{Bound, Machine, Metric, Report},
    scale::Scale,
};

pub(crate) use turn::Turn;
use turn::{Turned, take};

const METHOD: &str = "A log of visits: a hold is placed and renewed, then consumed by a booking or left to expire; some bookings are \
moved or cancelled. Ours makes all four views anew from it, from the first event read to the tables swapped, indexes included. \
Beside it cqrs-es's QueryReplay over postgres-es reads the same events, each aggregate's in turn, for a query that does nothing: \
from a table of its own, as its documentation has it, and from the view of our log that it can read. Each turn is a process \
of its own. After each turn of ours the views are compared with those that the runners wrote as the log grew.";

const CASE: &str = "all events";
const OURS: &str = "slotkeeper, views written";
const TABLE: &str = "QueryReplay, a table of its own";
const VIEW: &str = "QueryReplay, our log";

/// How many times as fast as a replay that reads alone.
const WANTED: f64 = 1.5;
/// Memory that a rebuild may take, in MB.
const MEMORY_MB_MAX: f64 = 200.0;

/// Runs the benchmark; `program` is this one.
///
/// # Errors
///
/// When a turn does not fold or read all events, or the views come out otherwise.
pub async fn run(scale: Scale, program: &Path) -> Outcome<Report> {
    let postgres = Postgres::start().await?;
    let machine = Machine::here(postgres.version().await?);
    let mut report = Report::new("rebuild", METHOD, machine, scale);
    let options = postgres.database("rebuild").await?;
    let events = prepare(&options, scale.events).await?;
    report.note(format!("{events} events in {PARTITIONS} partitions."));
    let views = digests(&options).await?;
    let url = crate::postgres::url(&options)?;
    let mut turns = [
        (OURS, Turn::Rebuild { url: url.clone() }),
        (TABLE, Turn::ReplayTable { url: url.clone() }),
        (VIEW, Turn::ReplayView { url }),
    ];
    for _round in 0..scale.rounds {
        for (name, turn) in &turns {
            let turned = take(program, turn).await?;
            if turned.events != events {
                return Err(format!("{name}: {} of {events} events", turned.events).into());
            }
            add(&mut report, name, &turned);
            if *name == OURS && digests(&options).await? != views {
                return Err("the rebuilt views differ from those that were there".into());
            }
            settle(&options).await?;
        }
        turns.rotate_left(1);
    }
    for peer in [TABLE, VIEW] {
        report.claim(CASE, &rate(), OURS, peer, Bound::AtLeast(WANTED));
    }
    let bound = Bound::AtMost(MEMORY_MB_MAX);
    report.claim_by(CASE, &memory(), OURS, None, bound);
    postgres.stop().await?;
    Ok(report)
}

fn rate() -> Metric {
    Metric::new("events/s", 0)
}

fn memory() -> Metric {
    Metric::new("peak MB", 0)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "millions of events, and bytes of a process"
)]
fn add(report: &mut Report, name: &str, turned: &Turned) {
    let figure = turned.events as f64 / turned.seconds;
    report.add(CASE, name, rate(), figure);
    report.add(CASE, name, memory(), turned.peak_bytes as f64 / 1e6);
    report.progress(CASE, name);
}

/// Writes the log, its views and the table that postgres-es has its own events in.
/// Returns how many events there are.
async fn prepare(options: &PgConnectOptions, events: u32) -> Outcome<u64> {
    let written = past::write(&log::open(options.clone()).await?, events).await?;
    let node = Node::start(options.clone(), PARTITIONS).await?;
    node.caught_up().await?;
    node.stop().await?;
    let mut connection = PgConnection::connect_with(options).await?;
    sqlx::raw_sql(include_str!("table.sql"))
        .execute(&mut connection)
        .await?;
    sqlx::query("vacuum analyze")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    settle(options).await?;
    Ok(written)
}

/// Has everything written out, so that no turn pays for the one before it.
async fn settle(options: &PgConnectOptions) -> Outcome<()> {
    let mut connection = PgConnection::connect_with(options).await?;
    sqlx::query("checkpoint").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// A digest of each view's rows.
async fn digests(options: &PgConnectOptions) -> Outcome<Vec<String>> {
    let mut connection = PgConnection::connect_with(options).await?;
    let mut digests = Vec::new();
    for view in View::ALL {
        let digest =
            format!("select md5(string_agg(of::text, ' ' order by of::text)) from {view} as of");
        let digest: Option<String> = sqlx::query_scalar(&digest)
            .fetch_one(&mut connection)
            .await?;
        digests.push(digest.unwrap_or_default());
    }
    connection.close().await?;
    Ok(digests)
}

//! Whether the past costs anything.

mod past;

use std::{path::Path, sync::Arc};

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use crate::{
    Outcome,
    book::SEED,
    draw::{DAYS, Draw, DrawSize},
    ours::{Node, PARTITIONS, Server},
    play::play,
    postgres::Postgres,
    read::{self, Target, gallop},
    report::{Bound, Machine, Metric, Report},
    scale::Scale,
};

const METHOD: &str = "Two servers, one on a fresh log, one on a log with bookings of the same resources on days that are gone by \
(two events each, written through the log's own append, folded by the projections, vacuumed). In each round both book a lap of the first benchmark \
on days of its own, by 64 clients over HTTP, and read as in the benchmark before.";

/// How many clients book at the same time.
const CLIENTS: usize = 64;

const BOOKING: &str = "booking";
const FRESH: &str = "no past bookings";
const OLD: &str = "past bookings";

/// Runs the benchmark; `program` is this one.
///
/// # Errors
///
/// When a server fails.
pub async fn run(scale: Scale, program: &Path) -> Outcome<Report> {
    let postgres = Postgres::start().await?;
    let machine = Machine::here(postgres.version().await?);
    let mut report = Report::new("history", METHOD, machine, scale);
    let size = DrawSize {
        laps: 1,
        ..scale.draw
    };
    let resources = Draw::new(SEED, size).resources;
    let mut servers = Vec::new();
    for (name, bookings) in [(FRESH, 0), (OLD, scale.past)] {
        let database = format!("history_{bookings}");
        let options = postgres.database(&database).await?;
        let written = prepare(&options, resources, bookings).await?;
        report.note(format!("{name}: {written} bookings on days gone by."));
        servers.push((name, Server::start(program, options).await?));
    }
    for round in 0..scale.rounds {
        let nth_day = u32::try_from(round)? * DAYS;
        let first_day = Draw::first_day().plus(nth_day).ok_or("too many rounds")?;
        let draw = Arc::new(Draw::from_day(SEED, size, first_day));
        servers.rotate_left(round % 2);
        for (name, server) in &mut servers {
            turn(name, server, &draw, scale, &mut report).await?;
        }
    }
    let mut cases = Target::ALL
        .map(|target| (target.name(), Metric::answers()))
        .to_vec();
    cases.push((BOOKING, Metric::bookings()));
    for (case, metric) in cases {
        report.claim(case, &metric, OLD, FRESH, Bound::AtLeast(0.9));
    }
    for (_, server) in servers {
        server.stop().await?;
    }
    postgres.stop().await?;
    Ok(report)
}

/// Registers resources and writes their past; returns how many bookings it has.
async fn prepare(options: &PgConnectOptions, resources: u32, bookings: u32) -> Outcome<u32> {
    let node = Node::start(options.clone(), PARTITIONS).await?;
    node.register(resources).await?;
    let written = past::write(node.log(), node.cipher(), resources, bookings).await?;
    node.caught_up().await?;
    node.stop().await?;
    let mut connection = PgConnection::connect_with(options).await?;
    sqlx::query("vacuum analyze")
        .execute(&mut connection)
        .await?;
    sqlx::query("checkpoint").execute(&mut connection).await?;
    connection.close().await?;
    Ok(written)
}

async fn turn(
    name: &str,
    server: &mut Server,
    draw: &Arc<Draw>,
    scale: Scale,
    report: &mut Report,
) -> Outcome<()> {
    let played = play(&server.web, draw, CLIENTS, scale.turn).await?;
    report.add(BOOKING, name, Metric::bookings(), played.rate());
    report.add_latency(BOOKING, name, &played.latency);
    report.progress(BOOKING, name);
    for target in Target::ALL {
        let path = |dice: &mut _| target.path(dice, draw.resources);
        let turn = gallop(&mut server.child, read::CLIENTS, scale.turn, path).await?;
        read::add(report, target.name(), name, &turn);
    }
    Ok(())
}

//! One hot day: clients that all want the same resource's day.

mod fight;

use std::sync::Arc;

use self::fight::{Fought, fight};
use crate::{
    Outcome,
    ours::{Node, PARTITIONS},
    peers::{BitmapRow, CqrsEs, ExclusionConstraint},
    postgres::Postgres,
    report::{Machine, Metric, Report},
    scale::Scale,
};

const METHOD: &str = "64 clients book random hours of one resource's day and cancel at once what they get, for five seconds. \
The figure is answered commands per second: bookings, cancellations and refusals, about half of which write. \
While a booking stands, nobody else may be given its hour: each turn checks that.";

/// How many clients fight.
const CLIENTS: u32 = 64;

/// Who takes turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Slotkeeper,
    Exclusion,
    Bitmap,
    Cqrs,
}

impl Turn {
    const ALL: [Self; 4] = [Self::Slotkeeper, Self::Exclusion, Self::Bitmap, Self::Cqrs];

    const fn name(self) -> &'static str {
        match self {
            Self::Slotkeeper => "slotkeeper, in process",
            Self::Exclusion => "exclusion constraint",
            Self::Bitmap => "bitmap row",
            Self::Cqrs => "cqrs-es, postgres-es, view",
        }
    }
}

/// Runs the benchmark.
///
/// # Errors
///
/// When a contender fails or gives one hour to two.
pub async fn run(scale: Scale) -> Outcome<Report> {
    let postgres = Postgres::start().await?;
    let machine = Machine::here(postgres.version().await?);
    let mut report = Report::new("hot", METHOD, machine, scale);
    for round in 0..scale.rounds {
        for nth in 0..Turn::ALL.len() {
            let turn = Turn::ALL[(nth + round) % Turn::ALL.len()];
            let fought = take(turn, &postgres, scale).await?;
            add(&mut report, turn.name(), &fought);
        }
    }
    postgres.stop().await?;
    Ok(report)
}

async fn take(turn: Turn, postgres: &Postgres, scale: Scale) -> Outcome<Fought> {
    let database = postgres.database("hot").await?;
    let clients = CLIENTS as usize;
    match turn {
        Turn::Slotkeeper => {
            let node = Arc::new(Node::start(database, PARTITIONS).await?);
            node.register(1).await?;
            let fought = fight(&node, clients, scale.turn).await?;
            node.stop().await?;
            Ok(fought)
        }
        Turn::Exclusion => {
            let contender = ExclusionConstraint::new(database, CLIENTS).await?;
            fight(&contender, clients, scale.turn).await
        }
        Turn::Bitmap => {
            let contender = BitmapRow::new(database, CLIENTS).await?;
            fight(&contender, clients, scale.turn).await
        }
        Turn::Cqrs => {
            let contender = CqrsEs::new(database, CLIENTS).await?;
            fight(&contender, clients, scale.turn).await
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
fn add(report: &mut Report, contender: &str, fought: &Fought) {
    let per_second = |count: u64| count as f64 / fought.elapsed.as_secs_f64();
    let case = format!("{CLIENTS} clients, one day");
    report.add(
        &case,
        contender,
        Metric::new("commands/s", 0),
        per_second(fought.commands),
    );
    report.add(
        &case,
        contender,
        Metric::new("booked/s", 0),
        per_second(fought.booked),
    );
    report.add_latency(&case, contender, &fought.latency);
    report.progress(&case, contender);
}

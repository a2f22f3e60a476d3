//! One hot day: clients that all want the same resource's day.

mod fight;

use std::sync::Arc;

use self::fight::{Fought, fight};
use crate::{
    Outcome,
    book::SEED,
    draw::Draw,
    ours::{Node, PARTITIONS},
    peers::{BitmapRow, CqrsEs, ExclusionConstraint},
    play::play,
    postgres::Postgres,
    report::{Bound, Divisor, Machine, Metric, Report},
    scale::Scale,
};

const METHOD: &str = "64 clients book random hours of one resource's day and cancel at once what they get, for three seconds. \
The figure is answered commands per second: bookings, cancellations and refusals, most of which are refusals. \
While a booking stands, nobody else may be given its hour: each turn checks that. \
Beside it, in the same rounds, the bookings of the first benchmark on many resources' days by as many clients in process: what heat costs.";

/// How many clients fight.
const CLIENTS: u32 = 64;

/// Who takes turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Slotkeeper,
    ManyDays,
    Exclusion,
    Bitmap,
    Cqrs,
}

impl Turn {
    const ALL: [Self; 5] = [
        Self::Slotkeeper,
        Self::ManyDays,
        Self::Exclusion,
        Self::Bitmap,
        Self::Cqrs,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Slotkeeper | Self::ManyDays => "slotkeeper, in process",
            Self::Exclusion => "exclusion constraint",
            Self::Bitmap => "bitmap row",
            Self::Cqrs => "cqrs-es, postgres-es, view",
        }
    }

    fn case(self) -> String {
        let days = match self {
            Self::ManyDays => "many days",
            _ => "one day",
        };
        format!("{CLIENTS} clients, {days}")
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
            add(&mut report, turn, &fought);
        }
    }
    let many_days = Divisor {
        case: Turn::ManyDays.case(),
        contender: Turn::ManyDays.name().into(),
    };
    report.claim_by(
        &Turn::Slotkeeper.case(),
        &commands(),
        Turn::Slotkeeper.name(),
        Some(many_days),
        Bound::AtLeast(0.5),
    );
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
        Turn::ManyDays => {
            let draw = Arc::new(Draw::new(SEED, scale.draw));
            let node = Arc::new(Node::start(database, PARTITIONS).await?);
            node.register(draw.resources).await?;
            let played = play(&node, &draw, clients, scale.turn).await?;
            node.stop().await?;
            Ok(played.into())
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

/// Commands that were answered, whatever the answer, per second.
fn commands() -> Metric {
    Metric::new("commands/s", 0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
fn add(report: &mut Report, turn: Turn, fought: &Fought) {
    let per_second = |count: u64| count as f64 / fought.elapsed.as_secs_f64();
    let (case, contender) = (turn.case(), turn.name());
    report.add(&case, contender, commands(), per_second(fought.commands));
    let booked = Metric::new("booked/s", 0);
    report.add(&case, contender, booked, per_second(fought.booked));
    report.add_latency(&case, contender, &fought.latency);
    report.progress(&case, contender);
}

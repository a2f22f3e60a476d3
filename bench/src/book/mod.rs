//! Booking: clients that book as fast as they are answered, on many resources.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    Outcome,
    draw::Draw,
    ours::{Node, PARTITIONS, Server},
    peers::{BitmapRow, CqrsEs, ExclusionConstraint, Redis, RedisServer},
    play::{Contender, Played, play},
    postgres::Postgres,
    report::{Bound, Machine, Metric, Report},
    scale::Scale,
};

const METHOD: &str = "Each turn plays the same drawn list on fresh tables: bookings of 1, 2 and 5 hours, ten that fit to one that overlaps an earlier one, \
in laps of 44,000 on resources of their own; a turn ends with the first lap that ends after three seconds. Each client sends its next request when the last one is answered. \
The figure is acknowledged bookings per second, from the first request until the views show the last one. Each booking carries its session and a sealed attendee. \
After each turn, what was acknowledged is compared with what is kept.";

/// How many clients book at the same time.
const CLIENTS: [usize; 2] = [16, 64];

/// The seed of every draw.
pub const SEED: u64 = 20_240;

/// Who takes turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    InProcess,
    Http,
    Exclusion,
    Bitmap,
    Cqrs,
    Redis,
}

impl Turn {
    const ALL: [Self; 6] = [
        Self::InProcess,
        Self::Http,
        Self::Exclusion,
        Self::Bitmap,
        Self::Cqrs,
        Self::Redis,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::InProcess => "slotkeeper, in process",
            Self::Http => "slotkeeper, over HTTP",
            Self::Exclusion => "exclusion constraint",
            Self::Bitmap => "bitmap row",
            Self::Cqrs => "cqrs-es, postgres-es, view",
            Self::Redis => "Redis, appendfsync always",
        }
    }
}

/// Runs the benchmark; `program` is this one.
///
/// # Errors
///
/// When a contender fails or loses a booking.
pub async fn run(scale: Scale, program: &Path) -> Outcome<Report> {
    let postgres = Postgres::start().await?;
    let machine = Machine::here(postgres.version().await?);
    let mut report = Report::new("book", METHOD, machine, scale);
    let stage = Stage {
        redis: RedisServer::start().await?,
        draw: Arc::new(Draw::new(SEED, scale.draw)),
        postgres,
        scale,
        program: program.to_owned(),
    };
    if stage.redis.is_none() {
        report.note("Redis took no part: redis-server is not installed.");
    }
    let all_clients = if scale.quick { &CLIENTS[..1] } else { &CLIENTS };
    for round in 0..scale.rounds {
        for &clients in all_clients {
            for nth in 0..Turn::ALL.len() {
                let turn = Turn::ALL[(nth + round) % Turn::ALL.len()];
                stage.turn(turn, clients, &mut report).await?;
            }
        }
    }
    claim(&mut report);
    stage.postgres.stop().await?;
    Ok(report)
}

struct Stage {
    postgres: Postgres,
    redis: Option<RedisServer>,
    draw: Arc<Draw>,
    scale: Scale,
    program: PathBuf,
}

impl Stage {
    async fn turn(&self, turn: Turn, clients: usize, report: &mut Report) -> Outcome<()> {
        let connections = u32::try_from(clients)?;
        let database = self.postgres.database("book");
        let played = match turn {
            Turn::InProcess => {
                let node = Node::start(database.await?, PARTITIONS).await?;
                node.register(self.draw.resources).await?;
                let node = Arc::new(node);
                let played = self.play(&node, clients).await?;
                node.stop().await?;
                played
            }
            Turn::Http => {
                let server = Server::start(&self.program, database.await?).await?;
                server.register(self.draw.resources).await?;
                let played = self.play(&server.web, clients).await?;
                server.stop().await?;
                played
            }
            Turn::Exclusion => {
                let contender = ExclusionConstraint::new(database.await?, connections).await?;
                self.play(&contender, clients).await?
            }
            Turn::Bitmap => {
                let contender = BitmapRow::new(database.await?, connections).await?;
                self.play(&contender, clients).await?
            }
            Turn::Cqrs => {
                let contender = CqrsEs::new(database.await?, connections).await?;
                let played = self.play(&contender, clients).await?;
                let lost = Metric::new("lost view updates", 0);
                #[expect(clippy::cast_precision_loss, reason = "a count of bookings")]
                let count = contender.lost_updates() as f64;
                report.add(&case(clients), turn.name(), lost, count);
                played
            }
            Turn::Redis => match &self.redis {
                Some(server) => self.play(&Redis::new(server).await?, clients).await?,
                None => return Ok(()),
            },
        };
        let case = case(clients);
        report.add(&case, turn.name(), Metric::bookings(), played.rate());
        report.add_latency(&case, turn.name(), &played.latency);
        report.add(
            &case,
            turn.name(),
            Metric::refusals(),
            played.refusal_rate(),
        );
        report.progress(&case, turn.name());
        Ok(())
    }

    async fn play<C: Contender>(&self, contender: &C, clients: usize) -> Outcome<Played> {
        play(contender, &self.draw, clients, self.scale.turn).await
    }
}

fn case(clients: usize) -> String {
    format!("{clients} clients")
}

/// What the figures should come to.
fn claim(report: &mut Report) {
    let case = case(64);
    let (ours, http) = (Turn::InProcess.name(), Turn::Http.name());
    for (ours, peer, wanted) in [
        (ours, Turn::Exclusion, 2.5),
        (ours, Turn::Cqrs, 6.0),
        (http, Turn::Exclusion, 1.0),
    ] {
        let wanted = Bound::AtLeast(wanted);
        report.claim(&case, &Metric::bookings(), ours, peer.name(), wanted);
    }
    report.claim_by(&case, &Metric::p99(), ours, None, Bound::AtMost(15.0));
}

//! Booking: clients that book as fast as they are answered, on many resources.

use std::sync::Arc;

use crate::{
    Outcome,
    draw::Draw,
    peers::{BitmapRow, CqrsEs, ExclusionConstraint, Redis, RedisServer},
    play::{Contender, Played, play},
    postgres::Postgres,
    report::{Machine, Metric, Report},
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
    Exclusion,
    Bitmap,
    Cqrs,
    Redis,
}

impl Turn {
    const ALL: [Self; 4] = [Self::Exclusion, Self::Bitmap, Self::Cqrs, Self::Redis];

    const fn name(self) -> &'static str {
        match self {
            Self::Exclusion => "exclusion constraint",
            Self::Bitmap => "bitmap row",
            Self::Cqrs => "cqrs-es, postgres-es, view",
            Self::Redis => "Redis, appendfsync always",
        }
    }
}

/// Runs the benchmark.
///
/// # Errors
///
/// When a contender fails or loses a booking.
pub async fn run(scale: Scale) -> Outcome<Report> {
    let postgres = Postgres::start().await?;
    let machine = Machine::here(postgres.version().await?);
    let mut report = Report::new("book", METHOD, machine, scale);
    let stage = Stage {
        redis: RedisServer::start().await?,
        draw: Arc::new(Draw::new(SEED, scale.draw)),
        postgres,
        scale,
    };
    if stage.redis.is_none() {
        report.note("Redis took no part: redis-server is not installed.");
    }
    for round in 0..scale.rounds {
        for clients in CLIENTS {
            for nth in 0..Turn::ALL.len() {
                let turn = Turn::ALL[(nth + round) % Turn::ALL.len()];
                stage.turn(turn, clients, &mut report).await?;
            }
        }
    }
    stage.postgres.stop().await?;
    Ok(report)
}

struct Stage {
    postgres: Postgres,
    redis: Option<RedisServer>,
    draw: Arc<Draw>,
    scale: Scale,
}

impl Stage {
    async fn turn(&self, turn: Turn, clients: usize, report: &mut Report) -> Outcome<()> {
        let connections = u32::try_from(clients)?;
        let database = self.postgres.database("book");
        let played = match turn {
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
        Ok(())
    }

    async fn play<C: Contender>(&self, contender: &C, clients: usize) -> Outcome<Played> {
        play(contender, &self.draw, clients, self.scale.turn).await
    }
}

fn case(clients: usize) -> String {
    format!("{clients} clients")
}

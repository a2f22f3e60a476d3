//! Watching: subscribers of one day that changes ten times a second.

mod feed;
mod herd;
mod published;
mod turn;

use std::path::Path;

use self::{
    feed::Broadcast,
    published::CHANGES,
    turn::{Watched, turn},
};
use crate::{
    Outcome,
    postgres::Postgres,
    report::{Machine, Metric, Report},
    scale::Scale,
    serve::Child,
};

const METHOD: &str = "Subscribers of one resource's day over SSE, each with a connection of its own, while the day changes ten times a second: \
each change books or cancels one quarter hour, so that each leaves a state of its own. Latency runs from the sending of the request that makes the change \
(in ours that includes the commit) to a subscriber's having the state. Beside it a minimal axum server that sends what is posted to it through a tokio broadcast channel. \
Servers run in a process of their own: its processor time is divided by the frames that arrived, its memory is taken before and after the subscribers come. \
All subscribers share one thread of the other process, and the two cores with the server.";

const BROADCAST: &str = "axum, tokio broadcast";

/// Runs the benchmark; `program` is this one.
///
/// # Errors
///
/// When a server fails.
pub async fn run(scale: Scale, program: &Path) -> Outcome<Report> {
    let postgres = Postgres::start().await?;
    let machine = Machine::here(postgres.version().await?);
    let mut report = Report::new("watch", METHOD, machine, scale);
    let (sizes, changes) = if scale.quick {
        (vec![20], 12)
    } else {
        (vec![1_000, 10_000], CHANGES)
    };
    for _round in 0..scale.rounds {
        for size in &sizes {
            let mut server = Child::start(program, &["broadcast"]).await?;
            let feed = Broadcast::new(&server.address).await?;
            let watched = turn(&mut server, "/events", feed, *size, changes).await?;
            add(&mut report, *size, BROADCAST, &watched);
            server.stop().await?;
        }
    }
    postgres.stop().await?;
    Ok(report)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of frames, bytes and nanoseconds of a minute"
)]
fn add(report: &mut Report, size: usize, contender: &str, watched: &Watched) {
    let case = format!("{size} subscribers");
    let seen = &watched.seen;
    let processor = watched.after.processor_since(&watched.idle);
    let per_frame = processor.as_secs_f64() * 1e6 / seen.frames as f64;
    let memory = watched
        .idle
        .memory_bytes
        .saturating_sub(watched.before.memory_bytes);
    let per_subscriber = memory as f64 / 1024.0 / size as f64;
    report.add_latency(&case, contender, &seen.latency);
    for (metric, figure) in [
        (Metric::new("server µs/frame", 2), per_frame),
        (Metric::new("KiB/subscriber", 1), per_subscriber),
        (Metric::new("frames", 0), seen.frames as f64),
        (Metric::new("overtaken", 0), seen.skipped as f64),
        (Metric::new("without the end", 0), seen.behind as f64),
    ] {
        report.add(&case, contender, metric, figure);
    }
}

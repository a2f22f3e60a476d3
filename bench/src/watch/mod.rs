//! Watching: subscribers of one day that changes ten times a second.

mod feed;
mod herd;
mod published;
mod turn;

use std::path::Path;

use self::{
    feed::{Bookings, Broadcast},
    published::CHANGES,
    turn::{Watched, turn},
};
use crate::{
    Outcome,
    draw::Draw,
    ours::{Server, resource},
    postgres::Postgres,
    report::{Bound, Machine, Metric, Report},
    scale::Scale,
    serve::Child,
};

const METHOD: &str = "Subscribers of one resource's day over SSE, each with a connection of its own, while the day changes ten times a second: \
each change books or cancels one quarter hour, so that each leaves a state of its own. Latency runs from the sending of the request that makes the change \
(in ours that includes the commit) to a subscriber's having the state. Beside it a minimal axum server that sends what is posted to it through a tokio broadcast channel. \
Servers run in a process of their own: its processor time is divided by the frames that arrived, its memory is taken before and after the subscribers come. \
All subscribers share one thread of the other process, and the two cores with the server.";

const OURS: &str = "slotkeeper";
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
            let mut server = Server::start(program, postgres.database("watch").await?).await?;
            server.register(1).await?;
            let feed = Bookings::new(&server.child.address, 0).await?;
            let watched = turn(&mut server.child, &path(), feed, *size, changes).await?;
            add(&mut report, *size, OURS, &watched);
            server.stop().await?;
            let mut server = Child::start(program, &["broadcast"]).await?;
            let feed = Broadcast::new(&server.address).await?;
            let watched = turn(&mut server, "/events", feed, *size, changes).await?;
            add(&mut report, *size, BROADCAST, &watched);
            server.stop().await?;
        }
    }
    let case = case(*sizes.last().unwrap_or(&0));
    for metric in [Metric::p99(), per_frame()] {
        report.claim(&case, &metric, OURS, BROADCAST, Bound::AtMost(1.0));
    }
    report.claim_by(&case, &without_the_end(), OURS, None, Bound::AtMost(0.0));
    postgres.stop().await?;
    Ok(report)
}

fn case(size: usize) -> String {
    format!("{size} subscribers")
}

/// Microseconds of the server's processor time per frame that arrived.
fn per_frame() -> Metric {
    Metric::new("server µs/frame", 2)
}

/// Subscribers that never got the last state.
fn without_the_end() -> Metric {
    Metric::new("without the end", 0)
}

/// The day that is watched.
fn path() -> String {
    let (resource, day) = (resource(0), Draw::first_day());
    format!("/v1/resources/{resource}/events?from={day}&to={day}")
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of frames, bytes and nanoseconds of a minute"
)]
fn add(report: &mut Report, size: usize, contender: &str, watched: &Watched) {
    let case = case(size);
    let seen = &watched.seen;
    let processor = watched.after.processor_since(&watched.idle);
    let processor_us = processor.as_secs_f64() * 1e6 / seen.frames as f64;
    let memory = watched
        .idle
        .memory_bytes
        .saturating_sub(watched.before.memory_bytes);
    let per_subscriber = memory as f64 / 1024.0 / size as f64;
    report.add_latency(&case, contender, &seen.latency);
    for (metric, figure) in [
        (per_frame(), processor_us),
        (Metric::new("KiB/subscriber", 1), per_subscriber),
        (Metric::new("frames", 0), seen.frames as f64),
        (Metric::new("overtaken", 0), seen.skipped as f64),
        (without_the_end(), seen.behind as f64),
    ] {
        report.add(&case, contender, metric, figure);
    }
    report.progress(&case, contender);
}

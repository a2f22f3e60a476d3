//! Reading over HTTP.

mod gallop;
mod target;

use std::{path::Path, sync::Arc};

pub(crate) use self::{
    gallop::{Galloped, gallop},
    target::Target,
};
use crate::{
    Outcome,
    book::SEED,
    draw::{Draw, DrawSize},
    ours::Server,
    play::play,
    postgres::Postgres,
    report::{Bound, Machine, Metric, Report},
    scale::Scale,
    serve::Child,
};

const METHOD: &str = "64 kept-alive connections read days, slot lists (one hour) and months of 16 resources that are about half booked. \
Beside it a bare axum GET that returns as many bytes. Servers run in a process of their own, on the two cores that they share with their clients.";

/// How many connections read at the same time.
pub(crate) const CLIENTS: u64 = 64;

/// Whose figures these are.
pub(crate) const OURS: &str = "slotkeeper";
const BARE: &str = "bare axum GET";

/// What is booked before anything is read.
const BOOKED: DrawSize = DrawSize {
    laps: 1,
    fits: 3_000,
    conflicts: 0,
};

/// Runs the benchmark; `program` is this one.
///
/// # Errors
///
/// When a server fails.
pub async fn run(scale: Scale, program: &Path) -> Outcome<Report> {
    let postgres = Postgres::start().await?;
    let machine = Machine::here(postgres.version().await?);
    let mut report = Report::new("read", METHOD, machine, scale);
    let mut ours = Server::start(program, postgres.database("read").await?).await?;
    let mut bare = Child::start(program, &["bare"]).await?;
    let draw = Arc::new(Draw::new(SEED, BOOKED));
    ours.register(draw.resources).await?;
    play(&ours.web, &draw, 16, scale.turn).await?;
    for _round in 0..scale.rounds {
        for target in Target::ALL {
            let path = |dice: &mut _| target.path(dice, draw.resources);
            let read = gallop(&mut ours.child, CLIENTS, scale.turn, path).await?;
            add(&mut report, target.name(), OURS, &read);
            let size = read.body_bytes();
            let path = |_: &mut _| format!("/{size}");
            let read = gallop(&mut bare, CLIENTS, scale.turn, path).await?;
            add(&mut report, target.name(), BARE, &read);
        }
    }
    for (target, wanted) in [(Target::Day, 0.6), (Target::Slots, 0.4)] {
        let (metric, wanted) = (Metric::answers(), Bound::AtLeast(wanted));
        report.claim(target.name(), &metric, OURS, BARE, wanted);
    }
    bare.stop().await?;
    ours.stop().await?;
    postgres.stop().await?;
    Ok(report)
}

/// Adds what came of one turn.
#[expect(clippy::cast_precision_loss, reason = "a body of some kilobytes")]
pub(crate) fn add(report: &mut Report, case: &str, contender: &str, read: &Galloped) {
    report.add(case, contender, Metric::answers(), read.rate());
    report.add_latency(case, contender, &read.latency);
    let processor = Metric::new("server µs/answer", 2);
    report.add(case, contender, processor, read.processor_us());
    let bytes = Metric::new("body bytes", 0);
    report.add(case, contender, bytes, read.body_bytes() as f64);
    report.progress(case, contender);
}

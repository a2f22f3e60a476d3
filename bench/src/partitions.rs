//! How many partitions are best, for one node and for two that write them all.

use std::{
    num::NonZeroU16,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use domain::calendar::Day;
use uuid::Uuid;

use crate::{
    Outcome,
    book::SEED,
    draw::Draw,
    ours::{Node, NodeClient},
    play::{Contender, Played, play},
    postgres::Postgres,
    report::{Machine, Metric, Report},
    scale::Scale,
};

const METHOD: &str = "The bookings of the first benchmark by 64 clients in process, on logs of 4 to 32 partitions, \
by one node and by two nodes between which the clients alternate: every partition is then written by both at once.";

/// How many clients book at the same time.
const CLIENTS: usize = 64;

/// How many partitions a log has.
const PARTITIONS: [u16; 4] = [4, 8, 16, 32];

/// Runs the benchmark.
///
/// # Errors
///
/// When a node fails or loses a booking.
pub async fn run(scale: Scale) -> Outcome<Report> {
    let postgres = Postgres::start().await?;
    let machine = Machine::here(postgres.version().await?);
    let mut report = Report::new("partitions", METHOD, machine, scale);
    let draw = Arc::new(Draw::new(SEED, scale.draw));
    let counts = if scale.quick {
        &PARTITIONS[..1]
    } else {
        &PARTITIONS
    };
    for _round in 0..scale.rounds {
        for &partitions in counts {
            for nodes in [1, 2] {
                let played = turn(&postgres, partitions, nodes, &draw, scale).await?;
                let case = format!("{CLIENTS} clients");
                let nodes = if nodes == 1 { "one node" } else { "two nodes" };
                let contender = format!("{partitions} partitions, {nodes}");
                report.add(&case, &contender, Metric::bookings(), played.rate());
                report.add_latency(&case, &contender, &played.latency);
                report.add(&case, &contender, Metric::refusals(), played.refusal_rate());
                report.progress(&case, &contender);
            }
        }
    }
    postgres.stop().await?;
    Ok(report)
}

async fn turn(
    postgres: &Postgres,
    partitions: u16,
    nodes: usize,
    draw: &Arc<Draw>,
    scale: Scale,
) -> Outcome<Played> {
    let partitions = NonZeroU16::new(partitions).ok_or("a log has partitions")?;
    let database = postgres.database("partitions").await?;
    let mut all = Vec::new();
    for _ in 0..nodes {
        all.push(Arc::new(Node::start(database.clone(), partitions).await?));
    }
    let nodes = Nodes {
        all,
        next: AtomicUsize::new(0),
    };
    nodes.all[0].register(draw.resources).await?;
    let played = play(&nodes, draw, CLIENTS, scale.turn).await?;
    for node in &nodes.all {
        node.stop().await?;
    }
    Ok(played)
}

/// Nodes of one database, between which the clients alternate.
struct Nodes {
    all: Vec<Arc<Node>>,
    next: AtomicUsize,
}

impl Contender for Nodes {
    type Client = NodeClient;

    async fn client(&self) -> Outcome<NodeClient> {
        let nth = self.next.fetch_add(1, Ordering::Relaxed);
        self.all[nth % self.all.len()].client().await
    }

    async fn caught_up(&self) -> Outcome<()> {
        self.all[0].caught_up().await
    }

    async fn bookings(&self, from: Day) -> Outcome<Vec<Uuid>> {
        self.all[0].bookings(from).await
    }
}

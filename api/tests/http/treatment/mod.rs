//! Live streams treated at random, over real sockets: connections that are cut in
//! mid-frame, readers that lag, that read by the byte and that change what they watch,
//! nodes that are killed and stopped under them. Whatever happens, what a viewer has is in the end what
//! the server has.

mod dice;
mod nodes;
mod viewer;
mod wanted;

use eventlog::testing::TestDatabase;
use tokio::task::JoinSet;

pub(crate) use self::dice::Dice;
use self::{
    nodes::Nodes,
    viewer::{Days, Viewer},
    wanted::Wanted,
};

/// Which treatments are tried, unless the environment names one.
const SEEDS: [u64; 2] = [1, 2];

const VIEWERS: u64 = 8;

/// The days that are asked for, the first of a month.
const DAYS: u64 = 6;

/// How often a node goes and comes back, and what happens in between.
const RESTARTS: usize = 3;
const STEPS: usize = 40;

fn viewer(nodes: &Nodes, dates: &[String], many: bool, dice: &mut Dice) -> Viewer {
    Viewer {
        wanted: Wanted::draw(dates, many, dice),
        dice: Dice::new(dice.below(u64::MAX)),
        weather: nodes.weather(),
        days: Days::new(),
        last: None,
        connections: 0,
    }
}

#[expect(clippy::print_stdout, reason = "a failure's seed")]
async fn run(seed: u64) {
    println!("SLOTKEEPER_STREAM_SEED={seed}");
    let database = TestDatabase::new().await;
    let dates: Vec<String> = (1..=DAYS).map(|day| format!("2031-03-{day:02}")).collect();
    let mut dice = Dice::new(seed);
    let mut nodes = Nodes::start(database.url(), dates.clone()).await;
    let mut viewers = JoinSet::new();
    for nth in 0..VIEWERS {
        let many = nth % 2 == 0;
        viewers.spawn(viewer(&nodes, &dates, many, &mut dice).watch());
    }
    for _ in 0..RESTARTS {
        for _ in 0..STEPS {
            nodes.step(&mut dice).await;
        }
        nodes.restart(&mut dice).await;
    }
    nodes.settle().await;
    let viewers = viewers.join_all().await;
    let connections: usize = viewers.iter().map(|viewer| viewer.connections).sum();
    assert!(connections > 3 * viewers.len(), "{connections} connections");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_viewer_goes_through_it_ends_with_what_the_server_has() {
    let seeds = match std::env::var("SLOTKEEPER_STREAM_SEED") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => SEEDS.to_vec(),
    };
    for seed in seeds {
        run(seed).await;
    }
}

//! Servers, their database and the connections between them fail in all the ways
//! that one machine has, while clients write down what they ask and are told.
//! Then the log is held against that.
//!
//! What happens is drawn from a seed. `SLOTKEEPER_FAULT_SEEDS`, a number or a
//! range such as `1-300`, says which; the time at which things meet is no seed's
//! to say, so that one seed's runs differ. `SLOTKEEPER_FAULT_JOBS` says how many
//! run side by side, `SLOTKEEPER_FAULT_SUMMARY` names a file for the summary, and
//! `SLOTKEEPER_FAULT_SERVER` another build of the server.

#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

mod ask;
mod batch;
mod check;
mod client;
mod database;
mod deed;
mod draw;
mod history;
mod node;
mod plan;
mod planted;
mod run;
mod stage;
mod stretch;
mod summary;

use std::{collections::BTreeSet, env, fs};

use batch::{AT_ONCE, Workshop};
use plan::{Kind, Plan};
use summary::Summary;

/// As many seeds as there are kinds of faults: they have all of them.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=12;

fn seeds() -> std::ops::RangeInclusive<u64> {
    let Ok(said) = env::var("SLOTKEEPER_FAULT_SEEDS") else {
        return SEEDS;
    };
    let (first, last) = said.split_once('-').unwrap_or((&said, &said));
    first.parse().unwrap()..=last.parse().unwrap()
}

fn at_once() -> usize {
    env::var("SLOTKEEPER_FAULT_JOBS").map_or(AT_ONCE, |jobs| jobs.parse().unwrap())
}

#[expect(clippy::print_stdout, reason = "who runs seeds wants to see them")]
#[tokio::test(flavor = "multi_thread")]
async fn no_fault_breaks_a_promise() {
    let workshop = Workshop::new("runs").await;
    let plans: Vec<Plan> = seeds().map(Plan::of).collect();
    let all = plans.iter().flat_map(|plan| &plan.kinds).copied();
    let all: BTreeSet<Kind> = all.collect();
    let reports = workshop
        .run(plans, at_once(), None, |report| println!("{report}"))
        .await;
    let summary = Summary::of(&reports);
    let folder = workshop.close(summary.violations > 0);
    if let Ok(path) = env::var("SLOTKEEPER_FAULT_SUMMARY") {
        fs::write(path, summary.to_string()).unwrap();
    }
    assert_eq!(summary.violations, 0, "see {folder:?}");
    // That a kind was drawn is one thing, that it happened another.
    let happened: BTreeSet<Kind> = summary.faults.keys().copied().collect();
    assert_eq!(happened, all);
}

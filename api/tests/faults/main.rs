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
mod epilogue;
mod fault;
mod history;
mod kind;
mod node;
mod own_mounts;
mod plan;
mod planted;
mod run;
mod small_disk;
mod stage;
mod stretch;
mod suffer;
mod summary;

use std::{collections::BTreeSet, env, fs};

use batch::{AT_ONCE, Workshop};
use kind::Kind;
use plan::Plan;
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

/// The plans of all seeds; without what can't be done on this machine.
#[expect(clippy::print_stdout, reason = "who runs seeds wants to see them")]
fn plans() -> Vec<Plan> {
    let mut plans: Vec<Plan> = seeds().map(Plan::of).collect();
    if !own_mounts::are_there() {
        println!("no disk is filled: it takes root, and a system on which root may mount");
        for plan in &mut plans {
            plan.leave_out(Kind::FullDisk);
        }
    }
    plans
}

#[test]
fn no_fault_breaks_a_promise() {
    if let Some(well) = own_mounts::run("no_fault_breaks_a_promise") {
        assert!(well, "see above");
        return;
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(run_seeds());
}

#[expect(clippy::print_stdout, reason = "who runs seeds wants to see them")]
async fn run_seeds() {
    let workshop = Workshop::new("runs").await;
    let plans = plans();
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

//! What many seeds came to.

use std::{collections::BTreeMap, fmt, time::Duration};

use crate::{kind::Kind, run::Report};

/// What stands above the figures.
const HEAD: &str = "\
# Fault runs

The last run of `script/test --long`. Each seed starts a PostgreSQL of its own with
one to three servers, each behind a proxy; some clients write down what they ask and
what they are told, while the faults below happen that the seed has drawn. Then
everything is put in order, and the log is held against what the clients wrote down,
and against `slotkeeper-replay verify`:

- what was acknowledged is in the log, once, whole, and at the position that was told;
- who was told that nothing was done, or was refused, has written nothing;
- each refusal was justified at the position that was told, with the conflicts that it named;
- each read shows the log as it was at a position at or after the one it says it shows;
- no booking overlaps another, or another's live hold; holds end by their lease and not before;
- a retry under the same key finds out what became of a lost answer;
- positions and sequences have no gaps, every row is what was hashed, every view is its fold;
- what an earlier copy of the database had is there after it was put back;
- once the faults are over everything goes on by itself: holds end, views catch up, a start
  that is soon is accepted, within two minutes.

The disk is one of 192 MB, which takes root and a system on which root may mount; elsewhere
its faults are left out, and the run says so.

A seed is run again by `SLOTKEEPER_FAULT_SEEDS=17 cargo test -p api --test faults
no_fault -- --nocapture`. It draws the same servers, clients and faults; when they
meet is the machine's to say, so that no two runs are the same.
";

/// Violations that a report tells one by one.
const TOLD_MAX: usize = 10;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = &self.plan;
        write!(
            f,
            "seed {}: {} servers, {} partitions, {:?}: {:?}, {:?} in {:.1} s",
            plan.seed,
            plan.nodes,
            plan.partitions,
            plan.kinds,
            self.faults,
            self.counts,
            self.took.as_secs_f64()
        )?;
        for violation in self.violations.iter().take(TOLD_MAX) {
            write!(f, "\n  BROKEN {violation}")?;
        }
        if self.violations.len() > TOLD_MAX {
            write!(f, "\n  {} broken in all", self.violations.len())?;
        }
        Ok(())
    }
}

/// What many seeds came to.
#[derive(Debug)]
pub(crate) struct Summary {
    seeds: Vec<u64>,
    pub(crate) faults: BTreeMap<Kind, u64>,
    counts: BTreeMap<&'static str, u64>,
    pub(crate) violations: usize,
    took: Duration,
}

impl Summary {
    pub(crate) fn of(reports: &[Report]) -> Self {
        let mut faults = BTreeMap::new();
        let mut counts = BTreeMap::new();
        for report in reports {
            for (kind, times) in &report.faults {
                *faults.entry(*kind).or_default() += times;
            }
            for (what, times) in &report.counts {
                *counts.entry(*what).or_default() += times;
            }
        }
        Self {
            seeds: reports.iter().map(|report| report.plan.seed).collect(),
            faults,
            counts,
            violations: reports.iter().map(|report| report.violations.len()).sum(),
            took: reports.iter().map(|report| report.took).sum(),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.seeds.first(), self.seeds.last());
        let (first, last) = (first.unwrap_or(&0), last.unwrap_or(&0));
        writeln!(f, "{HEAD}")?;
        writeln!(f, "| | |\n|---|---:|")?;
        writeln!(f, "| seeds, {first} to {last} | {} |", self.seeds.len())?;
        for (what, times) in &self.counts {
            writeln!(f, "| {what} | {times} |")?;
        }
        writeln!(f, "| **promises broken** | **{}** |", self.violations)?;
        let seeds = u32::try_from(self.seeds.len()).unwrap().max(1);
        let mean = self.took.as_secs_f64() / f64::from(seeds);
        writeln!(f, "| seconds a seed, in the mean | {mean:.1} |")?;
        writeln!(f, "\n| fault | times |\n|---|---:|")?;
        for (kind, times) in &self.faults {
            writeln!(f, "| {} | {times} |", kind.says())?;
        }
        Ok(())
    }
}

//! What a seed has in store.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    draw::Draw,
    fault::{Fault, fault, times},
    kind::Kind,
};

/// Bounds of the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) queue: u64,
    pub(crate) batch: u64,
    pub(crate) expire_batch: u64,
    pub(crate) command_timeout_ms: u64,
}

/// What a seed has in store.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) kinds: BTreeSet<Kind>,
    pub(crate) nodes: usize,
    pub(crate) partitions: u16,
    pub(crate) resources: usize,
    pub(crate) clients: usize,
    pub(crate) limits: Limits,
    /// When, and what.
    pub(crate) faults: Vec<(Duration, Kind, Fault)>,
}

/// How long clients go on at least.
pub(crate) const LENGTH: Duration = Duration::from_secs(5);

/// How long they go on after the last fault, on what it has left.
pub(crate) const AFTERMATH: Duration = Duration::from_millis(1_500);

/// Sets the draws of what a seed has beside apart from its others.
const BESIDE: u64 = 0xbe51_de00;

impl Plan {
    /// By the seed alone: one kind of fault by its number, so that as many seeds
    /// in a row as there are kinds have all of them, and some drawn. Beside them
    /// one more by its number, and sometimes another, by draws of their own.
    pub(crate) fn of(seed: u64) -> Self {
        let mut draw = Draw::new(seed);
        let drawn = Kind::DRAWN;
        let by_number = usize::try_from(seed).unwrap();
        let mut kinds = BTreeSet::from([drawn[by_number % drawn.len()]]);
        for _ in 0..draw.between(1..=3) {
            let kind = *draw.pick(&drawn);
            if !(kind.puts_back() && kinds.iter().any(|kind| kind.puts_back())) {
                kinds.insert(kind);
            }
        }
        let mut plan = Self::with(seed, kinds, &mut draw);
        let mut draw = Draw::new(seed ^ BESIDE);
        let mut beside = BTreeSet::from([Kind::BESIDE[by_number % Kind::BESIDE.len()]]);
        if draw.chance(30) {
            beside.insert(*draw.pick(&Kind::ANYWHERE));
        }
        for kind in beside {
            plan.add(kind, &mut draw);
        }
        plan
    }

    /// With these kinds of faults.
    pub(crate) fn with(seed: u64, kinds: BTreeSet<Kind>, draw: &mut Draw) -> Self {
        let nodes = draw.index(3) + 1;
        let tiny = kinds.contains(&Kind::FullQueues);
        let mut bound = |usual: u64, tiny_ones: [u64; 3]| {
            if tiny { *draw.pick(&tiny_ones) } else { usual }
        };
        let limits = Limits {
            queue: bound(1024, [1, 2, 4]),
            batch: bound(512, [1, 2, 512]),
            expire_batch: bound(512, [1, 2, 512]),
            command_timeout_ms: bound(15_000, [100, 300, 1_000]),
        };
        let mut faults = Vec::new();
        for kind in &kinds {
            faults.extend(some(*kind, nodes, draw));
        }
        faults.sort_by_key(|(at, ..)| *at);
        Self {
            seed,
            nodes,
            partitions: u16::try_from(draw.between(1..=3)).unwrap(),
            resources: draw.index(3) + 1,
            clients: draw.index(5) + 4,
            limits,
            faults,
            kinds,
        }
    }

    fn add(&mut self, kind: Kind, draw: &mut Draw) {
        let ruled_out = self.kinds.iter().filter(|other| kind.rules_out(**other));
        for other in ruled_out.copied().collect::<Vec<_>>() {
            self.leave_out(other);
        }
        self.kinds.insert(kind);
        self.faults.extend(some(kind, self.nodes, draw));
        self.faults.sort_by_key(|(at, ..)| *at);
    }

    /// Has no faults of the kind, whatever the seed says.
    pub(crate) fn leave_out(&mut self, kind: Kind) {
        self.kinds.remove(&kind);
        self.faults.retain(|(_, of, _)| *of != kind);
    }

    /// Whether the servers have a PostgreSQL of their own: for that to be killed, and,
    /// where nothing else rules it out, for a full disk too.
    pub(crate) fn is_private(&self) -> bool {
        let own = Kind::KillPrivatePostgres;
        let mut ruled_out = self.kinds.iter().filter(|other| own.rules_out(**other));
        self.kinds.contains(&own)
            || self.kinds.contains(&Kind::FullDisk) && ruled_out.next().is_none()
    }
}

/// Faults of a kind, and when they happen.
fn some(kind: Kind, nodes: usize, draw: &mut Draw) -> Vec<(Duration, Kind, Fault)> {
    let faults = (0..times(kind, draw)).filter_map(|_| {
        let at = Duration::from_millis(draw.between(400..=4_000));
        fault(kind, nodes, draw).map(|fault| (at, kind, fault))
    });
    faults.collect()
}

#[test]
fn as_many_seeds_as_kinds_have_all_kinds() {
    let plans = (1..=12).map(Plan::of);
    let kinds: BTreeSet<Kind> = plans.flat_map(|plan| plan.kinds).collect();
    assert_eq!(kinds, Kind::DRAWN.into_iter().chain(Kind::BESIDE).collect());
}

#[test]
fn nothing_is_planned_that_something_else_rules_out() {
    for plan in (1..=300).map(Plan::of) {
        for kind in &plan.kinds {
            let ruled_out = plan.kinds.iter().filter(|other| kind.rules_out(**other));
            assert_eq!(ruled_out.count(), 0, "{:?}", plan.kinds);
        }
    }
}

//! What a seed has in store.

use std::{collections::BTreeSet, time::Duration};

use eventlog::testing::Cut;

use crate::draw::Draw;

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    KillServer,
    StopServer,
    CrashDatabase,
    FreezeServer,
    CutAtMessage,
    CutEverything,
    JumpClock,
    PutBack,
    PutBackOnNewTimeline,
    FullQueues,
    MeetAtExpiry,
    LeaveAgainstBeat,
}

impl Kind {
    pub(crate) const ALL: [Self; 12] = [
        Self::KillServer,
        Self::StopServer,
        Self::CrashDatabase,
        Self::FreezeServer,
        Self::CutAtMessage,
        Self::CutEverything,
        Self::JumpClock,
        Self::PutBack,
        Self::PutBackOnNewTimeline,
        Self::FullQueues,
        Self::MeetAtExpiry,
        Self::LeaveAgainstBeat,
    ];

    pub(crate) const fn says(self) -> &'static str {
        match self {
            Self::KillServer => "a server is killed and started again",
            Self::StopServer => "a server is stopped and started again",
            Self::CrashDatabase => "PostgreSQL is shut down immediately and started again",
            Self::FreezeServer => "a server stands still for longer than a lease",
            Self::CutAtMessage => "a connection is cut before, in or after a statement",
            Self::CutEverything => "all connections of a server are cut at once",
            Self::JumpClock => "a server's wall clock jumps",
            Self::PutBack => "the database is put back to an earlier copy",
            Self::PutBackOnNewTimeline => "the same, on a new timeline",
            Self::FullQueues => "queues, batches and waits are tiny",
            Self::MeetAtExpiry => "beats and bookings meet at the instant of an expiry",
            Self::LeaveAgainstBeat => "a leave meets a beat",
        }
    }

    const fn puts_back(self) -> bool {
        matches!(self, Self::PutBack | Self::PutBackOnNewTimeline)
    }
}

/// Something that is done to the servers or their database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    Kill {
        node: usize,
        down: Duration,
    },
    Stop {
        node: usize,
    },
    Crash {
        down: Duration,
    },
    Freeze {
        node: usize,
        still: Duration,
    },
    Cut {
        node: usize,
        marker: &'static str,
        cut: Cut,
    },
    CutAll {
        node: usize,
    },
    Jump {
        node: usize,
        seconds: i64,
    },
    /// A copy is made; after this time it takes the database's place. A server
    /// may sleep through that, and some time on.
    PutBack {
        apart: Duration,
        new_timeline: bool,
        asleep: Option<(usize, Duration)>,
    },
}

/// Bounds of the servers.
#[derive(Debug, Clone, Copy)]
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

/// Longer than the shortest lease there is.
const STILL_MS: std::ops::RangeInclusive<u64> = 5_300..=6_500;

/// What stands in statements that matter, and in no others.
const MARKERS: [&str; 7] = [
    "BookingConfirmed",
    "SlotsBooked",
    "HoldPlaced",
    "HoldRenewed",
    "HoldExpired",
    "commit\0",
    "COMMIT\0",
];

impl Plan {
    /// By the seed alone: one kind of fault by its number, so that as many seeds
    /// in a row as there are kinds have all of them, and some drawn.
    pub(crate) fn of(seed: u64) -> Self {
        let mut draw = Draw::new(seed);
        let all = Kind::ALL;
        let first = all[usize::try_from(seed).unwrap() % all.len()];
        let mut kinds = BTreeSet::from([first]);
        for _ in 0..draw.between(1..=3) {
            let kind = *draw.pick(&all);
            if !(kind.puts_back() && kinds.iter().any(|kind| kind.puts_back())) {
                kinds.insert(kind);
            }
        }
        Self::with(seed, kinds, &mut draw)
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
            for _ in 0..times(*kind, draw) {
                let at = Duration::from_millis(draw.between(400..=4_000));
                faults.extend(fault(*kind, nodes, draw).map(|fault| (at, *kind, fault)));
            }
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
}

/// How often a fault of the kind happens.
fn times(kind: Kind, draw: &mut Draw) -> u64 {
    match kind {
        Kind::CutAtMessage => draw.between(4..=10),
        Kind::CutEverything | Kind::JumpClock => draw.between(2..=4),
        Kind::KillServer | Kind::CrashDatabase => draw.between(1..=2),
        _ => 1,
    }
}

/// A fault of the kind; none when the kind is a matter of limits or of clients.
fn fault(kind: Kind, nodes: usize, draw: &mut Draw) -> Option<Fault> {
    let node = draw.index(nodes);
    let ms = |ms| Duration::from_millis(ms);
    Some(match kind {
        Kind::KillServer => Fault::Kill {
            node,
            down: ms(draw.between(0..=1_500)),
        },
        Kind::StopServer => Fault::Stop { node },
        Kind::CrashDatabase => Fault::Crash {
            down: ms(draw.between(0..=1_000)),
        },
        Kind::FreezeServer => Fault::Freeze {
            node,
            still: ms(draw.between(STILL_MS)),
        },
        Kind::CutAtMessage => Fault::Cut {
            node,
            marker: draw.pick::<&str>(&MARKERS),
            cut: *draw.pick(&[Cut::Request, Cut::Midway, Cut::Answer]),
        },
        Kind::CutEverything => Fault::CutAll { node },
        Kind::JumpClock => Fault::Jump {
            node,
            seconds: *draw.pick(&[-86_400, -3_600, -7, 7, 3_600, 86_400, 400_000_000]),
        },
        Kind::PutBack | Kind::PutBackOnNewTimeline => Fault::PutBack {
            apart: ms(draw.between(500..=2_000)),
            new_timeline: kind == Kind::PutBackOnNewTimeline,
            asleep: (nodes > 1 && draw.chance(50)).then(|| (node, ms(draw.between(STILL_MS)))),
        },
        Kind::FullQueues | Kind::MeetAtExpiry | Kind::LeaveAgainstBeat => return None,
    })
}

#[test]
fn as_many_seeds_as_kinds_have_all_kinds() {
    let plans = (1..=12).map(Plan::of);
    let kinds: BTreeSet<Kind> = plans.flat_map(|plan| plan.kinds).collect();
    assert_eq!(kinds, BTreeSet::from(Kind::ALL));
}

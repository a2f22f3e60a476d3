//! Something that is done to the servers or their database.

use std::time::Duration;

use eventlog::{Duty, testing::Cut};

use crate::{draw::Draw, kind::Kind};

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
    /// Of the servers' private PostgreSQL.
    KillPostmaster,
    /// Nothing can be written any more; whoever is connected may be thrown out, in
    /// the beginning and in the end.
    ReadOnly {
        lasts: Duration,
        throws_out: bool,
    },
    /// Of one duty, or of all.
    DateLeases {
        duty: Option<Duty>,
    },
    /// Of the database's clock: there, and after this time back.
    JumpDatabase {
        seconds: i64,
        apart: Duration,
    },
    /// Nobody can append for a while; then a server stands still, with all that it
    /// has been asked meanwhile, and the others go on.
    Sleep {
        node: usize,
        queue: Duration,
        still: Duration,
    },
    /// There is no room for tables, nor, if it is `begun`, for a segment of the
    /// write-ahead log that is begun at once.
    FillDisk {
        full: Duration,
        begun: bool,
    },
}

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

/// How often a fault of the kind happens.
pub(crate) fn times(kind: Kind, draw: &mut Draw) -> u64 {
    match kind {
        Kind::CutAtMessage => draw.between(4..=10),
        Kind::CutEverything | Kind::JumpClock => draw.between(2..=4),
        Kind::KillServer
        | Kind::CrashDatabase
        | Kind::KillPrivatePostgres
        | Kind::ReadOnly
        | Kind::LeaseAhead
        | Kind::FullDisk => draw.between(1..=2),
        _ => 1,
    }
}

/// A fault of the kind; none when the kind is a matter of limits or of clients.
pub(crate) fn fault(kind: Kind, nodes: usize, draw: &mut Draw) -> Option<Fault> {
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
        Kind::KillPrivatePostgres => Fault::KillPostmaster,
        Kind::ReadOnly => Fault::ReadOnly {
            lasts: ms(draw.between(300..=2_500)),
            throws_out: draw.chance(50),
        },
        Kind::LeaseAhead => Fault::DateLeases {
            duty: draw.chance(50).then(|| *draw.pick(&Duty::ALL)),
        },
        Kind::JumpDatabaseClock => Fault::JumpDatabase {
            // None by which a server's clock is ahead: two that are wrong by the same are
            // one witness.
            seconds: *draw.pick(&[7, 5_400, 90_000, 90_000]),
            apart: ms(draw.between(300..=3_000)),
        },
        Kind::SleepWithQueue => Fault::Sleep {
            node,
            queue: ms(draw.between(100..=600)),
            still: ms(draw.between(STILL_MS)),
        },
        Kind::FullDisk => Fault::FillDisk {
            full: ms(draw.between(300..=2_500)),
            begun: draw.chance(50),
        },
        Kind::FullQueues | Kind::MeetAtExpiry | Kind::LeaveAgainstBeat => return None,
    })
}

//! Kinds of faults.

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
    KillPrivatePostgres,
    ReadOnly,
    LeaseAhead,
    JumpDatabaseClock,
    SleepWithQueue,
    FullDisk,
}

impl Kind {
    /// A seed has some of these.
    pub(crate) const DRAWN: [Self; 12] = [
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

    /// And one of these beside, by its number: half as many as of the others, and in
    /// this order, so that none rules out the one that a seed has by its number too.
    pub(crate) const BESIDE: [Self; 6] = [
        Self::KillPrivatePostgres,
        Self::ReadOnly,
        Self::LeaseAhead,
        Self::JumpDatabaseClock,
        Self::SleepWithQueue,
        Self::FullDisk,
    ];

    /// Those of them that rule out nothing.
    pub(crate) const ANYWHERE: [Self; 3] = [Self::ReadOnly, Self::LeaseAhead, Self::SleepWithQueue];

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
            Self::KillPrivatePostgres => {
                "the servers' private PostgreSQL is killed, and they start it again"
            }
            Self::ReadOnly => "the database is read-only for a while",
            Self::LeaseAhead => "leases of a server that is none are dated a day ahead",
            Self::JumpDatabaseClock => "the database's clock jumps ahead and back",
            Self::SleepWithQueue => "a server stands still with a queue",
            Self::FullDisk => "the disk of PostgreSQL is full for a while",
        }
    }

    pub(crate) const fn puts_back(self) -> bool {
        matches!(self, Self::PutBack | Self::PutBackOnNewTimeline)
    }

    /// What can't be done to the servers and the database that this is done to.
    pub(crate) const fn rules_out(self, other: Self) -> bool {
        match self {
            // The servers' own lies behind no proxy, and is theirs to start.
            Self::KillPrivatePostgres => {
                other.puts_back()
                    || matches!(
                        other,
                        Self::CrashDatabase | Self::CutAtMessage | Self::CutEverything
                    )
            }
            // There is no room for a copy.
            Self::FullDisk => other.puts_back(),
            _ => false,
        }
    }
}

//! The live day feed: what people look at now, in memory.

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use bytes::Bytes;
use domain::{
    calendar::{Day, SlotMask, Span},
    ids::{HoldId, ResourceId},
    partition::Partition,
    resource::Resource,
};
use eventlog::{GlobalPosition, Log, LogError, Position};
use tokio_util::sync::CancellationToken;

/// A day as viewers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayState {
    /// Which UTC day.
    pub day: Day,
    /// `busySlots`: what is booked.
    pub busy: SlotMask,
    /// The position of the event that changed `busy` last; 0 when none has.
    pub busy_changed_at: Position,
    /// The live holds that touch the day, by start and id. Public: no session.
    pub holds: Vec<HeldSpan>,
}

/// A live hold as anybody may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSpan {
    /// Which.
    pub hold_id: HoldId,
    /// All of it, over all its days.
    pub span: Span,
    /// Its slots of this day.
    pub slots: SlotMask,
}

/// A resource as viewers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceState {
    /// Open, retired or unknown.
    pub resource: Resource,
    /// The position of its last event; 0 when there is none.
    pub changed_at: Position,
}

/// Why a live read failed.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// This node has not applied the position in the time allowed.
    #[error("position {wanted} is not applied yet, {applied} is")]
    Behind {
        /// What was asked for.
        wanted: Position,
        /// How far this node is.
        applied: Position,
    },
    /// The log could not be read. Shared by all who waited for the same read.
    #[error(transparent)]
    Log(Arc<LogError>),
    /// Too many days or viewers at once.
    #[error("the limit of {limit} {of} is reached")]
    Full {
        /// Of what.
        of: &'static str,
        /// How many there may be.
        limit: usize,
    },
}

impl From<LogError> for LiveError {
    fn from(error: LogError) -> Self {
        Self::Log(Arc::new(error))
    }
}

/// Bounds of the feed.
#[derive(Debug, Clone)]
pub struct LiveLimits {
    /// Days kept in memory per node beyond the watched ones, and as many
    /// resources' settings. A day takes about 300 bytes.
    pub cached_days: usize,
    /// Watched days per node.
    pub watched_days: usize,
}

impl Default for LiveLimits {
    /// 100,000 cached days (30 MB), a year of 270 resources, and as many watched ones.
    fn default() -> Self {
        Self {
            cached_days: 100_000,
            watched_days: 100_000,
        }
    }
}

/// The live state of all partitions on this node. Cheap to clone.
#[derive(Debug, Clone)]
pub struct LiveFeed {}

impl LiveFeed {
    /// Starts following every partition; stops at `shutdown`.
    ///
    /// # Errors
    ///
    /// [`LogError`] when the heads can't be read.
    pub async fn start(
        _log: Log,
        _limits: LiveLimits,
        _shutdown: CancellationToken,
    ) -> Result<Self, LogError> {
        todo!()
    }

    /// How far this node has applied the partition.
    pub fn applied(&self, _partition: Partition) -> Position {
        todo!()
    }

    /// Waits until this node has applied `position`, at most `patience`.
    ///
    /// # Errors
    ///
    /// [`LiveError::Behind`].
    pub async fn wait_for(
        &self,
        _partition: Partition,
        _position: Position,
        _patience: Duration,
    ) -> Result<(), LiveError> {
        todo!()
    }

    /// A resource's settings.
    ///
    /// # Errors
    ///
    /// [`LiveError::Log`].
    pub async fn resource(&self, _id: &ResourceId) -> Result<Arc<ResourceState>, LiveError> {
        todo!()
    }

    /// Days of a resource, ascending, one for each day of the range. Cold ones
    /// cost one query for all of them; warm ones none.
    ///
    /// # Errors
    ///
    /// [`LiveError::Log`].
    pub async fn days(
        &self,
        _resource: &ResourceId,
        _days: RangeInclusive<Day>,
    ) -> Result<Vec<Arc<DayState>>, LiveError> {
        todo!()
    }

    /// Watches days of a resource. `seen` is the last id the viewer got, if any:
    /// days that have not changed since are not sent again.
    ///
    /// # Errors
    ///
    /// [`LiveError::Full`], [`LiveError::Log`].
    pub async fn watch(
        &self,
        _resource: &ResourceId,
        _days: RangeInclusive<Day>,
        _seen: Option<GlobalPosition>,
    ) -> Result<Watch, LiveError> {
        todo!()
    }
}

/// One viewer's days.
#[derive(Debug)]
pub struct Watch {}

/// What a viewer is sent next.
#[derive(Debug, Clone)]
pub enum Round {
    /// The viewer's id could not be placed, or the history it knew is gone: say
    /// so; all days follow in the next round.
    Reset,
    /// Whole states of the days that changed, as SSE frames ready to send (with
    /// no id), and the position up to which every watched day has been sent.
    Days {
        /// Shared by all viewers of the day.
        frames: Vec<Bytes>,
        /// To be sent as an id alone, after the frames.
        id: GlobalPosition,
    },
}

impl Watch {
    /// The next round; waits until a watched day changes. The first comes at
    /// once (it may hold no frames). A slow caller finds the newest states, not
    /// the ones between. Cancel-safe. `None` when the feed has stopped.
    pub async fn next(&mut self) -> Option<Round> {
        todo!()
    }
}

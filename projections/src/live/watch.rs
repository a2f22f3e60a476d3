use std::{ops::RangeInclusive, sync::Arc};

use bytes::Bytes;
use domain::{calendar::Day, ids::ResourceId};
use eventlog::GlobalPosition;

use super::{partition::PartitionFeed, rounds::Rounds};

/// One viewer's days.
#[derive(Debug)]
pub struct Watch {
    feed: Arc<PartitionFeed>,
    resource: ResourceId,
    days: RangeInclusive<Day>,
    rounds: Rounds,
}

/// What a viewer is sent next.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    pub(super) const fn new(
        feed: Arc<PartitionFeed>,
        resource: ResourceId,
        days: RangeInclusive<Day>,
        rounds: Rounds,
    ) -> Self {
        Self {
            feed,
            resource,
            days,
            rounds,
        }
    }

    /// The next round; waits until a watched day changes. The first comes at
    /// once (it may hold no frames). A slow caller finds the newest states, not
    /// the ones between. Cancel-safe. `None` when the feed has stopped.
    pub async fn next(&mut self) -> Option<Round> {
        self.rounds.next().await
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.feed.state().leave(&self.resource, &self.days);
    }
}

use std::{
    num::NonZeroUsize,
    ops::RangeInclusive,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{calendar::Day, ids::ResourceId, partition::Partition};
use eventlog::{Epoch, GlobalPosition, Log, Position};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::timeout,
};

use crate::appends::WholeAppends;

use super::{
    DayState, LiveError, ResourceState,
    audience::{WatchedDays, keys},
    board::Board,
    day::DayKey,
    load::{self, LOAD_REQUESTS_MAX, LoadRequest},
    reads::Reads,
    state::PartitionState,
};

/// How far a feed is: all up to there is folded, and on every board of that generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reached {
    pub(super) at: GlobalPosition,
    /// Counts how often the history was undone.
    pub(super) generation: u64,
}

/// A partition's part of the feed.
#[derive(Debug)]
pub(super) struct PartitionFeed {
    log: Log,
    partition: Partition,
    state: Mutex<PartitionState>,
    reached: watch::Sender<Reached>,
    loads: mpsc::Sender<LoadRequest>,
    reads: Reads,
}

/// Keeps days and resources in memory while somebody waits for them to be loaded.
struct Pins<'a> {
    feed: &'a PartitionFeed,
    days: &'a [DayKey],
    resources: &'a [ResourceId],
}

impl Drop for Pins<'_> {
    fn drop(&mut self) {
        let mut state = self.feed.state();
        for key in self.days {
            state.days.unpin(key);
        }
        for id in self.resources {
            state.resources.unpin(id);
        }
    }
}

impl PartitionFeed {
    /// A feed that has applied nothing after `start`; serves loads from now on.
    pub(super) fn new(
        log: Log,
        partition: Partition,
        start: (Epoch, Position),
        cached: NonZeroUsize,
        watched: Arc<WatchedDays>,
    ) -> Arc<Self> {
        let (loads, requests) = mpsc::channel(LOAD_REQUESTS_MAX);
        let state = PartitionState::new(partition, start, cached, watched);
        let feed = Arc::new(Self {
            log,
            partition,
            reached: watch::Sender::new(state.reached()),
            state: Mutex::new(state),
            loads,
            reads: Reads::default(),
        });
        load::start(&feed, requests);
        feed
    }

    pub(super) const fn log(&self) -> &Log {
        &self.log
    }

    pub(super) const fn partition(&self) -> Partition {
        self.partition
    }

    /// The state under its lock, which is never held across an await. What a panic
    /// left half done, the follower throws away when it begins again.
    pub(super) fn state(&self) -> MutexGuard<'_, PartitionState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far the feed is.
    pub(super) fn applied(&self) -> Position {
        self.reached().at.position
    }

    /// The same, with the history that it is of. Whoever reads this first and looks at
    /// boards of that generation afterwards has seen all up to there.
    pub(super) fn reached(&self) -> Reached {
        *self.reached.borrow()
    }

    /// Waits until `position` is applied, at most `patience`.
    ///
    /// # Errors
    ///
    /// [`LiveError::Behind`].
    pub(super) async fn wait_for(
        &self,
        position: Position,
        patience: Duration,
    ) -> Result<(), LiveError> {
        let mut reached = self.reached.subscribe();
        let there = reached.wait_for(|reached| reached.at.position >= position);
        match timeout(patience, there).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(LiveError::Behind {
                wanted: position,
                applied: self.applied(),
            }),
        }
    }

    /// Folds a batch and tells viewers.
    pub(super) fn apply(&self, batch: &WholeAppends) {
        let (publications, reached) = {
            let mut state = self.state();
            (state.apply(batch), state.reached())
        };
        // On the boards before it counts as reached, and counted before anybody is woken:
        // who is woken finds both. Nothing can come in between: only the follower
        // publishes, in the order of the log.
        for publication in &publications {
            publication.put_up();
        }
        self.reached.send_replace(reached);
        // Outside the lock, since waking thousands takes a while.
        for publication in &publications {
            publication.wake();
        }
    }

    /// Begins anew after `start`, since the history was undone.
    pub(super) fn restart(&self, start: (Epoch, Position)) {
        let reached = {
            let mut state = self.state();
            state.restart(start);
            state.reached()
        };
        self.reached.send_replace(reached);
    }

    /// Brings days and resources into memory.
    ///
    /// # Errors
    ///
    /// [`LiveError::Log`], [`LiveError::Behind`].
    pub(super) async fn load(
        &self,
        days: Vec<DayKey>,
        resources: Vec<ResourceId>,
    ) -> Result<(), LiveError> {
        let (reply, answer) = oneshot::channel();
        let request = LoadRequest {
            days,
            resources,
            reply,
        };
        let applied = self.applied();
        let stopped = LiveError::Behind {
            wanted: applied,
            applied,
        };
        if self.loads.send(request).await.is_err() {
            return Err(stopped);
        }
        answer.await.unwrap_or(Err(stopped))
    }

    /// Days, all as of one position.
    ///
    /// # Errors
    ///
    /// As [`Self::load`].
    pub(super) async fn days(&self, keys: &[DayKey]) -> Result<Vec<Arc<DayState>>, LiveError> {
        let read = |state: &mut PartitionState| {
            let mut read = |key| Some(Arc::clone(state.days.read(key)?.state()));
            keys.iter().map(&mut read).collect::<Option<Vec<_>>>()
        };
        self.with(keys, &[], read).await
    }

    /// A resource.
    ///
    /// # Errors
    ///
    /// As [`Self::load`].
    pub(super) async fn resource(&self, id: &ResourceId) -> Result<Arc<ResourceState>, LiveError> {
        let read = |state: &mut PartitionState| {
            let entry = state.resources.read(id);
            entry.map(|entry| Arc::clone(entry.state()))
        };
        self.with(&[], std::slice::from_ref(id), read).await
    }

    /// Lets a viewer in to days of a resource.
    ///
    /// # Errors
    ///
    /// As [`Self::load`], and [`LiveError::Full`].
    pub(super) async fn join(
        &self,
        resource: &ResourceId,
        days: &RangeInclusive<Day>,
    ) -> Result<watch::Receiver<Board>, LiveError> {
        let keys = keys(resource, days);
        let join = |state: &mut PartitionState| {
            let here = keys.iter().all(|key| state.days.has(key)) && state.resources.has(resource);
            here.then(|| state.join(resource, days))
        };
        self.with(&keys, std::slice::from_ref(resource), join)
            .await?
    }

    /// What `read` finds in memory, after as many loads as it takes.
    async fn with<T>(
        &self,
        days: &[DayKey],
        resources: &[ResourceId],
        mut read: impl FnMut(&mut PartitionState) -> Option<T>,
    ) -> Result<T, LiveError> {
        let pins = {
            let mut state = self.state();
            self.reads.count(&state, days, resources);
            if let Some(found) = read(&mut state) {
                return Ok(found);
            }
            for key in days {
                state.days.pin(key);
            }
            for id in resources {
                state.resources.pin(id);
            }
            Pins {
                feed: self,
                days,
                resources,
            }
        };
        loop {
            self.load(pins.days.to_vec(), pins.resources.to_vec())
                .await?;
            // Nothing is found only if the history was undone since the load.
            if let Some(found) = read(&mut self.state()) {
                return Ok(found);
            }
        }
    }
}

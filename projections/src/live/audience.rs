use std::{
    collections::HashMap,
    ops::RangeInclusive,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use domain::{calendar::Day, ids::ResourceId};
use eventlog::Position;
use tokio::sync::watch;

use crate::metric;

use super::{
    LiveError,
    board::{Board, Update, What},
    day::DayKey,
    state::Moment,
};

/// The viewers of the same days of a resource.
#[derive(Debug)]
struct Audience {
    days: RangeInclusive<Day>,
    viewers: usize,
    /// That of the board. A board of an undone history takes no more updates.
    generation: u64,
    board: Arc<watch::Sender<Board>>,
}

/// What an audience is to see next.
#[derive(Debug)]
pub(super) struct Publication {
    board: Arc<watch::Sender<Board>>,
    updates: Vec<Update>,
    position: Position,
}

impl Publication {
    /// Puts it up, and wakes nobody yet.
    pub(super) fn put_up(&self) {
        self.board.send_if_modified(|board| {
            board.put_up(self.updates.iter(), self.position);
            false
        });
    }

    /// Wakes the viewers.
    pub(super) fn wake(&self) {
        self.board.send_modify(|_| ());
    }
}

/// Everybody who watches days of a partition's resources.
#[derive(Debug)]
pub(super) struct Audiences {
    by_resource: HashMap<ResourceId, Vec<Audience>>,
    /// The watched days, with how many audiences each has.
    watched: HashMap<DayKey, usize>,
    limit: Arc<WatchedDays>,
}

/// Counts the watched days of all partitions of this node.
#[derive(Debug)]
pub(super) struct WatchedDays {
    count: AtomicUsize,
    limit: usize,
}

impl WatchedDays {
    pub(super) const fn new(limit: usize) -> Self {
        Self {
            count: AtomicUsize::new(0),
            limit,
        }
    }

    fn add(&self, days: usize) -> Result<(), LiveError> {
        let count = self.count.fetch_add(days, Ordering::Relaxed) + days;
        if count > self.limit {
            self.remove(days);
            return Err(LiveError::Full {
                of: "watched days",
                limit: self.limit,
            });
        }
        gauge(count);
        Ok(())
    }

    fn remove(&self, days: usize) {
        let before = self.count.fetch_sub(days, Ordering::Relaxed);
        gauge(before - days);
    }
}

fn gauge(count: usize) {
    #[expect(clippy::cast_precision_loss, reason = "a gauge needs no last digit")]
    metrics::gauge!(metric::WATCHED_DAYS).set(count as f64);
}

/// The keys of `days` of `resource`.
pub(super) fn keys(resource: &ResourceId, days: &RangeInclusive<Day>) -> Vec<DayKey> {
    let key = |day| DayKey {
        resource: resource.clone(),
        day,
    };
    days.start().through(*days.end()).map(key).collect()
}

impl Audiences {
    pub(super) fn new(limit: Arc<WatchedDays>) -> Self {
        Self {
            by_resource: HashMap::new(),
            watched: HashMap::new(),
            limit,
        }
    }

    /// Whether anybody watches days of the resource.
    pub(super) fn watch_resource(&self, resource: &ResourceId) -> bool {
        self.by_resource.contains_key(resource)
    }

    /// Whether anybody watches the day.
    pub(super) fn watch(&self, key: &DayKey) -> bool {
        self.watched.contains_key(key)
    }

    /// Lets one more viewer in, if such an audience is there.
    pub(super) fn join(
        &mut self,
        resource: &ResourceId,
        days: &RangeInclusive<Day>,
    ) -> Option<watch::Receiver<Board>> {
        let audiences = self.by_resource.get_mut(resource)?;
        let audience = audiences.iter_mut().find(|known| known.days == *days)?;
        audience.viewers += 1;
        Some(audience.board.subscribe())
    }

    /// Makes an audience of one.
    ///
    /// # Errors
    ///
    /// [`LiveError::Full`].
    pub(super) fn open(
        &mut self,
        resource: &ResourceId,
        days: &RangeInclusive<Day>,
        board: Board,
    ) -> Result<watch::Receiver<Board>, LiveError> {
        let keys = keys(resource, days);
        let new = keys.iter().filter(|key| !self.watch(key)).count();
        self.limit.add(new)?;
        for key in keys {
            *self.watched.entry(key).or_default() += 1;
        }
        let generation = board.generation;
        let (board, receiver) = watch::channel(board);
        self.by_resource
            .entry(resource.clone())
            .or_default()
            .push(Audience {
                days: days.clone(),
                viewers: 1,
                generation,
                board: Arc::new(board),
            });
        Ok(receiver)
    }

    /// Lets one viewer out; true when nobody is left of that audience.
    pub(super) fn leave(&mut self, resource: &ResourceId, days: &RangeInclusive<Day>) -> bool {
        let Some(audiences) = self.by_resource.get_mut(resource) else {
            return false;
        };
        let Some(index) = audiences.iter().position(|known| known.days == *days) else {
            return false;
        };
        audiences[index].viewers -= 1;
        if audiences[index].viewers > 0 {
            return false;
        }
        audiences.swap_remove(index);
        if audiences.is_empty() {
            self.by_resource.remove(resource);
        }
        for key in keys(resource, days) {
            self.unwatch(&key);
        }
        true
    }

    fn unwatch(&mut self, key: &DayKey) {
        let Some(audiences) = self.watched.get_mut(key) else {
            return;
        };
        *audiences -= 1;
        if *audiences == 0 {
            self.watched.remove(key);
            self.limit.remove(1);
        }
    }

    /// The days of the resource that somebody watches.
    pub(super) fn watched_of(&self, resource: &ResourceId) -> impl Iterator<Item = DayKey> {
        let audiences = self.by_resource.get(resource).into_iter().flatten();
        audiences.flat_map(|audience| keys(resource, &audience.days))
    }

    /// What the audiences of `resource` are to see of `updates`.
    pub(super) fn publications(
        &self,
        resource: &ResourceId,
        updates: &[Update],
        moment: Moment,
    ) -> impl Iterator<Item = Publication> {
        let audiences = self.by_resource.get(resource).into_iter().flatten();
        let present = audiences.filter(move |of| of.generation == moment.generation);
        present.filter_map(move |audience| {
            let seen = |update: &&Update| match update.of {
                What::Resource => true,
                What::Day(day, _) => audience.days.contains(&day),
            };
            let updates: Vec<_> = updates.iter().filter(seen).cloned().collect();
            (!updates.is_empty()).then(|| Publication {
                board: Arc::clone(&audience.board),
                updates,
                position: moment.applied,
            })
        })
    }

    /// The days and resources of the audiences whose board is not of `generation`.
    pub(super) fn awaited(&self, generation: u64) -> (Vec<DayKey>, Vec<ResourceId>) {
        let mut awaited = Vec::new();
        let mut resources = Vec::new();
        for (resource, audiences) in &self.by_resource {
            let waiting = audiences.iter().filter(|of| of.generation != generation);
            awaited.extend(waiting.clone().flat_map(|of| keys(resource, &of.days)));
            resources.extend(waiting.map(|_| resource.clone()).next());
        }
        awaited.sort_unstable();
        awaited.dedup();
        (awaited, resources)
    }

    /// Puts a new board before each audience whose board is not of `generation`,
    /// where `board` has one; returns whether all have one.
    pub(super) fn renew(
        &mut self,
        generation: u64,
        mut board: impl FnMut(&ResourceId, &RangeInclusive<Day>) -> Option<Board>,
    ) -> bool {
        let mut all = true;
        for (resource, audiences) in &mut self.by_resource {
            for audience in audiences
                .iter_mut()
                .filter(|of| of.generation != generation)
            {
                match board(resource, &audience.days) {
                    Some(board) => {
                        audience.generation = generation;
                        audience.board.send_replace(board);
                    }
                    None => all = false,
                }
            }
        }
        all
    }

    /// Sends everybody home: their boards change no more.
    pub(super) fn close(&mut self) {
        self.by_resource.clear();
        self.limit.remove(self.watched.len());
        self.watched.clear();
    }
}

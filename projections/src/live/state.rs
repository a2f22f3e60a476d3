use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
    ops::RangeInclusive,
    sync::Arc,
};

use domain::{calendar::Day, ids::ResourceId, partition::Partition};
use eventlog::{Epoch, GlobalPosition, Position};
use tokio::sync::watch;

use crate::appends::WholeAppends;

use super::{
    DayState, LiveError,
    audience::{Audiences, Publication, WatchedDays, keys},
    board::{Board, Frame, Update, What as Shown},
    change::{Change, What},
    day::{DayEntry, DayKey},
    frame::{Kind, render_resource},
    partition::Reached,
    recent::Recent,
    resource::{ResourceEntry, SeatTerms},
    shelf::Shelf,
};

/// What a node has of a partition in memory. Every day and resource in it is the
/// fold of all its events up to `applied`, and of none after.
#[derive(Debug)]
pub(super) struct PartitionState {
    partition: Partition,
    epoch: Epoch,
    /// Counts how often the history was undone.
    generation: u64,
    applied: Position,
    recent: Recent,
    pub(super) days: Shelf<DayKey, DayEntry>,
    pub(super) resources: Shelf<ResourceId, ResourceEntry>,
    audiences: Audiences,
    /// Whether some audience still has a board of an undone history.
    boards_undone: bool,
    /// Whether the feed has stopped: nobody is told of changes any more.
    stopped: bool,
}

/// A moment of a partition's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) generation: u64,
    pub(super) applied: Position,
}

impl PartitionState {
    pub(super) fn new(
        partition: Partition,
        start: (Epoch, Position),
        cached: NonZeroUsize,
        watched: Arc<WatchedDays>,
    ) -> Self {
        let (epoch, applied) = start;
        Self {
            partition,
            epoch,
            generation: 0,
            applied,
            recent: Recent::after(applied),
            days: Shelf::new(cached),
            resources: Shelf::new(cached),
            audiences: Audiences::new(watched),
            boards_undone: false,
            stopped: false,
        }
    }

    /// Where this state is.
    pub(super) const fn moment(&self) -> Moment {
        Moment {
            generation: self.generation,
            applied: self.applied,
        }
    }

    /// The same for those outside.
    pub(super) const fn position(&self) -> GlobalPosition {
        GlobalPosition {
            epoch: self.epoch,
            partition: self.partition,
            position: self.applied,
        }
    }

    /// The same with what tells the history from one that was undone.
    pub(super) const fn reached(&self) -> Reached {
        Reached {
            at: self.position(),
            generation: self.generation,
        }
    }

    /// What was applied lately.
    pub(super) const fn recent(&self) -> &Recent {
        &self.recent
    }

    /// Folds a batch; returns what viewers are to be told: the days that looked different
    /// after any append of it, though they may look as before in the end, and resources
    /// whose streams have gone on. Another node may have shown what was between, and who
    /// saw it there comes here.
    pub(super) fn apply(&mut self, batch: &WholeAppends) -> Vec<Publication> {
        let mut before: BTreeMap<DayKey, Arc<DayState>> = BTreeMap::new();
        let mut resources: BTreeSet<ResourceId> = BTreeSet::new();
        let mut changed = BTreeSet::new();
        for event in batch.iter() {
            if let Some(change) = Change::of(event) {
                self.fold(&change, &mut before);
                if self.is_of_watched_resource(&change) {
                    resources.insert(change.resource.clone());
                    changed.extend(self.reseated(&change));
                }
                self.recent.push(change);
            }
            if event.tip.is_some() {
                let days = std::mem::take(&mut before);
                changed.extend(days.into_iter().flat_map(|day| self.changed(day)));
            }
        }
        self.applied = batch.position();
        self.publications(changed, resources)
    }

    /// Whether `change` is of a resource itself, and somebody watches days of it.
    fn is_of_watched_resource(&self, change: &Change) -> bool {
        match &change.what {
            What::Settings(_) => self.audiences.watch_resource(&change.resource),
            What::Day(..) => false,
        }
    }

    /// The watched days whose seats `change` is of, which was folded.
    fn reseated(&mut self, change: &Change) -> Vec<(DayKey, Kind)> {
        if seats_of(&mut self.resources, &change.resource).1 != change.position {
            return Vec::new();
        }
        let days = self.audiences.watched_of(&change.resource);
        days.map(|key| (key, Kind::Availability)).collect()
    }

    /// Folds one change; notes in `before` how a watched day was.
    fn fold(&mut self, change: &Change, before: &mut BTreeMap<DayKey, Arc<DayState>>) {
        match &change.what {
            What::Settings(event) => {
                if let Some(resource) = self.resources.get_mut(&change.resource) {
                    resource.apply(event, change.position);
                }
            }
            What::Day(day, day_change) => {
                let key = DayKey {
                    resource: change.resource.clone(),
                    day: *day,
                };
                if let Some(entry) = self.days.get_mut(&key) {
                    if self.audiences.watch(&key) && !before.contains_key(&key) {
                        before.insert(key, Arc::clone(entry.state()));
                    }
                    entry.apply(day_change, change.position);
                }
            }
        }
    }

    /// What looks different of a day than it did.
    fn changed(&mut self, (key, old): (DayKey, Arc<DayState>)) -> Vec<(DayKey, Kind)> {
        let (terms, _) = seats_of(&mut self.resources, &key.resource);
        let Some(entry) = self.days.get_mut(&key) else {
            return Vec::new();
        };
        let changed = |kind: &Kind| match kind {
            Kind::Availability => old.told(terms) != entry.state().told(terms),
            Kind::Presence => old.holds != entry.state().holds,
        };
        let kinds = Kind::ALL.into_iter().filter(changed);
        kinds.map(|kind| (key.clone(), kind)).collect()
    }

    fn publications(
        &mut self,
        days: BTreeSet<(DayKey, Kind)>,
        resources: BTreeSet<ResourceId>,
    ) -> Vec<Publication> {
        let mut updates: BTreeMap<ResourceId, Vec<Update>> = BTreeMap::new();
        let end = self.position();
        for id in resources {
            if let Some(entry) = self.resources.get_mut(&id) {
                let frame = resource_frame(&id, entry, end);
                let of = Shown::Resource;
                updates.insert(id, vec![Update { of, frame }]);
            }
        }
        for (key, kind) in days {
            let (terms, _) = seats_of(&mut self.resources, &key.resource);
            let Some(entry) = self.days.get_mut(&key) else {
                continue;
            };
            let frame = Frame {
                changed_by: self.applied,
                bytes: entry.frame(kind, &key.resource, terms),
            };
            let of = Shown::Day(key.day, kind);
            let update = Update { of, frame };
            updates.entry(key.resource).or_default().push(update);
        }
        let of_resource = |(resource, updates): (&ResourceId, &Vec<Update>)| {
            let of = self
                .audiences
                .publications(resource, updates, self.moment());
            of.collect::<Vec<_>>()
        };
        updates.iter().flat_map(of_resource).collect()
    }

    /// Lets a viewer in to days that are all in memory, and so is their resource.
    ///
    /// # Errors
    ///
    /// [`LiveError::Full`].
    pub(super) fn join(
        &mut self,
        resource: &ResourceId,
        days: &RangeInclusive<Day>,
    ) -> Result<watch::Receiver<Board>, LiveError> {
        if let Some(board) = self.audiences.join(resource, days) {
            return Ok(board);
        }
        let (position, generation) = (self.position(), self.generation);
        let moment = (position, generation);
        let shelves = (&mut self.days, &mut self.resources);
        let board = board(shelves, moment, resource, days);
        if self.stopped {
            return Ok(watch::channel(board).1);
        }
        let receiver = self.audiences.open(resource, days, board)?;
        for key in keys(resource, days) {
            self.days.pin(&key);
        }
        self.resources.pin(resource);
        Ok(receiver)
    }

    /// Lets a viewer out; with the last one, its days may be forgotten.
    pub(super) fn leave(&mut self, resource: &ResourceId, days: &RangeInclusive<Day>) {
        if self.audiences.leave(resource, days) {
            for key in keys(resource, days) {
                self.days.unpin(&key);
            }
            self.resources.unpin(resource);
        }
    }

    /// The history was undone: forgets all that was folded from it, and begins
    /// anew after `start`.
    pub(super) fn restart(&mut self, start: (Epoch, Position)) {
        self.generation += 1;
        (self.epoch, self.applied) = start;
        self.recent = Recent::after(self.applied);
        self.days.forget();
        self.resources.forget();
        self.boards_undone = true;
    }

    /// The days, with their resources, whose viewers wait for a board of this history.
    pub(super) fn awaited(&self) -> (Vec<DayKey>, Vec<ResourceId>) {
        self.audiences.awaited(self.generation)
    }

    /// Gives a board of this history to viewers whose days are all in memory again.
    pub(super) fn renew_boards(&mut self) {
        if !self.boards_undone {
            return;
        }
        let (position, generation) = (self.position(), self.generation);
        let all = self.audiences.renew(generation, |resource, range| {
            let here = keys(resource, range).iter().all(|key| self.days.has(key))
                && self.resources.has(resource);
            let shelves = (&mut self.days, &mut self.resources);
            here.then(|| board(shelves, (position, generation), resource, range))
        });
        self.boards_undone = !all;
    }

    /// The feed stops: viewers are sent home.
    pub(super) fn stop(&mut self) {
        self.stopped = true;
        self.audiences.close();
    }
}

/// What the days of a resource go by, which is in memory, and the event that changed it
/// last.
fn seats_of(
    resources: &mut Shelf<ResourceId, ResourceEntry>,
    id: &ResourceId,
) -> (SeatTerms, Position) {
    let entry = resources.get_mut(id);
    entry.map_or_else(Default::default, |entry| {
        let state = entry.state();
        (SeatTerms::of(&state.resource), state.seats_changed_at)
    })
}

/// What viewers are sent of a resource, of a history whose end is `end`.
fn resource_frame(id: &ResourceId, entry: &ResourceEntry, end: GlobalPosition) -> Frame {
    let state = entry.state();
    let position = state.changed_at;
    let at = GlobalPosition { position, ..end };
    Frame {
        changed_by: position,
        bytes: render_resource(id, &state.resource, at),
    }
}

/// The board of days and a resource that are all in memory.
fn board(
    (shelf, resources): (
        &mut Shelf<DayKey, DayEntry>,
        &mut Shelf<ResourceId, ResourceEntry>,
    ),
    (position, generation): (GlobalPosition, u64),
    resource: &ResourceId,
    days: &RangeInclusive<Day>,
) -> Board {
    let (terms, seats_changed_at) = seats_of(resources, resource);
    let frames = keys(resource, days).into_iter().map(|key| {
        let mut missing = DayEntry::empty(key.day);
        let entry = shelf.get_mut(&key).unwrap_or(&mut missing);
        Kind::ALL.map(|kind| {
            let changed_by = match kind {
                Kind::Availability => entry.changed_by(kind).max(seats_changed_at),
                Kind::Presence => entry.changed_by(kind),
            };
            Frame {
                changed_by,
                bytes: entry.frame(kind, resource, terms),
            }
        })
    });
    let of_resource = match resources.get_mut(resource) {
        Some(entry) => resource_frame(resource, entry, position),
        None => resource_frame(resource, &ResourceEntry::default(), position),
    };
    let frames = frames.collect();
    Board::new(position, generation, of_resource, *days.start(), frames)
}

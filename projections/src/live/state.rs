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
    board::{Board, Frame, Update},
    change::{Change, What},
    day::{DayEntry, DayKey},
    frame::Kind,
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

    /// What was applied lately.
    pub(super) const fn recent(&self) -> &Recent {
        &self.recent
    }

    /// Folds a batch; returns what viewers are to be told: the days that looked different
    /// after any append of it, though they may look as before in the end. Another node
    /// may have shown what was between, and who saw it there comes here.
    pub(super) fn apply(&mut self, batch: &WholeAppends) -> Vec<Publication> {
        let mut before: BTreeMap<DayKey, Arc<DayState>> = BTreeMap::new();
        let mut relisted: BTreeSet<ResourceId> = BTreeSet::new();
        let mut changed = BTreeSet::new();
        for event in batch.iter() {
            if let Some(change) = Change::of(event) {
                self.fold(&change, &mut before);
                if self.relists(&change) {
                    relisted.insert(change.resource.clone());
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
        self.publications(changed, &relisted)
    }

    /// Whether `change`, which was folded, changed what the lists of a resource go by that
    /// somebody watches.
    fn relists(&mut self, change: &Change) -> bool {
        match &change.what {
            What::Settings(_) => {
                self.audiences.watch_some_of(&change.resource)
                    && self.lists_changed_at(&change.resource) == change.position
            }
            What::Day(..) => false,
        }
    }

    /// The watched days whose seats `change` is of, which was folded.
    fn reseated(&mut self, change: &Change) -> Vec<(DayKey, Kind)> {
        if self.seats_of(&change.resource).1 != change.position {
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
        let (terms, _) = self.seats_of(&key.resource);
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
        changed: BTreeSet<(DayKey, Kind)>,
        relisted: &BTreeSet<ResourceId>,
    ) -> Vec<Publication> {
        let mut updates: BTreeMap<ResourceId, Vec<Update>> = BTreeMap::new();
        for resource in relisted {
            updates.insert(resource.clone(), Vec::new());
        }
        for (key, kind) in changed {
            let (terms, _) = self.seats_of(&key.resource);
            let Some(entry) = self.days.get_mut(&key) else {
                continue;
            };
            let frame = Frame {
                changed_by: self.applied,
                bytes: entry.frame(kind, terms),
            };
            let day = key.day;
            let update = Update { day, kind, frame };
            updates.entry(key.resource).or_default().push(update);
        }
        let of_resource = |(resource, updates): (&ResourceId, &Vec<Update>)| {
            let of = self.audiences.publications(
                resource,
                (updates, relisted.contains(resource)),
                self.moment(),
            );
            of.collect::<Vec<_>>()
        };
        updates.iter().flat_map(of_resource).collect()
    }

    /// Lets a viewer in to days that are all in memory.
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
        let changes = self.lists_changed_at(resource);
        let seats = self.seats_of(resource);
        let moment = (position, generation);
        let board = board(&mut self.days, moment, (changes, seats), resource, days);
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

    /// The event that changed last what lists of a resource go by, which is in memory.
    fn lists_changed_at(&mut self, resource: &ResourceId) -> Position {
        let entry = self.resources.get_mut(resource);
        entry.map_or(Position::START, |entry| entry.state().lists_changed_at)
    }

    /// What the days of a resource go by, which is in memory, and the event that changed
    /// it last.
    fn seats_of(&mut self, resource: &ResourceId) -> (SeatTerms, Position) {
        let entry = self.resources.get_mut(resource);
        entry.map_or_else(Default::default, |entry| {
            let state = entry.state();
            (SeatTerms::of(&state.resource), state.seats_changed_at)
        })
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

    /// The days, and their resources, whose viewers wait for a board of this history.
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
            let here = keys(resource, range).iter().all(|key| self.days.has(key));
            let entry = self.resources.get_mut(resource).filter(|_| here)?;
            let state = entry.state();
            let seats = (SeatTerms::of(&state.resource), state.seats_changed_at);
            // Whoever is sent this board reads all again.
            let terms = (Position::START, seats);
            let moment = (position, generation);
            Some(board(&mut self.days, moment, terms, resource, range))
        });
        self.boards_undone = !all;
    }

    /// The feed stops: viewers are sent home.
    pub(super) fn stop(&mut self) {
        self.stopped = true;
        self.audiences.close();
    }
}

/// The board of days that are all in memory.
fn board(
    shelf: &mut Shelf<DayKey, DayEntry>,
    (position, generation): (GlobalPosition, u64),
    (changes, (terms, seats_changed_at)): (Position, (SeatTerms, Position)),
    resource: &ResourceId,
    days: &RangeInclusive<Day>,
) -> Board {
    let frames = keys(resource, days).into_iter().map(|key| {
        let mut missing = DayEntry::empty(key.day);
        let entry = shelf.get_mut(&key).unwrap_or(&mut missing);
        let changed_by = |entry: &DayEntry, kind| match kind {
            Kind::Availability => entry.changed_by(kind).max(seats_changed_at),
            Kind::Presence => entry.changed_by(kind),
        };
        Kind::ALL.map(|kind| Frame {
            changed_by: changed_by(entry, kind),
            bytes: entry.frame(kind, terms),
        })
    });
    Board::new(
        position,
        generation,
        changes,
        *days.start(),
        frames.collect(),
    )
}

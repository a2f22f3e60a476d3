use std::sync::Arc;

use bytes::Bytes;
use domain::{
    calendar::{Buffers, Day, SeatCount, Seats, SlotIndex, SlotMask, Span, Taken},
    ids::{HoldId, ResourceId},
    resource_day::DayTaken,
};
use eventlog::Position;

use super::{
    change::DayChange,
    frame::{self, Kind},
    resource::SeatTerms,
};

/// Names a day of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct DayKey {
    pub(super) resource: ResourceId,
    pub(super) day: Day,
}

/// A day as viewers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayState {
    /// Which UTC day.
    pub day: Day,
    /// The seats that are booked.
    pub booked: Seats,
    /// The seats that the buffers of bookings take.
    pub buffers: Seats,
    /// The position of the event that changed either last; 0 when none has.
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
    /// What it keeps free beside that.
    pub buffers: Buffers,
    /// Its slots of this day.
    pub slots: SlotMask,
    /// The slots of this day that its buffers keep free.
    pub buffer: SlotMask,
    /// How many seats of each of them.
    pub quantity: SeatCount,
}

impl DayState {
    /// A day that nothing has happened in.
    pub fn empty(day: Day) -> Self {
        Self {
            day,
            booked: Seats::default(),
            buffers: Seats::default(),
            busy_changed_at: Position::START,
            holds: Vec::new(),
        }
    }

    /// What bookings take of the day.
    pub fn taken_by_bookings(&self) -> DayTaken {
        DayTaken {
            booked: self.booked.clone(),
            held: Seats::default(),
            buffers: self.buffers.clone(),
        }
    }

    /// What visitors are told of that.
    pub fn told(&self, terms: SeatTerms) -> ToldDay {
        let taken = self.taken_by_bookings();
        ToldDay {
            busy: taken.busy(terms.capacity),
            buffer: taken.kept_free(terms.capacity),
            seats_left: terms.shown.then(|| SeatsLeft {
                capacity: terms.capacity,
                taken: taken.all(),
            }),
        }
    }

    fn change(&mut self, taken: Taken, change: fn(&mut Seats, SlotMask, SeatCount)) {
        change(&mut self.booked, taken.slots, taken.quantity);
        change(&mut self.buffers, taken.buffer, taken.quantity);
    }
}

/// What visitors are told of what is booked of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldDay {
    /// `busySlots`: those in which bookings leave no seat.
    pub busy: SlotMask,
    /// `bufferSlots`: those beside, in which buffers take what bookings leave.
    pub buffer: SlotMask,
    /// How many seats are left, where the resource wants that shown.
    pub seats_left: Option<SeatsLeft>,
}

/// How many seats are left in each slot of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatsLeft {
    /// How many there are.
    pub capacity: SeatCount,
    taken: Seats,
}

impl SeatsLeft {
    /// The slots in which some are taken, ascending, and how many are left there. In all
    /// others it is all of them.
    pub fn slots(&self) -> impl Iterator<Item = (SlotIndex, u16)> {
        let left = |taken| self.capacity.get().saturating_sub(taken);
        self.taken
            .runs()
            .flat_map(move |(slots, taken)| slots.slots().map(move |slot| (slot, left(taken))))
    }
}

impl HeldSpan {
    /// What it takes of the day.
    pub const fn taken(&self) -> Taken {
        Taken {
            slots: self.slots,
            buffer: self.buffer,
            quantity: self.quantity,
        }
    }

    /// By what holds are sorted.
    pub(super) const fn key(&self) -> (Span, HoldId) {
        (self.span, self.hold_id)
    }
}

/// A day in memory.
#[derive(Debug)]
pub(super) struct DayEntry {
    state: Arc<DayState>,
    /// No event after this position has changed the holds.
    holds_changed_by: Position,
    /// What viewers are sent of the state, once somebody needs it.
    frames: [Option<Bytes>; Kind::ALL.len()],
    /// What the frames go by beside the state.
    terms: SeatTerms,
}

impl DayEntry {
    /// A day whose holds may have changed at `position` last.
    pub(super) fn new(state: DayState, position: Position) -> Self {
        Self {
            state: Arc::new(state),
            holds_changed_by: position,
            frames: [None, None],
            terms: SeatTerms::default(),
        }
    }

    /// A day that nothing has happened in.
    pub(super) fn empty(day: Day) -> Self {
        Self::new(DayState::empty(day), Position::START)
    }

    /// The day as it is.
    pub(super) const fn state(&self) -> &Arc<DayState> {
        &self.state
    }

    /// The position after which nothing of `kind` has changed.
    pub(super) fn changed_by(&self, kind: Kind) -> Position {
        match kind {
            Kind::Availability => self.state.busy_changed_at,
            Kind::Presence => self.holds_changed_by,
        }
    }

    /// What viewers of `resource`, whose day it is, are sent of `kind` under its `terms`; the
    /// same bytes until it changes.
    pub(super) fn frame(&mut self, kind: Kind, resource: &ResourceId, terms: SeatTerms) -> Bytes {
        if self.terms != terms {
            self.terms = terms;
            self.frames = [None, None];
        }
        self.frames[kind as usize]
            .get_or_insert_with(|| frame::render(kind, resource, &self.state, terms))
            .clone()
    }

    /// Folds one change, of the event at `position`.
    pub(super) fn apply(&mut self, change: &DayChange, position: Position) {
        let state = Arc::make_mut(&mut self.state);
        let kind = match change {
            DayChange::Booked(_) | DayChange::Freed(_) => Kind::Availability,
            DayChange::Held(_) | DayChange::HoldEnded(_) => Kind::Presence,
        };
        match change {
            DayChange::Booked(taken) => state.change(*taken, Seats::add),
            DayChange::Freed(taken) => state.change(*taken, Seats::remove),
            DayChange::Held(held) => {
                state.holds.retain(|known| known.hold_id != held.hold_id);
                let place = state
                    .holds
                    .partition_point(|known| known.key() < held.key());
                state.holds.insert(place, held.clone());
            }
            DayChange::HoldEnded(id) => state.holds.retain(|known| known.hold_id != *id),
        }
        match kind {
            Kind::Availability => state.busy_changed_at = position,
            Kind::Presence => self.holds_changed_by = position,
        }
        self.frames[kind as usize] = None;
    }
}

use std::sync::Arc;

use bytes::Bytes;
use domain::{
    calendar::{Buffers, Day, SlotMask, Span, Taken},
    ids::{HoldId, ResourceId},
};
use eventlog::Position;

use super::{
    change::DayChange,
    frame::{self, Kind},
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
    /// `busySlots`: what is booked.
    pub busy: SlotMask,
    /// `bufferSlots`: what the buffers of bookings keep free.
    pub buffer: SlotMask,
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
}

impl DayState {
    /// What bookings take of the day.
    pub const fn booked(&self) -> Taken {
        Taken {
            slots: self.busy,
            buffer: self.buffer,
        }
    }
}

impl HeldSpan {
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
}

impl DayEntry {
    /// A day whose holds may have changed at `position` last.
    pub(super) fn new(state: DayState, position: Position) -> Self {
        Self {
            state: Arc::new(state),
            holds_changed_by: position,
            frames: [None, None],
        }
    }

    /// A day that nothing has happened in.
    pub(super) fn empty(day: Day) -> Self {
        let state = DayState {
            day,
            busy: SlotMask::EMPTY,
            buffer: SlotMask::EMPTY,
            busy_changed_at: Position::START,
            holds: Vec::new(),
        };
        Self::new(state, Position::START)
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

    /// What viewers of `resource`, whose day it is, are sent of `kind`; the same bytes
    /// until it changes.
    pub(super) fn frame(&mut self, kind: Kind, resource: &ResourceId) -> Bytes {
        self.frames[kind as usize]
            .get_or_insert_with(|| frame::render(kind, resource, &self.state))
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
            DayChange::Booked(taken) => {
                state.busy |= taken.slots;
                state.buffer |= taken.buffer;
            }
            DayChange::Freed(taken) => {
                state.busy = state.busy.without(taken.slots);
                state.buffer = state.buffer.without(taken.buffer);
            }
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

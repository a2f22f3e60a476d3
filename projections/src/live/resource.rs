use std::sync::Arc;

use domain::{
    calendar::SeatCount,
    resource::{Resource, ResourceEvent},
};
use eventlog::Position;

/// A resource as viewers see it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResourceState {
    /// Open, retired or unknown.
    pub resource: Resource,
    /// The position of its last event; 0 when there is none.
    pub changed_at: Position,
    /// That of the last event that changed its seats; 0 when there is none.
    pub seats_changed_at: Position,
}

/// What the days of a resource go by, as visitors see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SeatTerms {
    /// How many seats a slot carries.
    pub capacity: SeatCount,
    /// Whether it is told how many are left.
    pub shown: bool,
}

impl SeatTerms {
    /// Those of `resource`; of one that nobody registered, one seat.
    pub fn of(resource: &Resource) -> Self {
        let settings = resource.settings();
        settings.map_or_else(Self::default, |settings| Self {
            capacity: settings.capacity(),
            shown: settings.shows_seats_left(),
        })
    }
}

/// A resource in memory.
#[derive(Debug, Clone, Default)]
pub(super) struct ResourceEntry(Arc<ResourceState>);

impl ResourceEntry {
    /// The resource as it is.
    pub(super) const fn state(&self) -> &Arc<ResourceState> {
        &self.0
    }

    /// Folds one event, the one at `position`.
    pub(super) fn apply(&mut self, event: &ResourceEvent, position: Position) {
        let state = Arc::make_mut(&mut self.0);
        let before = SeatTerms::of(&state.resource);
        state.resource.evolve(event);
        state.changed_at = position;
        if SeatTerms::of(&state.resource) != before {
            state.seats_changed_at = position;
        }
    }
}

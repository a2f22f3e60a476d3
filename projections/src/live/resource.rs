use std::sync::Arc;

use domain::resource::{Resource, ResourceEvent};
use eventlog::Position;

/// A resource as viewers see it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResourceState {
    /// Open, retired or unknown.
    pub resource: Resource,
    /// The position of its last event; 0 when there is none.
    pub changed_at: Position,
    /// That of the last event of an exception to its hours; 0 when there is none.
    pub exceptions_changed_at: Position,
}

impl ResourceState {
    /// When lists of it may have changed otherwise than by what is booked.
    pub(super) const fn changes(&self) -> ResourceChanges {
        ResourceChanges {
            any: self.changed_at,
            exceptions: self.exceptions_changed_at,
        }
    }
}

/// The positions of the last events of a resource: its settings decide what a list says
/// of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ResourceChanges {
    /// Of any.
    pub(super) any: Position,
    /// Of those of exceptions to its hours.
    pub(super) exceptions: Position,
}

impl ResourceChanges {
    /// Takes note of an event.
    pub(super) const fn note(&mut self, event: &ResourceEvent, position: Position) {
        self.any = position;
        match event {
            ResourceEvent::ExceptionAdded(_) | ResourceEvent::ExceptionRemoved(_) => {
                self.exceptions = position;
            }
            ResourceEvent::ResourceRegistered(_)
            | ResourceEvent::ResourceChanged(_)
            | ResourceEvent::ResourceRetired(_) => {}
        }
    }

    /// The later of both, of each kind.
    pub(super) fn and(self, later: Self) -> Self {
        Self {
            any: self.any.max(later.any),
            exceptions: self.exceptions.max(later.exceptions),
        }
    }

    /// Whether a viewer who has been sent all up to `sent` must read its lists again. One
    /// who has been sent nothing may have read them before an exception came.
    pub(super) fn are_news(self, sent: Option<Position>) -> bool {
        sent.map_or(self.exceptions > Position::START, |sent| self.any > sent)
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
        state.resource.evolve(event);
        let mut changes = state.changes();
        changes.note(event, position);
        (state.changed_at, state.exceptions_changed_at) = (changes.any, changes.exceptions);
    }
}

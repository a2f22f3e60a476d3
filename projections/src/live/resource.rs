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
        state.changed_at = position;
    }
}

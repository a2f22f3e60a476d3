use serde::{Deserialize, Serialize};

use super::{ResourceEvent, ResourceSettings};

/// A resource, folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "status", content = "settings")]
pub enum Resource {
    /// Nobody registered it.
    #[default]
    Unknown,
    /// It takes holds and bookings.
    Open(ResourceSettings),
    /// It takes none any more.
    Retired(ResourceSettings),
}

impl Resource {
    /// Its settings, open or retired.
    pub const fn settings(&self) -> Option<&ResourceSettings> {
        match self {
            Self::Unknown => None,
            Self::Open(settings) | Self::Retired(settings) => Some(settings),
        }
    }

    /// Folds one event. Total: history is never refused.
    pub fn evolve(&mut self, event: &ResourceEvent) {
        *self = match (event, std::mem::take(self)) {
            (ResourceEvent::ResourceRegistered(registered), _) => {
                Self::Open(registered.settings.clone())
            }
            (ResourceEvent::ResourceChanged(changed), _) => Self::Open(changed.settings.clone()),
            (ResourceEvent::ResourceRetired(_), Self::Open(settings)) => Self::Retired(settings),
            (ResourceEvent::ResourceRetired(_), state) => state,
        };
    }
}

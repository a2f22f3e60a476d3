use serde::{Deserialize, Serialize};

use crate::hours::Exceptions;

use super::{ResourceEvent, ResourceSettings, Terms};

/// A resource, folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "status", content = "settings")]
pub enum Resource {
    /// Nobody registered it.
    #[default]
    Unknown,
    /// It takes holds and bookings.
    Open(Terms),
    /// It takes none any more.
    Retired(Terms),
}

impl Resource {
    /// What it goes by, open or retired.
    pub const fn terms(&self) -> Option<&Terms> {
        match self {
            Self::Unknown => None,
            Self::Open(terms) | Self::Retired(terms) => Some(terms),
        }
    }

    /// Its settings, open or retired.
    pub const fn settings(&self) -> Option<&ResourceSettings> {
        match self.terms() {
            Some(terms) => Some(&terms.settings),
            None => None,
        }
    }

    /// Folds one event. Total: history is never refused.
    pub fn evolve(&mut self, event: &ResourceEvent) {
        match event {
            ResourceEvent::ResourceRegistered(registered) => self.open(&registered.settings),
            ResourceEvent::ResourceChanged(changed) => self.open(&changed.settings),
            ResourceEvent::ResourceRetired(_) => {
                *self = match std::mem::take(self) {
                    Self::Open(terms) => Self::Retired(terms),
                    state @ (Self::Unknown | Self::Retired(_)) => state,
                };
            }
            ResourceEvent::ExceptionAdded(added) => {
                if let Some(exceptions) = self.exceptions_mut() {
                    exceptions.add(added.exception.clone());
                }
            }
            ResourceEvent::ExceptionRemoved(removed) => {
                if let Some(exceptions) = self.exceptions_mut() {
                    exceptions.remove(removed.exception_id);
                }
            }
        }
    }

    /// Open with these settings, and with the exceptions that it had.
    fn open(&mut self, settings: &ResourceSettings) {
        let mut terms = Terms::new(settings.clone());
        if let Some(exceptions) = self.exceptions_mut() {
            terms.exceptions = std::mem::take(exceptions);
        }
        *self = Self::Open(terms);
    }

    const fn exceptions_mut(&mut self) -> Option<&mut Exceptions> {
        match self {
            Self::Unknown => None,
            Self::Open(terms) | Self::Retired(terms) => Some(&mut terms.exceptions),
        }
    }
}

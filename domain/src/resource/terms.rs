use serde::{Deserialize, Serialize};

use crate::hours::{Exceptions, OpeningTimes};

use super::ResourceSettings;

/// What a registered resource goes by: its settings, and the exceptions to its hours.
///
/// Exceptions have commands of their own, so that settings come and go and leave them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// Its settings.
    #[serde(flatten)]
    pub settings: ResourceSettings,
    /// The exceptions to its hours.
    #[serde(default, skip_serializing_if = "Exceptions::is_empty")]
    pub exceptions: Exceptions,
}

impl Terms {
    /// These settings, and no exceptions.
    pub const fn new(settings: ResourceSettings) -> Self {
        Self {
            settings,
            exceptions: Exceptions::none(),
        }
    }

    /// When it is open.
    pub const fn opening_times(&self) -> OpeningTimes<'_> {
        let settings = &self.settings;
        OpeningTimes::new(settings.hours(), settings.zone()).but_for(&self.exceptions)
    }
}

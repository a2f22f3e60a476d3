use serde::{Deserialize, Serialize};

use crate::calendar::Timestamp;

use super::ResourceSettings;

/// What happened to a resource's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResourceEvent {
    /// It came into being, or back from retirement.
    ResourceRegistered(ResourceRegistered),
    /// Its settings changed. What was booked under the old ones stays booked.
    ResourceChanged(ResourceChanged),
    /// It takes no more holds and bookings. What is booked stays booked.
    ResourceRetired(ResourceRetired),
}

/// A resource came into being, or back from retirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceRegistered {
    /// All its settings.
    pub settings: ResourceSettings,
    /// When.
    pub registered_at: Timestamp,
}

/// A resource's settings changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceChanged {
    /// All its settings from now on.
    pub settings: ResourceSettings,
    /// When.
    pub changed_at: Timestamp,
}

/// A resource was retired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceRetired {
    /// When.
    pub retired_at: Timestamp,
}

impl ResourceEvent {
    /// The event's type as stored: its variant's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ResourceRegistered(_) => "ResourceRegistered",
            Self::ResourceChanged(_) => "ResourceChanged",
            Self::ResourceRetired(_) => "ResourceRetired",
        }
    }

    /// The version in which the event is written now.
    pub const fn version(&self) -> &'static str {
        match self {
            Self::ResourceRegistered(registered) => registered.settings.event_version(),
            Self::ResourceChanged(changed) => changed.settings.event_version(),
            Self::ResourceRetired(_) => "1.0",
        }
    }
}

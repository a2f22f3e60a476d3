use serde::{Deserialize, Serialize};

use crate::{calendar::Timestamp, hours::Exception, ids::ExceptionId};

use super::ResourceSettings;

/// What happened to a resource: to its settings, or to the exceptions to its hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResourceEvent {
    /// It came into being, or back from retirement.
    ResourceRegistered(ResourceRegistered),
    /// Its settings changed. What was booked under the old ones stays booked.
    ResourceChanged(ResourceChanged),
    /// It takes no more holds and bookings. What is booked stays booked.
    ResourceRetired(ResourceRetired),
    /// An exception to its hours came into being. What was booked before stays booked.
    ExceptionAdded(ExceptionAdded),
    /// An exception to its hours is none any more.
    ExceptionRemoved(ExceptionRemoved),
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

/// An exception to a resource's hours came into being. None of its id was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExceptionAdded {
    /// All that it says.
    pub exception: Exception,
    /// When it was added.
    pub added_at: Timestamp,
}

/// An exception to a resource's hours is none any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExceptionRemoved {
    /// Which.
    pub exception_id: ExceptionId,
    /// When.
    pub removed_at: Timestamp,
}

impl ResourceEvent {
    /// The event's type as stored: its variant's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ResourceRegistered(_) => "ResourceRegistered",
            Self::ResourceChanged(_) => "ResourceChanged",
            Self::ResourceRetired(_) => "ResourceRetired",
            Self::ExceptionAdded(_) => "ExceptionAdded",
            Self::ExceptionRemoved(_) => "ExceptionRemoved",
        }
    }

    /// The version in which events of this type are written now.
    pub const fn version(&self) -> &'static str {
        match self {
            Self::ResourceRegistered(_)
            | Self::ResourceChanged(_)
            | Self::ResourceRetired(_)
            | Self::ExceptionAdded(_)
            | Self::ExceptionRemoved(_) => "1.0",
        }
    }
}

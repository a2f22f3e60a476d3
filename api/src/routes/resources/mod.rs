//! Resources: what can be booked, when it is open, what it offers.

mod change;
mod hours;
mod patch;
mod read;
mod settings;

use axum::routing::get;
use domain::{
    ids::ResourceId,
    resource::{Oddity, Resource, ResourceSettings},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Routes, unexpected, wire::ResourceName};
use settings::Settings;

pub(crate) use change::{__path_put, __path_retire};
pub(super) use hours::Stretch;
pub(crate) use patch::__path_patch;
pub(crate) use read::{__path_list, __path_read};

pub(super) fn routes() -> Routes {
    Routes::default().at("/v1/resources", get(read::list)).at(
        "/v1/resources/{resourceId}",
        get(read::read)
            .put(change::put)
            .patch(patch::patch)
            .delete(change::retire),
    )
}

/// A resource and all its settings.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Resource)]
pub(crate) struct ResourceBody {
    resource_id: ResourceName,
    status: Status,
    #[serde(flatten)]
    settings: Settings,
    /// What is odd about the settings, as the answer of a change tells it; absent when
    /// nothing is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    warnings: Vec<Warning>,
}

/// A setting that stands and does nothing, or hides something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SettingsWarning)]
pub(crate) struct Warning {
    /// Which setting.
    #[schema(example = "durations")]
    field: &'static str,
    /// What is odd about it, for people.
    detail: String,
}

impl Warning {
    /// What is odd about these settings.
    fn of(settings: &ResourceSettings) -> Vec<Self> {
        let oddities = settings.oddities().into_iter();
        let warning = |oddity: Oddity| Self {
            field: oddity.field(),
            detail: oddity.to_string(),
        };
        oddities.map(warning).collect()
    }
}

/// Whether a resource takes holds and bookings.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ResourceStatus)]
pub(crate) enum Status {
    /// It does.
    Open,
    /// Not any more. What is booked stays booked.
    Retired,
}

impl ResourceBody {
    /// Of a resource that somebody registered.
    fn new(id: ResourceId, resource: &Resource) -> Option<Self> {
        let status = match resource {
            Resource::Open(_) => Status::Open,
            Resource::Retired(_) => Status::Retired,
            Resource::Unknown => return None,
        };
        Some(Self {
            resource_id: id.into(),
            status,
            settings: resource.settings()?.into(),
            warnings: Vec::new(),
        })
    }
}

//! Resources: what can be booked, when it is open, what it offers.

mod change;
mod hours;
mod patch;
mod read;
mod settings;

use axum::routing::get;
use domain::{ids::ResourceId, resource::Resource};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Routes, unexpected, wire::ResourceName};
use settings::Settings;

pub(crate) use change::{__path_put, __path_retire};
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
        })
    }
}

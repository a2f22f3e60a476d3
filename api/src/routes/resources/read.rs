use std::sync::Arc;

use axum::{Json, extract::State};
use domain::ids::ResourceId;
use projections::view;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    problem::{Code, Problem},
    request::{After, Parameters, ResourcePath, Shown},
};

use super::ResourceBody;

/// Resources on a page at most: an answer stays under a megabyte.
const LIMIT_MAX: u32 = 200;
/// Resources on a page unless asked otherwise: a screenful.
const LIMIT_DEFAULT: u32 = 50;

/// A page of resources.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResourceList {
    /// Open ones, in the order of their ids.
    resources: Vec<ResourceBody>,
    /// Gives the next page as `cursor`; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

/// Lists the resources that take bookings
#[utoipa::path(
    get, path = "/v1/resources", tag = "Resources", operation_id = "listResources",
    params(
        ("cursor" = Option<String>, Query, description = "The `nextCursor` of the page before."),
        ("limit" = Option<u32>, Query, description = "Resources on the page, 1 to 200; 50 when absent."),
        ("after" = Option<String>, Query, description = "A position that the answer must show."),
    ),
    responses((status = 200, description = "A page.", body = ResourceList))
)]
pub(crate) async fn list(
    State(app): State<App>,
    mut parameters: Parameters,
) -> Result<Json<ResourceList>, Problem> {
    let cursor: Option<ResourceId> = parameters.parsed(
        "cursor",
        Code::InvalidCursor,
        "cursors are what nextCursor carried, unchanged",
    )?;
    let limit = parameters.limit(LIMIT_DEFAULT, LIMIT_MAX, "resources")?;
    let after = After::take(&mut parameters)?;
    parameters.finish()?;

    after.in_views(&app).await?;
    let mut rows = view::list_resources(&app.log, cursor.as_ref(), limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let resources = rows
        .into_iter()
        .filter_map(|row| ResourceBody::new(row.id, &row.resource))
        .collect();
    Ok(Json(ResourceList {
        resources,
        next_cursor,
    }))
}

/// Reads a resource
///
/// Retired ones too.
#[utoipa::path(
    get, path = "/v1/resources/{resourceId}", tag = "Resources", operation_id = "getResource",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("after" = Option<String>, Query, description = "A position that the answer must show."),
    ),
    responses((status = 200, description = "The resource.", body = ResourceBody,
        headers(("Slotkeeper-Position" = String, description = "Everything up to it is shown."))))
)]
pub(crate) async fn read(
    State(app): State<App>,
    ResourcePath(id): ResourcePath,
    mut parameters: Parameters,
) -> Result<(Shown, Json<ResourceBody>), Problem> {
    let after = After::take(&mut parameters)?;
    parameters.finish()?;
    let shown = after.shown(&app, app.log.partition_of(&id)).await?;
    let state = app.registered(&id).await?;
    let body = ResourceBody::new(id, &state.resource);
    let body = body.ok_or_else(|| Problem::internal(Arc::new(Vanished)))?;
    Ok((shown, Json(body)))
}

/// A registered resource has settings: the domain's state has no other shape.
#[derive(Debug, thiserror::Error)]
#[error("a registered resource has no settings")]
struct Vanished;

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::ids::ResourceId;
use projections::view::{self, Listed};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    etag::ETag,
    problem::{Code, Problem},
    request::{After, PagedList, Parameters, ResourcePath},
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
    /// Open ones, or retired ones, in the order of their ids.
    resources: Vec<ResourceBody>,
    /// Gives the next page as `cursor`; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

/// Lists the resources that take bookings
///
/// Or, with `status=retired`, those that do not any more, which may have bookings still.
/// From the views, which may be stale by some milliseconds: `after` waits for a write.
#[utoipa::path(
    get, path = "/v1/resources", tag = "Resources", operation_id = "listResources",
    params(
        ("status" = Option<String>, Query, description = "`open`, or `retired`; `open` when absent."),
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
    let status = parameters.optional("status")?;
    let (listed, status) = status.map_or(Ok((Listed::Open, "open")), |text| status_of(&text))?;
    let list = PagedList::new("resources", &status);
    let cursor: Option<ResourceId> = list.place(&mut parameters)?;
    let limit = parameters.limit(LIMIT_DEFAULT, LIMIT_MAX, "resources")?;
    let after = After::take(&mut parameters)?;
    parameters.finish()?;

    after.in_views(&app).await?;
    let mut rows = view::list_resources(&app.log, listed, cursor.as_ref(), limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = rows.last().filter(|_| more);
    let next_cursor = next_cursor.map(|row| list.cursor(&row.id));
    let resources = rows
        .into_iter()
        .filter_map(|row| ResourceBody::new(row.id, &row.resource))
        .collect();
    Ok(Json(ResourceList {
        resources,
        next_cursor,
    }))
}

/// Which resources a query means, in its own word too.
fn status_of(text: &str) -> Result<(Listed, &'static str), Problem> {
    match text {
        "open" => Ok((Listed::Open, "open")),
        "retired" => Ok((Listed::Retired, "retired")),
        _ => {
            let right = "it is open or retired";
            Err(Problem::value(Code::InvalidStatus, "status", text, right))
        }
    }
}

/// Reads a resource
///
/// Retired ones too. May be stale by some milliseconds: `after` waits for a write.
#[utoipa::path(
    get, path = "/v1/resources/{resourceId}", tag = "Resources", operation_id = "getResource",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("after" = Option<String>, Query, description = "A position that the answer must show."),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of an earlier answer."),
    ),
    responses(
        (status = 200, description = "The resource.", body = ResourceBody, headers(
            ("ETag" = String, description = "Changes with the resource; for `If-Match` too."),
            ("Slotkeeper-Position" = String, description = "Everything up to it is shown."))),
        (status = 304, description = "The resource is still that of the ETag."),
    )
)]
pub(crate) async fn read(
    State(app): State<App>,
    ResourcePath(id): ResourcePath,
    headers: HeaderMap,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let after = After::take(&mut parameters)?;
    parameters.finish()?;
    let shown = after.shown(&app, app.log.partition_of(&id)).await?;
    let state = app.registered(&id).await?;
    let body = ResourceBody::new(id, &state.resource);
    let body = body.ok_or_else(|| Problem::internal(Arc::new(Vanished)))?;
    let tag = ETag::of_resource(&state.resource);
    let answer = tag.answer(&headers, || Json(body).into_response());
    Ok((shown, answer).into_response())
}

/// A registered resource has settings: the domain's state has no other shape.
#[derive(Debug, thiserror::Error)]
#[error("a registered resource has no settings")]
struct Vanished;

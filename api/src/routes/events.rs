//! A resource's days, live.

use axum::{extract::State, http::HeaderMap, response::Response, routing::get};

use crate::{
    app::App,
    problem::Problem,
    request::{Parameters, ResourcePath, day_range},
    sse::{self, LastSeen},
};

use super::Routes;

pub(super) fn routes() -> Routes {
    Routes::default().at("/v1/resources/{resourceId}/events", get(events))
}

/// Watches days
///
/// An event stream. `availability` carries `{date, busySlots, bufferSlots?, capacity?,
/// seatsLeft?}` and `presence` `{date, holds}`: each the whole state of one UTC day, sent when it changes. On
/// connecting, every watched day is sent that changed after `Last-Event-ID`, all
/// of them without one. After each round comes an id alone, up to which every
/// watched day has been sent. `reset` says to forget what was seen: all days
/// follow. `resource` carries `{}` and says that the
/// exceptions to its hours or its seats have changed: lists and months are to be read
/// again; where any of that ever was it comes with the first round too. Renewals of holds are not sent, and neither are states that were
/// passed before a slow reader came to them.
#[utoipa::path(
    get, path = "/v1/resources/{resourceId}/events", tag = "Reading", operation_id = "watchDays",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("from" = String, Query, format = Date, description = "The first UTC date."),
        ("to" = String, Query, format = Date, description = "The last UTC date; at most 62 days in all."),
        ("lastEventId" = Option<String>, Query, description = "As the header, for a first connection that can't send one."),
        ("Last-Event-ID" = Option<String>, Header, description = "The last id that was seen; goes before the query's."),
    ),
    responses((status = 200, description = "The stream.", body = String, content_type = "text/event-stream"))
)]
pub(crate) async fn events(
    State(app): State<App>,
    ResourcePath(resource): ResourcePath,
    headers: HeaderMap,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let range = day_range(&mut parameters)?;
    let query = parameters.optional("lastEventId")?;
    parameters.finish()?;
    let partition = app.log.partition_of(&resource);
    let seen = LastSeen::of(&headers, query.as_deref(), partition);

    let pass = app.viewers.enter()?;
    app.registered(&resource).await?;
    let watching = sse::watching(&app, resource, range, seen).await?;
    Ok(sse::respond(&app, pass, sse::day_events(seen, watching)))
}

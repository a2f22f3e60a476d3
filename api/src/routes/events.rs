//! Days of one resource and of many, live.

use axum::{extract::State, http::HeaderMap, response::Response, routing::get};

use projections::live::Wanted;

use crate::{
    app::App,
    problem::Problem,
    request::{Parameters, ResourcePath, day_range, days_of_many},
    sse::{self, LastSeen},
};

use super::Routes;

pub(super) fn routes() -> Routes {
    Routes::default()
        .at("/v1/resources/{resourceId}/events", get(events))
        .at("/v1/events", get(events_of_many))
}

/// Watches days
///
/// An event stream. `availability` carries `{resourceId, date, busySlots, bufferSlots?,
/// capacity?, seatsLeft?}` and `presence` `{resourceId, date, holds}`: each the whole state of one UTC day, sent
/// when it changes. `resource` carries `{resourceId, status, position}`, sent when the
/// resource's settings or the exceptions to its hours change, and when it is retired.
/// `status` is `open`, `retired`, or `unknown` where nobody has registered such a resource
/// yet. What was read about the resource at an earlier position than `position`, lists and
/// months included, should be read again, with `after` as `position`.
///
/// On connecting, everything watched is sent that changed after `Last-Event-ID`, all
/// of it without one. After each round comes an id alone, up to which everything
/// watched has been sent. `reset` says to forget what was seen: all follows. Renewals of
/// holds are not sent, and neither are states that were passed before a slow reader came
/// to them. Each frame is sent as soon as this node has applied the write: stale by some
/// milliseconds.
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
    let seen = LastSeen::of(&headers, query.as_deref());

    let pass = app.viewers.enter()?;
    app.registered(&resource).await?;
    let wanted = Wanted {
        resource,
        days: range,
        known: true,
    };
    let watching = sse::watching(&app, vec![wanted], &seen).await?;
    Ok(sse::respond(&app, pass, sse::day_events(seen, watching)))
}

/// Watches days of many resources
///
/// As the stream of one resource, for as many as a page shows, over one connection: the
/// same events, and after each round one id alone, for all of them.
///
/// To watch other days, open another stream with the last id: `days` are then those that
/// the stream of that id watched and the new one still does, and `whole` those that it did
/// not watch. Of `days` those come that changed after the id, of `whole` all. Nothing is
/// lost in between, whether the old stream is closed before or after.
#[utoipa::path(
    get, path = "/v1/events", tag = "Reading", operation_id = "watchManyDays",
    params(
        ("days" = Option<String>, Query, description = "Ranges of UTC days: `studio-a:2026-12-01..2026-12-31,studio-b:2026-12-01..2026-12-31`. Each has at most 62 days; with those of `whole` there are at most 200 ranges."),
        ("whole" = Option<String>, Query, description = "The same, for days that the stream of the last id did not watch."),
        ("lastEventId" = Option<String>, Query, description = "As the header, for a first connection that can't send one."),
        ("Last-Event-ID" = Option<String>, Header, description = "The last id that was seen; goes before the query's."),
    ),
    responses((status = 200, description = "The stream.", body = String, content_type = "text/event-stream"))
)]
pub(crate) async fn events_of_many(
    State(app): State<App>,
    headers: HeaderMap,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let wanted = days_of_many(&mut parameters)?;
    let query = parameters.optional("lastEventId")?;
    parameters.finish()?;
    let seen = LastSeen::of(&headers, query.as_deref());

    let pass = app.viewers.enter()?;
    let watching = sse::watching(&app, wanted, &seen).await?;
    Ok(sse::respond(&app, pass, sse::day_events(seen, watching)))
}

//! The whole log, for auditors.

use axum::{extract::State, http::HeaderMap, response::Response, routing::get};

use crate::{
    app::App,
    auth::Auditor,
    problem::{Code, Problem},
    request::{Parameters, is_of_a_list},
    sse::{self, LogCursor},
};

use super::Routes;

pub(super) fn routes() -> Routes {
    Routes::default().at("/v1/log", get(follow))
}

/// Follows the log
///
/// An event stream of every event of every partition, from the first or from
/// after a cursor on, and then of what happens. `event` is the event's type,
/// `data` its row: partition, position, aggregateType, aggregateId, sequence,
/// eventType, eventVersion, payload, payloadHash, metadata, recordedAt, hash,
/// hashVersion, tip, resourceId, columns. Attendees are sealed. Each `id` is a cursor. `reset` says that the log was put back: the
/// stream ends, and is to be read again from the first.
#[utoipa::path(
    get, path = "/v1/log", tag = "Operating", operation_id = "followLog",
    params(
        ("after" = Option<String>, Query, description = "A cursor: the last id that was seen."),
        ("Last-Event-ID" = Option<String>, Header, description = "The same; goes before the query's."),
    ),
    responses((status = 200, description = "The stream.", body = String, content_type = "text/event-stream")),
    security(("auditorKey" = []))
)]
pub(crate) async fn follow(
    State(app): State<App>,
    Auditor: Auditor,
    headers: HeaderMap,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let query = parameters.optional("after")?;
    parameters.finish()?;
    let cursor = match sse::last_event_id(&headers, query.as_deref()) {
        Some(text) => cursor(&app, &text)?,
        None => LogCursor::start(&app.log),
    };
    let pass = app.auditors.enter()?;
    Ok(sse::respond(&app, pass, sse::log_events(&app.log, cursor)))
}

fn cursor(app: &App, text: &str) -> Result<LogCursor, Problem> {
    if is_of_a_list(text) {
        let right = "it is of a list; cursors are ids of this stream";
        return Err(Problem::value(Code::CursorElsewhere, "after", text, right));
    }
    let cursor: Option<LogCursor> = text.parse().ok();
    let cursor = cursor
        .filter(|cursor| cursor.fits(&app.log))
        .ok_or_else(|| {
            let right = "cursors are ids of this stream, unchanged";
            Problem::value(Code::InvalidCursor, "after", text, right)
        })?;
    if cursor.epoch != app.log.epoch() {
        let detail = "the cursor is of another history of this log; read from the first event";
        return Err(Problem::new(Code::EpochChanged, detail).member("field", "after"));
    }
    Ok(cursor)
}

//! Whether the server lives, and whether it should be sent requests.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State, routing::get};
use eventlog::Cause;
use serde::Serialize;
use tokio::time::{Instant, timeout_at};
use utoipa::ToSchema;

use crate::{
    app::App,
    problem::{Code, Problem},
};

use super::Routes;

/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// How old the last write of a ready node may be: it renews its leases several times
/// in it.
const WRITTEN_WITHIN: Duration = Duration::from_millis(1_500);

pub(super) fn routes() -> Routes {
    Routes::default()
        .at("/health/live", get(live))
        .at("/health/ready", get(ready))
}

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ready")]
    status: &'static str,
}

/// Tells that the process answers
///
/// And nothing else: a database that is gone is no reason to restart a server.
#[utoipa::path(
    get, path = "/health/live", tag = "Operating", operation_id = "live",
    responses((status = 200, description = "It does.", body = Health))
)]
pub(crate) async fn live() -> Json<Health> {
    Json(Health { status: "live" })
}

/// Tells whether to send requests here
///
/// Yes while this node can write, the schema of the database is that of this server,
/// and this node shows everything in the log that it has heard of. What keeps it from
/// that is named in `causes`.
#[utoipa::path(
    get, path = "/health/ready", tag = "Operating", operation_id = "ready",
    responses((status = 200, description = "Yes.", body = Health))
)]
pub(crate) async fn ready(State(app): State<App>) -> Result<Json<Health>, Problem> {
    if app.stopping.is_cancelled() {
        return Err(not_ready(&["stopping"], "the server is stopping".into()));
    }
    let (deadline, health) = (Instant::now() + PATIENCE, app.log.health());
    unless_troubled(health)?;
    let writes = health.has_written_within(WRITTEN_WITHIN);
    if timeout_at(deadline, writes).await.is_err() {
        unless_troubled(health)?;
        let detail = format!("nothing was written for {} ms", WRITTEN_WITHIN.as_millis());
        return Err(not_ready(&[Cause::DatabaseSilent.name()], detail));
    }
    for partition in app.log.partitions() {
        let heard_of = app.log.heard_of(partition);
        let left = deadline.saturating_duration_since(Instant::now());
        if let Err(error) = app.feed.wait_for(partition, heard_of, left).await {
            let behind = not_ready(&[Cause::Behind.name()], error.to_string());
            return Err(behind);
        }
    }
    unless_troubled(health)?;
    Ok(Json(Health { status: "ready" }))
}

/// # Errors
///
/// `not_ready`, with the causes of all troubles that there are.
fn unless_troubled(health: &eventlog::Health) -> Result<(), Problem> {
    let troubles = health.troubles_now();
    if troubles.is_empty() {
        return Ok(());
    }
    let mut causes: Vec<&str> = troubles
        .iter()
        .map(|trouble| trouble.cause.name())
        .collect();
    causes.sort_unstable();
    causes.dedup();
    let details: Vec<String> = troubles.into_iter().map(|trouble| trouble.detail).collect();
    Err(not_ready(&causes, details.join("; ")))
}

/// Names the causes; `detail` is for the log alone.
fn not_ready(causes: &[&'static str], detail: String) -> Problem {
    Problem::new(Code::NotReady, format!("not ready: {}", causes.join(", ")))
        .member("causes", causes)
        .caused_by(Arc::new(NotReady(detail)))
}

/// What keeps the server from its work.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NotReady(String);

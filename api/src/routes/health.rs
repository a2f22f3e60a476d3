//! Whether the server lives, and whether it should be sent requests.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State, routing::get};
use futures::future::try_join_all;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    problem::{Code, Problem},
};

use super::Routes;

/// How long the database may take to answer a ready node: a node that is slower
/// is better left alone.
const PATIENCE: Duration = Duration::from_secs(2);

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
/// Yes while the database answers, its schema is that of this server, and this
/// node shows everything that was in the log when it was asked.
#[utoipa::path(
    get, path = "/health/ready", tag = "Operating", operation_id = "ready",
    responses((status = 200, description = "Yes.", body = Health))
)]
pub(crate) async fn ready(State(app): State<App>) -> Result<Json<Health>, Problem> {
    if app.stopping.is_cancelled() {
        return Err(Problem::new(Code::NotReady, "the server is stopping"));
    }
    let caught_up = app.log.partitions().map(|partition| {
        let app = app.clone();
        async move {
            let head = app.log.head(partition).await?;
            let feed = &app.feed;
            feed.wait_for(partition, head.position, PATIENCE).await?;
            Ok::<(), Problem>(())
        }
    });
    match tokio::time::timeout(PATIENCE, try_join_all(caught_up)).await {
        Ok(Ok(_)) => Ok(Json(Health { status: "ready" })),
        Ok(Err(problem)) => {
            let code = problem.code().as_str();
            let not_ready = Problem::new(Code::NotReady, format!("not ready: {code}"));
            Err(not_ready.caused_by(Arc::new(problem)))
        }
        Err(_) => {
            let detail = format!("the database took more than {} ms", PATIENCE.as_millis());
            Err(Problem::new(Code::NotReady, detail))
        }
    }
}

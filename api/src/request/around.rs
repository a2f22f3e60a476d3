use std::{any::Any, panic::AssertUnwindSafe, sync::Arc};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;

use crate::{app::App, problem::Problem};

use super::{
    cross_origin::cross_origin, observe::observe, single::require_single, timeout::bounded,
};

/// What is around every route, from the outside in: it is observed, other origins
/// are let in, panics become answers, and the time to an answer is bounded.
///
/// One layer and not four, since each costs every request an allocation and a copy
/// of all that is within it.
pub(crate) async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let app = &app;
    observe(&app.requests, request, |request| {
        cross_origin(request, |request| async {
            if let Err(problem) = require_single(request.headers()) {
                return problem.into_response();
            }
            let answering = AssertUnwindSafe(bounded(app, request, next));
            answering.catch_unwind().await.unwrap_or_else(panicked)
        })
    })
    .await
}

/// A handler's panic, said with what the panic told.
#[derive(Debug, thiserror::Error)]
#[error("a handler panicked: {0}")]
struct Panicked(String);

/// The answer to a request whose handler panicked.
#[expect(clippy::needless_pass_by_value, reason = "what a panic is given as")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    Problem::internal(Arc::new(Panicked(words.to_owned()))).into_response()
}

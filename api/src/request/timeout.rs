use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    app::App,
    problem::{Code, Problem, outcome_unknown},
};

/// Bounds the time to an answer. A write that is not answered in time may have
/// been done, or be done yet, and is answered so.
pub(crate) async fn bounded(State(app): State<App>, request: Request, next: Next) -> Response {
    let patience = app.limits.request_timeout();
    let reads = request.method().is_safe();
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) if reads => {
            let detail = format!("there was no answer within {} ms", patience.as_millis());
            let problem = Problem::new(Code::TimedOut, detail).retry_after(patience);
            problem.into_response()
        }
        Err(_) => outcome_unknown().into_response(),
    }
}

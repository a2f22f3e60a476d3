use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    app::App,
    problem::{Code, Problem, outcome_unknown},
};

/// Bounds the time to an answer's head: streams go on as long as they like. A write
/// that is not answered in time may have been done, or be done yet, and is answered so.
pub(super) async fn bounded(app: &App, request: Request, next: Next) -> Response {
    let patience = app.http.request_timeout();
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

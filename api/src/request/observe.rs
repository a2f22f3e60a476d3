use std::{any::Any, sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::Instrument;

use crate::{problem::Problem, telemetry::metrics::names};

use super::{REQUEST_ID_HEADER, RequestId};

/// Around every request: its id, its span, its line in the log, its metrics,
/// and the body of the problem that it may end in.
///
/// The line names the route and not the path, and no query: what a client put
/// there by mistake is not the log's business.
pub(crate) async fn observe(mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = RequestId::of(request.headers());
    let method = known(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(id.clone());

    let span = tracing::info_span!("request", request.id = %id);
    let mut response = next.run(request).instrument(span.clone()).await;

    let problem = response.extensions_mut().remove::<Problem>();
    if let Some(problem) = &problem {
        *response.body_mut() = problem.body(id.as_str());
    }
    finish(&mut response, &id);

    let route = matched.as_ref().map_or("-", MatchedPath::as_str);
    let _entered = span.enter();
    report(method, route, response.status(), problem.as_ref(), begun);
    response
}

fn finish(response: &mut Response, id: &RequestId) {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(REQUEST_ID_HEADER, value);
    }
    // Most of what is answered is true for a moment only.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
}

fn report(
    method: &'static str,
    route: &str,
    status: StatusCode,
    problem: Option<&Problem>,
    begun: Instant,
) {
    let code = problem.map_or("", |problem| problem.code().as_str());
    let elapsed = begun.elapsed();
    let duration_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    let labels = [
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", status.as_str().to_owned()),
    ];
    metrics::counter!(names::HTTP_REQUESTS, &labels).increment(1);
    metrics::histogram!(names::HTTP_SECONDS, "method" => method, "route" => route.to_owned())
        .record(elapsed.as_secs_f64());
    let status = status.as_u16();
    if let Some(causes) = problem.and_then(Problem::causes) {
        tracing::error!(
            http.method = method,
            http.route = route,
            http.status = status,
            problem.code = code,
            problem.causes = causes,
            duration_ms,
            "answered {method} {route} with {status}",
        );
    } else {
        tracing::info!(
            http.method = method,
            http.route = route,
            http.status = status,
            problem.code = code,
            duration_ms,
            "answered {method} {route} with {status}",
        );
    }
}

/// A method's name; a client's own inventions share one, so that they can't fill
/// the metrics.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// A handler's panic, said with what the panic told.
#[derive(Debug, thiserror::Error)]
#[error("a handler panicked: {0}")]
struct Panicked(String);

/// The answer to a request whose handler panicked.
#[expect(clippy::needless_pass_by_value, reason = "the layer calls it so")]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    Problem::internal(Arc::new(Panicked(words.to_owned()))).into_response()
}

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderValue, Method, StatusCode, header},
    response::Response,
};
use tracing::Instrument;

use crate::problem::Problem;

use super::{REQUEST_ID_HEADER, RequestId, requests::Requests};

/// Around every request: its id, its span, its line in the log, its metrics,
/// and the body of the problem that it may end in.
///
/// The line names the route and not the path, and no query: what a client put
/// there by mistake is not the log's business.
pub(super) async fn observe<Answering: Future<Output = Response>>(
    requests: &Requests,
    mut request: Request,
    answering: impl FnOnce(Request) -> Answering,
) -> Response {
    let begun = Instant::now();
    let id = RequestId::of(request.headers());
    let method = known(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(id.clone());

    let span = tracing::info_span!("request", request.id = %id);
    let mut response = answering(request).instrument(span.clone()).await;

    let problem = response.extensions_mut().remove::<Problem>();
    if let Some(problem) = &problem {
        *response.body_mut() = problem.body(id.as_str());
    }
    finish(&mut response, &id);

    let route = matched.as_ref().map_or("-", MatchedPath::as_str);
    requests.count(method, route, response.status(), begun.elapsed());
    let _entered = span.enter();
    let of_request = (method, route);
    report(
        requests,
        of_request,
        response.status(),
        problem.as_ref(),
        begun,
    );
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

/// Says in the log how a request was answered. Why the server can't do what is asked is
/// told when that is news: a probe a second would fill the log with it.
fn report(
    requests: &Requests,
    (method, route): (&'static str, &str),
    status: StatusCode,
    problem: Option<&Problem>,
    begun: Instant,
) {
    let code = problem.map_or("", |problem| problem.code().as_str());
    let elapsed = begun.elapsed();
    let duration_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    if status.is_success() {
        requests.repeats.is_well(method, route);
    }
    let since = problem.and_then(|problem| news(requests, (method, route), status, problem));
    let causes = problem.and_then(Problem::causes);
    let status = status.as_u16();
    if let (Some(causes), Some(repeated)) = (causes, since) {
        tracing::error!(
            http.method = method,
            http.route = route,
            http.status = status,
            problem.code = code,
            problem.causes = causes,
            problem.repeated = repeated,
            duration_ms,
            "answered {method} {route} with {status}",
        );
    } else if status == StatusCode::TOO_MANY_REQUESTS.as_u16() {
        // Whoever floods a server is not to fill its log too: metrics count these.
        tracing::debug!(
            http.method = method,
            http.route = route,
            http.status = status,
            problem.code = code,
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

/// How often the same was answered since it was told, if it is to be told.
fn news(
    requests: &Requests,
    of_request: (&'static str, &str),
    status: StatusCode,
    problem: &Problem,
) -> Option<u64> {
    if status != StatusCode::SERVICE_UNAVAILABLE {
        return Some(0);
    }
    let answer = (problem.code(), problem.detail());
    requests
        .repeats
        .to_be_told(of_request, answer, Instant::now())
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

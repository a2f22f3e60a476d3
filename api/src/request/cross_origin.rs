use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

/// What pages of other origins may use.
const SHARED: &str = "/v1/";

/// On every answer. No right comes by a cookie: each is a token that a page has to
/// send itself, so that any origin is safe.
const ALWAYS: [(HeaderName, &str); 2] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "Date, ETag, Idempotency-Replayed, Location, Retry-After, Slotkeeper-Position, X-Request-Id",
    ),
];

/// On the answer to a browser that asks beforehand.
const BEFOREHAND: [(HeaderName, &str); 3] = [
    (
        header::ACCESS_CONTROL_ALLOW_METHODS,
        "GET, POST, PUT, PATCH, DELETE",
    ),
    (
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, \
         Slotkeeper-Manage-Token",
    ),
    // Seconds for which it need not ask again: no browser believes more.
    (header::ACCESS_CONTROL_MAX_AGE, "7200"),
];

/// Lets pages of any origin use the API and read its answers, refusals and panics
/// too: a page that can't read an error can't tell its visitor.
pub(super) async fn cross_origin<Answering: Future<Output = Response>>(
    request: Request,
    answering: impl FnOnce(Request) -> Answering,
) -> Response {
    if !request.uri().path().starts_with(SHARED) {
        return answering(request).await;
    }
    let asks_beforehand = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks_beforehand {
        let mut response = StatusCode::NO_CONTENT.into_response();
        tell(response.headers_mut(), BEFOREHAND);
        response
    } else {
        answering(request).await
    };
    tell(response.headers_mut(), ALWAYS);
    response
}

fn tell<const N: usize>(headers: &mut HeaderMap, told: [(HeaderName, &'static str); N]) {
    headers.extend(told.map(|(name, value)| (name, HeaderValue::from_static(value))));
}

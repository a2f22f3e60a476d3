//! Pages of other origins: what their browsers let them ask, and read.

use std::collections::BTreeSet;

use reqwest::{Method, Response, StatusCode};

use crate::{schema::document, server::Server};

const EXPOSED: &str =
    "Date, ETag, Idempotency-Replayed, Location, Retry-After, Slotkeeper-Position, X-Request-Id";

/// A header as a set of its elements, in lower case.
fn elements(answer: &Response, name: &str) -> BTreeSet<String> {
    let value = answer.headers().get(name).unwrap().to_str().unwrap();
    let elements = value.split(',');
    elements.map(|one| one.trim().to_lowercase()).collect()
}

#[track_caller]
fn may_be_read(answer: &Response) {
    let header = |name: &str| {
        let value = answer.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    let url = answer.url();
    assert_eq!(
        header("access-control-allow-origin").as_deref(),
        Some("*"),
        "{url}"
    );
    assert_eq!(
        header("access-control-expose-headers").as_deref(),
        Some(EXPOSED),
        "{url}"
    );
    assert_eq!(header("access-control-allow-credentials"), None, "{url}");
}

/// Asks as a browser does for a page of another origin.
async fn asked(server: &Server, method: Method, path: &str) -> Response {
    let request = server.request(method, path);
    let request = request.header("Origin", "https://shop.example");
    request.send().await.unwrap()
}

async fn asked_beforehand(server: &Server, path: &str, method: &str) -> Response {
    let request = server.request(Method::OPTIONS, path);
    let request = request
        .header("Origin", "https://shop.example")
        .header("Access-Control-Request-Method", method)
        .header("Access-Control-Request-Headers", "authorization");
    request.send().await.unwrap()
}

#[tokio::test]
async fn every_answer_of_the_api_may_be_read_by_any_page() {
    let server = Server::with_studio().await;
    let day = "/v1/resources/studio-a/days/2031-03-03";
    for (method, path, status) in [
        (Method::GET, "/v1/resources", 200),
        (Method::POST, "/v1/sessions", 201),
        (Method::GET, day, 200),
        (Method::GET, "/v1/resources/studio-a/days/never", 400),
        (Method::POST, "/v1/resources/studio-a/heartbeat", 401),
        (Method::GET, "/v1/nowhere", 404),
        (Method::PUT, "/v1/sessions", 405),
    ] {
        let answer = asked(&server, method, path).await;
        assert_eq!(answer.status().as_u16(), status, "{path}");
        may_be_read(&answer);
    }
    let tag = server.get(day).await.header("etag");
    let request = server.request(Method::GET, day);
    let same = request.header("If-None-Match", tag).send().await.unwrap();
    assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
    may_be_read(&same);
    let events = "/v1/resources/studio-a/events?from=2031-03-03&to=2031-03-03";
    may_be_read(&asked(&server, Method::GET, events).await);
}

#[tokio::test]
async fn what_is_not_the_api_is_for_pages_of_this_server() {
    let server = Server::start().await;
    for path in ["/", "/metrics", "/health/live", "/openapi.json", "/nowhere"] {
        let answer = asked(&server, Method::GET, path).await;
        let header = answer.headers().get("access-control-allow-origin");
        assert_eq!(header, None, "{path}");
        let beforehand = asked_beforehand(&server, path, "GET").await;
        assert_ne!(beforehand.status(), StatusCode::NO_CONTENT, "{path}");
    }
}

#[tokio::test]
async fn who_asks_beforehand_is_told_all_that_the_document_has() {
    let server = Server::with_studio().await;
    let (mut methods, mut headers) = (BTreeSet::new(), BTreeSet::new());
    let paths = document()["paths"].as_object().unwrap();
    let shared = paths.iter().filter(|(path, _)| path.starts_with("/v1/"));
    for (method, operation) in shared.flat_map(|(_, item)| item.as_object().unwrap()) {
        methods.insert(method.clone());
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let sent = parameters.filter(|parameter| parameter["in"] == "header");
        headers.extend(sent.map(|parameter| parameter["name"].as_str().unwrap().to_lowercase()));
    }
    let by_scheme = ["authorization", "content-type", "slotkeeper-manage-token"];
    headers.extend(by_scheme.map(str::to_owned));

    let heads = server.heads().await;
    for path in ["/v1/bookings", "/v1/resources/studio-a", "/v1/nowhere"] {
        let answer = asked_beforehand(&server, path, "DELETE").await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{path}");
        may_be_read(&answer);
        assert_eq!(elements(&answer, "access-control-allow-methods"), methods);
        assert_eq!(elements(&answer, "access-control-allow-headers"), headers);
        assert_eq!(answer.headers()["access-control-max-age"], "7200");
        assert!(answer.bytes().await.unwrap().is_empty());
    }
    assert_eq!(server.heads().await, heads, "asking does nothing");
}

#[tokio::test]
async fn options_that_nobody_asks_beforehand_are_a_method_like_any_other() {
    let server = Server::with_studio().await;
    let path = "/v1/resources/studio-a";
    let refused = server.send(Method::OPTIONS, path, |request| request).await;
    refused.problem(405, "method_not_allowed");
}

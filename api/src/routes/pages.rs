//! The pages for people. They are no part of the API and of its document.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::{MethodRouter, get},
};

use crate::{app::App, pages::CONTENT_SECURITY_POLICY};

use super::not_found;

/// What programs ask for, and never gets a page.
const API: &str = "/v1/";

/// The page that reads the rest of the address by itself.
const INDEX: &str = "index.html";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/", get(home))
        .route("/r/{resource}", page(INDEX))
        .route("/b/{booking}", page(INDEX))
        .route("/operator", page("operator.html"))
        .route("/embed-demo", page("embed-demo.html"))
        .route("/assets/{name}", get(file))
        .route("/embed.js", get(file))
        .route("/timer-worker.js", get(file))
        .route("/icon.svg", get(file))
}

/// What a person finds at the root, built or not.
async fn home(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    if app.pages.are_missing() {
        let policy = [(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)];
        return (policy, Html(include_str!("unbuilt.html"))).into_response();
    }
    answer(&app, INDEX, uri, &headers).await
}

fn page(name: &'static str) -> MethodRouter<App> {
    get(
        async move |State(app): State<App>, uri: Uri, headers: HeaderMap| {
            answer(&app, name, uri, &headers).await
        },
    )
}

async fn file(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let name = uri.path().trim_start_matches('/').to_owned();
    answer(&app, &name, uri, &headers).await
}

/// What is answered where nothing is: a page to who asks for pages, as browsers do when
/// somebody follows a link that was cut off, and a problem to everybody else.
pub(super) async fn lost(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let page = app.pages.get(INDEX);
    let page = page.filter(|_| method == Method::GET || method == Method::HEAD);
    let page = page.filter(|_| !uri.path().starts_with(API) && asks_for_a_page(&headers));
    let mut answer = match page {
        Some(page) => page.answer(&headers),
        None => not_found(uri).await.into_response(),
    };
    if answer.status() == StatusCode::OK {
        *answer.status_mut() = StatusCode::NOT_FOUND;
    }
    let varies = HeaderValue::from_static("accept");
    answer.headers_mut().append(header::VARY, varies);
    answer
}

fn asks_for_a_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter();
    let accepted = accepted.filter_map(|value| value.to_str().ok());
    let mut kinds = accepted.flat_map(|value| value.split(','));
    kinds.any(|kind| {
        let kind = kind.split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("text/html")
    })
}

async fn answer(app: &App, name: &str, uri: Uri, headers: &HeaderMap) -> Response {
    match app.pages.get(name) {
        Some(file) => file.answer(headers),
        None => not_found(uri).await.into_response(),
    }
}

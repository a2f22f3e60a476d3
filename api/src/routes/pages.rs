//! The pages for people. They are no part of the API and of its document.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::{MethodRouter, get},
};

use crate::{app::App, pages::CONTENT_SECURITY_POLICY};

use super::not_found;

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

async fn answer(app: &App, name: &str, uri: Uri, headers: &HeaderMap) -> Response {
    match app.pages.get(name) {
        Some(file) => file.answer(headers),
        None => not_found(uri).await.into_response(),
    }
}

//! What a person finds at the root.

use axum::{response::Html, routing::get};

use super::Routes;

pub(super) fn routes() -> Routes {
    Routes::default().at("/", get(home))
}

/// Shows what this is
#[utoipa::path(
    get, path = "/", tag = "Operating", operation_id = "home",
    responses((status = 200, description = "A page for people.", body = String, content_type = "text/html"))
)]
pub(crate) async fn home() -> Html<&'static str> {
    Html(include_str!("home.html"))
}

//! The API's own description.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};

use crate::openapi;

use super::Routes;

pub(super) fn routes() -> Routes {
    Routes::default().at("/openapi.json", get(document))
}

/// Describes the API
///
/// This document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "Operating", operation_id = "openapi",
    responses((status = 200, description = "The OpenAPI document.", body = Object, content_type = "application/json"))
)]
pub(crate) async fn document() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(openapi::text);
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, TEXT.as_str()).into_response()
}

//! Metrics, for Prometheus.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};

use crate::app::App;

use super::Routes;

pub(super) fn routes() -> Routes {
    Routes::default().at("/metrics", get(scrape))
}

/// Tells what the server measures
///
/// In the text format of Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "Operating", operation_id = "metrics",
    responses((status = 200, description = "All metrics.", body = String, content_type = "text/plain"))
)]
pub(crate) async fn scrape(State(app): State<App>) -> Response {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    let text = app.metrics.render();
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

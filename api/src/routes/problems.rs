//! What each problem means: where the `type` of problem details leads.

use axum::{
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};

use super::Routes;

/// The list of problems, as it lies in docs/.
pub(crate) const PROBLEMS: &str = include_str!("../../../docs/problems.md");

pub(super) fn routes() -> Routes {
    Routes::default().at("/problems", get(problems))
}

/// Lists all problems
///
/// Each with its status, what it means, and what the caller should do.
#[utoipa::path(
    get, path = "/problems", tag = "Operating", operation_id = "problems",
    responses((status = 200, description = "The list, in Markdown.", body = String, content_type = "text/markdown"))
)]
pub(crate) async fn problems() -> Response {
    let kind = "text/markdown; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], PROBLEMS).into_response()
}

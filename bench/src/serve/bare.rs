//! The least that axum can do: what ours is held against.

use axum::{
    Router,
    extract::{Path, State},
    http::header::CONTENT_TYPE,
    response::IntoResponse,
    routing::get,
};
use bytes::Bytes;

/// The longest body that can be asked for.
const BODY_BYTES_MAX: usize = 1 << 20;

/// Answers `GET /SIZE` with as many bytes, called JSON.
pub(super) fn router() -> Router {
    let bytes = Bytes::from(vec![b'x'; BODY_BYTES_MAX]);
    Router::new()
        .route("/{size}", get(answer))
        .with_state(bytes)
}

async fn answer(State(bytes): State<Bytes>, Path(size): Path<usize>) -> impl IntoResponse {
    let body = bytes.slice(..size.min(BODY_BYTES_MAX));
    ([(CONTENT_TYPE, "application/json")], body)
}

//! Sessions: anonymous visitors.

use axum::{Json, extract::State, http::StatusCode, routing::post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    limits::{Client, Limit},
    problem::Problem,
    request::{NoParameters, OptionalJsonBody},
};

use super::{
    Routes,
    wire::{SessionName, Time},
};

pub(super) fn routes() -> Routes {
    Routes::default().at("/v1/sessions", post(begin))
}

/// Nothing is asked of a visitor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSession {}

/// A session that has begun.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the fields are the API's")]
pub(crate) struct Session {
    session_id: SessionName,
    /// Goes with the session's requests as `Authorization: Bearer TOKEN`.
    token: String,
    /// The first instant at which the token is no longer taken.
    expires_at: Time,
}

/// Begins a session
///
/// A session is anonymous: its token is all there is of it, and nothing is
/// stored. Holds are placed and bookings made in the name of a session.
#[utoipa::path(
    post, path = "/v1/sessions", tag = "Sessions", operation_id = "beginSession",
    responses((status = 201, description = "It has begun.", body = Session))
)]
pub(crate) async fn begin(
    State(app): State<App>,
    client: Client,
    NoParameters: NoParameters,
    OptionalJsonBody(NewSession {}): OptionalJsonBody<NewSession>,
) -> Result<(StatusCode, Json<Session>), Problem> {
    app.limits.take(Limit::NewSessions, client.address)?;
    let issued = app.keys.sessions.issue(app.log.clock().now());
    let session = Session {
        session_id: issued.id.into(),
        token: issued.token,
        expires_at: issued.expires_at.into(),
    };
    Ok((StatusCode::CREATED, Json(session)))
}

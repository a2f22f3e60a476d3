//! Leaving: letting go of a session's hold.

use axum::{
    extract::{FromRequest, Request, State},
    http::StatusCode,
    routing::post,
};
use domain::{
    command::{Command, Leave},
    ids::HoldId,
};
use eventlog::Actor;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::Session,
    limits::Client,
    problem::Problem,
    request::{
        NoParameters, OptionalJsonBody, RequestId, ResourcePath, Shown, hold_id, media_type,
        parse_json, read_body,
    },
};

use super::Routes;

pub(super) fn routes() -> Routes {
    Routes::default().at("/v1/resources/{resourceId}/leave", post(leave))
}

/// What to let go of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Leaving {
    /// Only if it is this hold; absent: whichever it is.
    #[schema(format = Uuid)]
    hold_id: Option<String>,
}

/// What to let go of, as `navigator.sendBeacon` can say it: it sets no headers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Beacon {
    /// The session's token.
    token: String,
    /// Only if it is this hold; absent: whichever it is.
    #[schema(format = Uuid)]
    hold_id: Option<String>,
}

/// Who leaves what, from a body of either kind.
#[derive(Debug)]
pub(crate) struct Departure {
    session: Session,
    hold: Option<HoldId>,
}

impl FromRequest<App> for Departure {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if media_type(request.headers()).as_deref() == Some("text/plain") {
            let body = read_body(request.into_body(), app).await?;
            let beacon: Beacon = parse_json(&body)?;
            return Ok(Self {
                session: Session::of(&beacon.token, app)?,
                hold: named(beacon.hold_id.as_deref())?,
            });
        }
        let (mut parts, body) = request.into_parts();
        let session =
            <Session as axum::extract::FromRequestParts<App>>::from_request_parts(&mut parts, app)
                .await?;
        let request = Request::from_parts(parts, body);
        let OptionalJsonBody(leaving) =
            OptionalJsonBody::<Leaving>::from_request(request, app).await?;
        Ok(Self {
            session,
            hold: named(leaving.hold_id.as_deref())?,
        })
    }
}

fn named(hold: Option<&str>) -> Result<Option<HoldId>, Problem> {
    hold.map(|id| hold_id("holdId", id)).transpose()
}

/// Lets go of a hold
///
/// Answers the same when there was nothing to let go of.
#[utoipa::path(
    post, path = "/v1/resources/{resourceId}/leave", tag = "Holding", operation_id = "leave",
    params(("resourceId" = String, Path, description = "The resource.")),
    request_body(content((Leaving = "application/json"), (Beacon = "text/plain")),
        description = "JSON beside a bearer token, or JSON as text that brings the token itself."),
    responses((status = 204, description = "The session does not have the hold.",
        headers(("Slotkeeper-Position" = String, description = "A reader that has applied it does not see the hold.")))),
    security(("session" = []), ())
)]
pub(crate) async fn leave(
    State(app): State<App>,
    NoParameters: NoParameters,
    ResourcePath(resource): ResourcePath,
    client: Client,
    request: RequestId,
    departure: Departure,
) -> Result<(StatusCode, Shown, ()), Problem> {
    let Session(session) = departure.session;
    app.limits.leave(client, session)?;
    let (left, hold) = (resource.clone(), departure.hold);
    let command = Command::Leave(Leave {
        resource,
        session,
        hold: departure.hold,
    });
    let actor = Actor::Session(session);
    let receipt = app.execute(command, actor, &request, None).await?;
    app.limits.left(client, session, &left, hold);
    Ok((StatusCode::NO_CONTENT, Shown(receipt.position), ()))
}

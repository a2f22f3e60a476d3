use axum::{Json, extract::State, http::StatusCode};
use domain::{
    command::{Command, PutResource},
    decide::Outcome,
    ids::ResourceId,
    precondition::Version,
    resource::{Resource, ResourceSettings},
};
use executor::Receipt;

use crate::{
    app::App,
    auth::Admin,
    etag::ETag,
    problem::Problem,
    request::{IfMatch, JsonBody, NoParameters, RequestId, ResourcePath, Shown},
};

use super::{ResourceBody, Status, settings::Settings, unexpected};

/// Registers or changes a resource
///
/// Puts all its settings. What was booked under earlier ones stays booked. A
/// retired resource takes bookings again.
#[utoipa::path(
    put, path = "/v1/resources/{resourceId}", tag = "Resources", operation_id = "putResource",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("If-Match" = Option<String>, Header, description = "Changes it only in the state of one of these ETags, or, with `*`, in any that it was given."),
    ),
    request_body = Settings,
    responses(
        (status = 200, description = "It has these settings.", body = ResourceBody, headers(
            ("ETag" = String, description = "The resource's new state."),
            ("Slotkeeper-Position" = String, description = "A reader that has applied it sees them."))),
        (status = 201, description = "It is registered.", body = ResourceBody, headers(
            ("ETag" = String, description = "The resource's state."),
            ("Slotkeeper-Position" = String, description = "A reader that has applied it sees it."))),
    ),
    security(("adminKey" = []))
)]
pub(crate) async fn put(
    State(app): State<App>,
    NoParameters: NoParameters,
    Admin(actor): Admin,
    ResourcePath(resource): ResourcePath,
    IfMatch(expected): IfMatch,
    request: RequestId,
    JsonBody(body): JsonBody<Settings>,
) -> Result<Put, Problem> {
    let command = Command::PutResource(PutResource {
        resource: resource.clone(),
        settings: body.read()?,
    });
    let receipt = app.execute_if(expected, command, actor, &request, None);
    answer(resource, &receipt.await?)
}

/// The answer to new settings.
pub(super) type Put = (StatusCode, Shown, ETag, Json<ResourceBody>);

/// What is answered to settings that were put.
pub(super) fn answer(resource: ResourceId, receipt: &Receipt) -> Result<Put, Problem> {
    let Outcome::ResourcePut {
        settings,
        registered,
    } = &receipt.outcome
    else {
        return Err(unexpected(receipt));
    };
    let status = if *registered {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let settings: &ResourceSettings = settings;
    let body = ResourceBody {
        resource_id: resource.into(),
        status: Status::Open,
        settings: settings.into(),
    };
    let tag = ETag::of_version(Version::of(&Resource::Open(settings.clone())));
    Ok((status, Shown(receipt.position), tag, Json(body)))
}

/// Retires a resource
///
/// It takes no more holds and bookings. What is booked stays booked. Retiring
/// what is retired answers the same.
#[utoipa::path(
    delete, path = "/v1/resources/{resourceId}", tag = "Resources", operation_id = "retireResource",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("If-Match" = Option<String>, Header, description = "Retires it only in the state of one of these ETags, or, with `*`, in any."),
    ),
    responses((status = 204, description = "It is retired.",
        headers(("Slotkeeper-Position" = String, description = "A reader that has applied it sees that.")))),
    security(("adminKey" = []))
)]
pub(crate) async fn retire(
    State(app): State<App>,
    NoParameters: NoParameters,
    Admin(actor): Admin,
    ResourcePath(resource): ResourcePath,
    IfMatch(expected): IfMatch,
    request: RequestId,
) -> Result<(StatusCode, Shown, ()), Problem> {
    let command = Command::RetireResource(resource);
    let receipt = app.execute_if(expected, command, actor, &request, None);
    let receipt = receipt.await?;
    Ok((StatusCode::NO_CONTENT, Shown(receipt.position), ()))
}

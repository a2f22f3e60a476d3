use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use domain::{
    command::{Command, PutResource},
    decide::Outcome,
    ids::ResourceId,
    resource::{Resource, ResourceSettings, Terms},
};
use eventlog::GlobalPosition;
use executor::Receipt;

use crate::{
    app::App,
    auth::Admin,
    etag::ETag,
    problem::Problem,
    request::{IfMatch, JsonBody, NoParameters, RequestId, ResourcePath, Shown},
};

use super::{ResourceBody, Status, Warning, settings::Settings, unexpected};

/// How long the answer to a change waits for the lists to show it: far longer than the
/// views are behind, and too short to be taken for a failure. Changes are rare.
const LISTED_WITHIN: Duration = Duration::from_secs(1);

/// Registers or changes a resource
///
/// Puts all its settings; `warnings` tell of what is odd about them. What was booked under earlier ones stays booked. A
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
    answer(&app, resource, &receipt.await?).await
}

/// The answer to new settings.
pub(super) type Put = (StatusCode, Shown, ETag, Json<ResourceBody>);

/// What is answered to settings that were put.
pub(super) async fn answer(
    app: &App,
    resource: ResourceId,
    receipt: &Receipt,
) -> Result<Put, Problem> {
    let Outcome::ResourcePut {
        settings,
        registered,
    } = &receipt.outcome
    else {
        return Err(unexpected(receipt));
    };
    until_listed(app, receipt.position).await;
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
        warnings: Warning::of(settings),
    };
    let terms = Terms::new(settings.clone());
    let tag = ETag::of_resource(&Resource::Open(terms));
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
    until_listed(&app, receipt.position).await;
    Ok((StatusCode::NO_CONTENT, Shown(receipt.position), ()))
}

/// Waits until the lists show what is written: whoever opens a page after the answer
/// does not know from which position on, and asks for what there is.
async fn until_listed(app: &App, at: GlobalPosition) {
    let listed = app.views.wait_for(at.partition, at.position, LISTED_WITHIN);
    if let Err(error) = listed.await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "a change of a resource is not in the lists yet");
    }
}

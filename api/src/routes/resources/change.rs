use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use domain::{
    command::{Command, PutResource},
    decide::Outcome,
};
use eventlog::GlobalPosition;

use crate::{
    app::App,
    auth::Admin,
    problem::Problem,
    request::{JsonBody, NoParameters, RequestId, ResourcePath, Shown},
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
    params(("resourceId" = String, Path, description = "The resource.")),
    request_body = Settings,
    responses(
        (status = 200, description = "It has these settings.", body = ResourceBody,
            headers(("Slotkeeper-Position" = String, description = "A reader that has applied it sees them."))),
        (status = 201, description = "It is registered.", body = ResourceBody,
            headers(("Slotkeeper-Position" = String, description = "A reader that has applied it sees it."))),
    ),
    security(("adminKey" = []))
)]
pub(crate) async fn put(
    State(app): State<App>,
    NoParameters: NoParameters,
    Admin(actor): Admin,
    ResourcePath(resource): ResourcePath,
    request: RequestId,
    JsonBody(body): JsonBody<Settings>,
) -> Result<(StatusCode, Shown, Json<ResourceBody>), Problem> {
    let command = Command::PutResource(PutResource {
        resource: resource.clone(),
        settings: body.read()?,
    });
    let receipt = app.execute(command, actor, &request, None).await?;
    let Outcome::ResourcePut {
        settings,
        registered,
    } = &receipt.outcome
    else {
        return Err(unexpected(&receipt));
    };
    until_listed(&app, receipt.position).await;
    let status = if *registered {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let body = ResourceBody {
        resource_id: resource.into(),
        status: Status::Open,
        settings: settings.as_ref().into(),
        warnings: Warning::of(settings),
    };
    Ok((status, Shown(receipt.position), Json(body)))
}

/// Retires a resource
///
/// It takes no more holds and bookings. What is booked stays booked. Retiring
/// what is retired answers the same.
#[utoipa::path(
    delete, path = "/v1/resources/{resourceId}", tag = "Resources", operation_id = "retireResource",
    params(("resourceId" = String, Path, description = "The resource.")),
    responses((status = 204, description = "It is retired.",
        headers(("Slotkeeper-Position" = String, description = "A reader that has applied it sees that.")))),
    security(("adminKey" = []))
)]
pub(crate) async fn retire(
    State(app): State<App>,
    NoParameters: NoParameters,
    Admin(actor): Admin,
    ResourcePath(resource): ResourcePath,
    request: RequestId,
) -> Result<(StatusCode, Shown, ()), Problem> {
    let command = Command::RetireResource(resource);
    let receipt = app.execute(command, actor, &request, None).await?;
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

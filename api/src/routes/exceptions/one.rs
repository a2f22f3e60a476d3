use axum::{Json, extract::State, http::StatusCode};
use domain::{
    command::{AddExceptions, Command, RemoveException},
    decide::Outcome,
    hours::Exception,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::Admin,
    problem::Problem,
    request::{
        After, ExceptionPath, JsonBody, NoParameters, Parameters, RequestId, ResourcePath, Shown,
    },
};

use super::{
    body::{ExceptionBody, NewException},
    covered::{CoveredBooking, covered_by},
    unexpected,
};

/// The exceptions to a resource's opening hours.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HoursExceptionList)]
pub(crate) struct ExceptionList {
    /// In the order in which they were added: of two that are about one date the later
    /// says what holds, and one date says more than a yearly one.
    exceptions: Vec<ExceptionBody>,
}

/// An exception that a resource has, and whom it meets.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AddedHoursException)]
pub(crate) struct AddedException {
    exception: ExceptionBody,
    /// The bookings that it closes the time of, the first hundred of them. They stay.
    /// Absent when they could not be looked up in time: they can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bookings: Option<Vec<CoveredBooking>>,
}

/// Lists the exceptions to a resource's opening hours
///
/// As this node has them, stale by some milliseconds: `after` waits for a write.
#[utoipa::path(
    get, path = "/v1/resources/{resourceId}/exceptions", tag = "Resources", operation_id = "listExceptions",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("after" = Option<String>, Query, description = "A position that the answer must show."),
    ),
    responses((status = 200, description = "All of them, 500 at most.", body = ExceptionList,
        headers(("Slotkeeper-Position" = String, description = "Everything up to it is shown."))))
)]
pub(crate) async fn list(
    State(app): State<App>,
    ResourcePath(resource): ResourcePath,
    mut parameters: Parameters,
) -> Result<(Shown, Json<ExceptionList>), Problem> {
    let after = After::take(&mut parameters)?;
    parameters.finish()?;
    let shown = after.shown(&app, app.log.partition_of(&resource)).await?;
    let state = app.registered(&resource).await?;
    let terms = state.resource.terms();
    let exceptions = terms.into_iter().flat_map(|terms| terms.exceptions.iter());
    let exceptions = exceptions.map(ExceptionBody::from).collect();
    Ok((shown, Json(ExceptionList { exceptions })))
}

/// Adds an exception to a resource's opening hours
///
/// What is booked stays booked, and settings that are put later leave it as it is. What
/// has the same id is replaced; what says the same is left as it is.
#[utoipa::path(
    post, path = "/v1/resources/{resourceId}/exceptions", tag = "Resources", operation_id = "addException",
    params(("resourceId" = String, Path, description = "The resource.")),
    request_body = NewException,
    responses(
        (status = 200, description = "The resource had it already.", body = AddedException,
            headers(("Slotkeeper-Position" = String, description = "A reader that has applied it sees it."))),
        (status = 201, description = "The resource has it.", body = AddedException,
            headers(("Slotkeeper-Position" = String, description = "A reader that has applied it sees it."))),
    ),
    security(("adminKey" = []))
)]
pub(crate) async fn add(
    State(app): State<App>,
    NoParameters: NoParameters,
    Admin(actor): Admin,
    ResourcePath(resource): ResourcePath,
    request: RequestId,
    JsonBody(body): JsonBody<NewException>,
) -> Result<(StatusCode, Shown, Json<AddedException>), Problem> {
    let exception: Exception = body.read("")?;
    let command = Command::AddExceptions(AddExceptions {
        resource: resource.clone(),
        exceptions: vec![exception.clone()],
    });
    let receipt = app.execute(command, actor, &request, None).await?;
    let Outcome::ExceptionsAdded { added } = &receipt.outcome else {
        return Err(unexpected(&receipt));
    };
    let status = if added.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let bookings = covered_by(
        &app,
        &resource,
        std::slice::from_ref(&exception),
        receipt.position,
    )
    .await;
    let body = AddedException {
        exception: (&exception).into(),
        bookings,
    };
    Ok((status, Shown(receipt.position), Json(body)))
}

/// Takes an exception to a resource's opening hours out again
///
/// To take out what is not there answers the same.
#[utoipa::path(
    delete, path = "/v1/resources/{resourceId}/exceptions/{exceptionId}", tag = "Resources", operation_id = "removeException",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("exceptionId" = String, Path, description = "The exception."),
    ),
    responses((status = 204, description = "The resource has not this exception.",
        headers(("Slotkeeper-Position" = String, description = "A reader that has applied it sees that.")))),
    security(("adminKey" = []))
)]
pub(crate) async fn remove(
    State(app): State<App>,
    NoParameters: NoParameters,
    Admin(actor): Admin,
    ResourcePath(resource): ResourcePath,
    ExceptionPath(exception): ExceptionPath,
    request: RequestId,
) -> Result<(StatusCode, Shown, ()), Problem> {
    let command = Command::RemoveException(RemoveException {
        resource,
        exception,
    });
    let receipt = app.execute(command, actor, &request, None).await?;
    Ok((StatusCode::NO_CONTENT, Shown(receipt.position), ()))
}

use axum::{Json, extract::State};
use domain::{
    command::{Command, RescheduleBooking},
    decide::Outcome,
    ids::BookingId,
    rejection::Rejection,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::{Manager, ManagerCredentials},
    problem::Problem,
    request::{BookingPath, JsonBody, NoParameters, RequestId, Shown, span},
};

use super::{BookedSpan, read, unexpected};

/// Where to move a booking to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewSpan {
    /// Where the span begins: a quarter hour, RFC 3339.
    #[schema(format = DateTime, example = "2026-11-24T13:00:00.000Z")]
    start: String,
    /// Minutes; a duration that the resource offers.
    #[schema(value_type = u32, example = 60)]
    duration: i64,
}

/// Who may manage the booking, of a partition that this log has.
async fn manager(
    app: &App,
    id: BookingId,
    credentials: ManagerCredentials,
) -> Result<Manager, Problem> {
    let manager = match credentials.of(id, app) {
        Ok(manager) => manager,
        Err(refusal) => return Err(read::refused(app, id, refusal).await),
    };
    if id.partition().get() < app.log.partition_count().get() {
        Ok(manager)
    } else {
        Err(Rejection::BookingUnknown(id).into())
    }
}

/// Moves a booking
///
/// To another span of its resource, all or nothing: when the new span can't be
/// had, the booking stays where it is. Its own slots do not stand in its way,
/// nor does a hold of the session that the request may bring.
#[utoipa::path(
    patch, path = "/v1/bookings/{bookingId}", tag = "Booking", operation_id = "rescheduleBooking",
    params(("bookingId" = String, Path, format = Uuid, description = "The booking.")),
    request_body = NewSpan,
    responses((status = 200, description = "It is there now.", body = BookedSpan,
        headers(("Slotkeeper-Position" = String, description = "A reader that has applied it sees the move.")))),
    security(("manageToken" = []), ("manageToken" = [], "session" = []), ("adminKey" = []))
)]
pub(crate) async fn reschedule(
    State(app): State<App>,
    NoParameters: NoParameters,
    BookingPath(booking): BookingPath,
    credentials: ManagerCredentials,
    request: RequestId,
    JsonBody(body): JsonBody<NewSpan>,
) -> Result<(Shown, Json<BookedSpan>), Problem> {
    let Manager { actor, session } = manager(&app, booking, credentials).await?;
    let command = Command::RescheduleBooking(RescheduleBooking {
        booking,
        span: span(&body.start, body.duration)?,
        session,
    });
    let receipt = app.execute(command, actor, &request, None).await?;
    match &receipt.outcome {
        Outcome::Rescheduled(booking) => {
            Ok((Shown(receipt.position), Json(BookedSpan::now(booking))))
        }
        _ => Err(unexpected(&receipt)),
    }
}

/// Cancels a booking
///
/// Its slots are free at once. Cancelling what is cancelled answers the same.
#[utoipa::path(
    delete, path = "/v1/bookings/{bookingId}", tag = "Booking", operation_id = "cancelBooking",
    params(("bookingId" = String, Path, format = Uuid, description = "The booking.")),
    responses((status = 200, description = "It is cancelled.", body = BookedSpan,
        headers(("Slotkeeper-Position" = String, description = "A reader that has applied it sees the slots free.")))),
    security(("manageToken" = []), ("adminKey" = []))
)]
pub(crate) async fn cancel(
    State(app): State<App>,
    NoParameters: NoParameters,
    BookingPath(booking): BookingPath,
    credentials: ManagerCredentials,
    request: RequestId,
) -> Result<(Shown, Json<BookedSpan>), Problem> {
    let Manager { actor, .. } = manager(&app, booking, credentials).await?;
    let command = Command::CancelBooking(booking);
    let receipt = app.execute(command, actor, &request, None).await?;
    match &receipt.outcome {
        Outcome::Cancelled(booking) => {
            Ok((Shown(receipt.position), Json(BookedSpan::now(booking))))
        }
        _ => Err(unexpected(&receipt)),
    }
}

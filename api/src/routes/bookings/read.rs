use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::{
    booking::{Booking, ConfirmedBooking},
    calendar::Timestamp,
    event::Event,
    ids::BookingId,
    rejection::Rejection,
    stream::StreamId,
};
use eventlog::GlobalPosition;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::ManagerCredentials,
    problem::{Code, Problem},
    request::{After, BookingPath, Parameters, Shown},
};

use super::{BookedSpan, attendee::Attendee, tag};
use crate::routes::wire::Time;

/// A booking as it is now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReadBooking {
    #[serde(flatten)]
    booked: BookedSpan,
    /// When something happened to it last.
    changed_at: Time,
    /// Who it is for; null once that was erased.
    #[schema(required = true)]
    attendee: Option<Attendee>,
    /// Whether the attendee was erased.
    erased: bool,
}

/// A booking, folded from its stream.
pub(super) struct Found {
    pub(super) booking: ConfirmedBooking,
    changed_at: Timestamp,
    position: GlobalPosition,
}

/// Reads a booking from its stream: never stale.
///
/// # Errors
///
/// `booking_not_found`, also for ids that no partition of this log gave.
pub(super) async fn find(app: &App, id: BookingId) -> Result<Found, Problem> {
    let unknown = || Problem::from(Rejection::BookingUnknown(id));
    let partition = id.partition();
    if partition.get() >= app.log.partition_count().get() {
        return Err(unknown());
    }
    let epoch = app.log.epoch();
    let streams = [StreamId::Booking(id)];
    let read = app.log.read_streams(partition, &streams).await?;
    let mut booking = Booking::default();
    let mut last = None;
    for recorded in read.iter().flat_map(|stream| &stream.events) {
        if let Event::Booking(event) = &recorded.event {
            booking.evolve(event);
        }
        last = Some(recorded);
    }
    let (Some(booking), Some(last)) = (booking.get().cloned(), last) else {
        return Err(unknown());
    };
    Ok(Found {
        booking,
        changed_at: last.recorded_at,
        position: GlobalPosition {
            epoch,
            partition,
            position: last.position,
        },
    })
}

/// A booking as it is now.
///
/// # Errors
///
/// As [`find`].
pub(crate) async fn find_booking(app: &App, id: BookingId) -> Result<ConfirmedBooking, Problem> {
    find(app, id).await.map(|found| found.booking)
}

/// Refuses in the words that fit: a wrong token for a booking that does not
/// exist is no wrong token.
pub(super) async fn refused(app: &App, id: BookingId, refusal: Problem) -> Problem {
    if refusal.code() != Code::ManageTokenWrong {
        return refusal;
    }
    match find(app, id).await {
        Ok(_) => refusal,
        Err(problem) => problem,
    }
}

/// Reads a booking
///
/// From its own stream, so the answer is never stale.
#[utoipa::path(
    get, path = "/v1/bookings/{bookingId}", tag = "Booking", operation_id = "getBooking",
    params(
        ("bookingId" = String, Path, format = Uuid, description = "The booking."),
        ("after" = Option<String>, Query, description = "A position that the answer must show; it always does."),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of an earlier answer."),
    ),
    responses(
        (status = 200, description = "The booking as it is now.", body = ReadBooking, headers(
            ("ETag" = String, description = "Changes with the booking; for `If-Match` too."),
            ("Slotkeeper-Position" = String, description = "Of the last that happened to the booking."))),
        (status = 304, description = "The booking is still that of the ETag."),
    ),
    security(("manageToken" = []), ("adminKey" = []))
)]
pub(crate) async fn read(
    State(app): State<App>,
    BookingPath(id): BookingPath,
    credentials: ManagerCredentials,
    headers: HeaderMap,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let after = After::take(&mut parameters)?;
    parameters.finish()?;
    if let Err(refusal) = credentials.of(id, &app) {
        return Err(refused(&app, id, refusal).await);
    }
    after.checked(&app, id.partition())?;
    let found = find(&app, id).await?;
    let attendee = attendee(&app, &found.booking).await?;
    let body = ReadBooking {
        booked: BookedSpan::now(&found.booking),
        changed_at: found.changed_at.into(),
        erased: attendee.is_none(),
        attendee,
    };
    let answer = tag(&found.booking).answer(&headers, || Json(body).into_response());
    Ok((Shown(found.position), answer).into_response())
}

/// Who the booking is for; nobody once that was erased or the key is gone.
async fn attendee(app: &App, booking: &ConfirmedBooking) -> Result<Option<Attendee>, Problem> {
    if booking.is_erased() {
        return Ok(None);
    }
    let id = booking.id();
    let Some(key) = app.log.booking_key(id).await? else {
        return Ok(None);
    };
    let plain = app
        .cipher
        .open(id, booking.attendee(), &key)
        .map_err(|error| Problem::internal(Arc::new(error)))?;
    serde_json::from_slice(&plain)
        .map(Some)
        .map_err(|error| Problem::internal(Arc::new(error)))
}

use axum::{Json, extract::State};
use domain::{
    calendar::{SlotCount, Span, Timestamp},
    command::{Command, RescheduleBooking},
    decide::Outcome,
    ids::BookingId,
    precondition::{Precondition, Version},
    rejection::{Rejection, RejectionKind},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::{Manager, ManagerCredentials},
    etag::ETag,
    problem::{Code, Problem, contended},
    request::{
        BookingPath, IfMatch, NoParameters, PatchBody, RequestId, Shown, Whole, duration, present,
        span_of, start,
    },
};

use super::{BookedSpan, read, tag, unexpected};

/// How often a move of which only the start or the length is told is tried on what was
/// read: each try fails only if the booking changed in between.
const TRIES_MAX: u32 = 5;

/// Where to move a booking to. At least one of the two is there; the other stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewSpan {
    /// Where the span begins: a quarter hour, RFC 3339.
    #[serde(default, deserialize_with = "present")]
    #[schema(format = DateTime, nullable = false, example = "2026-11-24T13:00:00.000Z")]
    start: Option<String>,
    /// Minutes; a duration that the resource offers.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>, nullable = false, example = 60)]
    duration: Option<Whole>,
}

/// What is told of a span.
#[derive(Debug, Clone, Copy)]
enum Move {
    Whole(Span),
    Start(Timestamp),
    Length(SlotCount),
}

impl NewSpan {
    fn read(&self) -> Result<Move, Problem> {
        let begins = self.start.as_deref().map(start).transpose()?;
        let length = self.duration.map(|minutes| duration("duration", minutes));
        match (begins, length.transpose()?) {
            (Some(start), Some(length)) => Ok(Move::Whole(span_of(start, length)?)),
            (Some(start), None) => Ok(Move::Start(start)),
            (None, Some(length)) => Ok(Move::Length(length)),
            (None, None) => {
                let detail = "start, duration or both are to be there";
                Err(Problem::new(Code::MissingField, detail).member("field", "start"))
            }
        }
    }
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
/// nor does a hold of the session that the request may bring: one that overlaps the
/// new span is consumed. What is left out, start or duration, stays as it is.
#[utoipa::path(
    patch, path = "/v1/bookings/{bookingId}", tag = "Booking", operation_id = "rescheduleBooking",
    params(
        ("bookingId" = String, Path, format = Uuid, description = "The booking."),
        ("If-Match" = Option<String>, Header, description = "Moves it only in the state of one of these ETags, or, with `*`, in any."),
    ),
    request_body(content((NewSpan = "application/json"), (NewSpan = "application/merge-patch+json"))),
    responses((status = 200, description = "It is there now.", body = BookedSpan, headers(
        ("ETag" = String, description = "The booking's new state."),
        ("Slotkeeper-Position" = String, description = "A reader that has applied it sees the move.")))),
    security(("manageToken" = []), ("manageToken" = [], "session" = []), ("adminKey" = []))
)]
pub(crate) async fn reschedule(
    State(app): State<App>,
    NoParameters: NoParameters,
    BookingPath(booking): BookingPath,
    credentials: ManagerCredentials,
    expected: IfMatch,
    request: RequestId,
    PatchBody(body): PatchBody<NewSpan>,
) -> Result<(Shown, ETag, Json<BookedSpan>), Problem> {
    let manager = manager(&app, booking, credentials).await?;
    let to = body.read()?;
    if let Move::Whole(span) = to {
        return move_to(&app, booking, span, expected.0, &manager, &request).await;
    }
    for _ in 0..TRIES_MAX {
        let found = read::find(&app, booking).await?.booking;
        let span = match to {
            Move::Whole(span) => span,
            Move::Start(start) => span_of(start, found.span.length())?,
            Move::Length(length) => span_of(found.span.start(), length)?,
        };
        // Decided at the head of the log: a booking that has moved since it was read here
        // is not moved by half of what it was.
        let still = Some(expected.still(Some(Version::of(&found))));
        match move_to(&app, booking, span, still, &manager, &request).await {
            Err(problem) if expected.is_open() && is_outdated(&problem) => {}
            answer => return answer,
        }
    }
    Err(contended("booking"))
}

/// Whether what was read is not what is there any more.
fn is_outdated(problem: &Problem) -> bool {
    problem.code() == Code::Refused(RejectionKind::NotAsSeen)
}

async fn move_to(
    app: &App,
    booking: BookingId,
    span: Span,
    expected: Option<Precondition>,
    manager: &Manager,
    request: &RequestId,
) -> Result<(Shown, ETag, Json<BookedSpan>), Problem> {
    let command = Command::RescheduleBooking(RescheduleBooking {
        booking,
        span,
        session: manager.session,
    });
    let actor = manager.actor.clone();
    let receipt = app.execute_if(expected, command, actor, request, None);
    let receipt = receipt.await?;
    match &receipt.outcome {
        Outcome::Rescheduled(booking) => Ok((
            Shown(receipt.position),
            tag(booking),
            Json(BookedSpan::now(booking)),
        )),
        _ => Err(unexpected(&receipt)),
    }
}

/// Cancels a booking
///
/// Its slots are free at once. Cancelling what is cancelled answers the same.
#[utoipa::path(
    delete, path = "/v1/bookings/{bookingId}", tag = "Booking", operation_id = "cancelBooking",
    params(
        ("bookingId" = String, Path, format = Uuid, description = "The booking."),
        ("If-Match" = Option<String>, Header, description = "Cancels it only in the state of one of these ETags, or, with `*`, in any."),
    ),
    responses((status = 200, description = "It is cancelled.", body = BookedSpan, headers(
        ("ETag" = String, description = "The booking's new state."),
        ("Slotkeeper-Position" = String, description = "A reader that has applied it sees the slots free.")))),
    security(("manageToken" = []), ("adminKey" = []))
)]
pub(crate) async fn cancel(
    State(app): State<App>,
    NoParameters: NoParameters,
    BookingPath(booking): BookingPath,
    credentials: ManagerCredentials,
    IfMatch(expected): IfMatch,
    request: RequestId,
) -> Result<(Shown, ETag, Json<BookedSpan>), Problem> {
    let Manager { actor, .. } = manager(&app, booking, credentials).await?;
    let command = Command::CancelBooking(booking);
    let receipt = app.execute_if(expected, command, actor, &request, None);
    let receipt = receipt.await?;
    match &receipt.outcome {
        Outcome::Cancelled(booking) => Ok((
            Shown(receipt.position),
            tag(booking),
            Json(BookedSpan::now(booking)),
        )),
        _ => Err(unexpected(&receipt)),
    }
}

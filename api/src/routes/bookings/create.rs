use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    command::{BookSlots, Command},
    decide::Outcome,
    ids::{BookingId, IdError, IdempotencyKey, ResourceId},
};
use eventlog::{Actor, WrappedKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::Session,
    problem::{Code, Problem},
    random,
    request::{
        IDEMPOTENCY_KEY_HEADER, JsonBody, NoParameters, REPLAYED_HEADER, RequestId, Shown, Whole,
        object, one, quantity, resource_id, span,
    },
};

use super::{BookedSpan, attendee::Attendee, fingerprint::fingerprint, tag, unexpected};

/// What to book, and for whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewBooking {
    /// The resource.
    #[schema(example = "studio-a")]
    resource_id: String,
    /// Where the span begins: a quarter hour, RFC 3339.
    #[schema(format = DateTime, example = "2026-11-24T13:00:00.000Z")]
    start: String,
    /// Minutes; a duration that the resource offers.
    #[schema(value_type = u32, example = 60)]
    duration: Whole,
    /// How many seats, 1 to what the resource carries; 1 when absent.
    #[serde(default = "one")]
    #[schema(value_type = u16, minimum = 1, maximum = 1000)]
    quantity: Whole,
    #[serde(deserialize_with = "object")]
    attendee: Attendee,
}

/// A booking that was made, as it is now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MadeBooking {
    #[serde(flatten)]
    booked: BookedSpan,
    /// Lets its bearer read, move and cancel the booking.
    manage_token: String,
    /// As asked for; null in a replay, once it was erased.
    #[schema(required = true)]
    attendee: Option<Attendee>,
}

impl NewBooking {
    /// The command, with the key that the attendee is sealed under.
    fn command(
        &self,
        app: &App,
        session: &Session,
        key: Option<&IdempotencyKey>,
    ) -> Result<(BookSlots, WrappedKey), Problem> {
        let resource = resource_id("resourceId", &self.resource_id)?;
        let span = span(&self.start, self.duration)?;
        let quantity = quantity("quantity", self.quantity)?;
        let attendee = self.attendee.clone().checked()?;
        let booking = booking_id(app, session, &resource, key);
        let plain = serde_json::to_vec(&attendee).unwrap_or_default();
        let (sealed, wrapped) = app
            .cipher
            .seal(booking, &plain)
            .map_err(|error| Problem::internal(Arc::new(error)))?;
        let fingerprint = key.map(|_| {
            let asked = (&resource, span, quantity);
            fingerprint(&app.keys.fingerprints, asked, &attendee)
        });
        let command = BookSlots {
            resource,
            session: session.0,
            span,
            booking,
            attendee: sealed,
            fingerprint,
            quantity,
        };
        Ok((command, wrapped))
    }
}

fn booking_id(
    app: &App,
    session: &Session,
    resource: &ResourceId,
    key: Option<&IdempotencyKey>,
) -> BookingId {
    let partition = app.log.partition_of(resource);
    match key {
        Some(key) => BookingId::derive(partition, session.0, resource, key),
        None => BookingId::from_bits(partition, random::bytes()),
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY_HEADER) else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(value.as_bytes());
    let key = text.parse().map_err(|error: IdError| {
        Problem::value(Code::InvalidIdempotencyKey, "Idempotency-Key", &text, error)
    });
    key.map(Some)
}

/// Books a span
///
/// All of it or nothing, over any number of days. The session's own overlapping
/// hold is consumed. With an `Idempotency-Key` the request may be sent again,
/// to any node: it books once, and is answered with the booking as it is by
/// then, be it moved or cancelled, and without its attendee once that was erased.
#[utoipa::path(
    post, path = "/v1/bookings", tag = "Booking", operation_id = "bookSlots",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters; names the request within session and resource.")),
    request_body = NewBooking,
    responses((status = 201, description = "It is booked.", body = MadeBooking, headers(
        ("Location" = String, description = "Where the booking is."),
        ("ETag" = String, description = "The booking's state, for `If-Match`."),
        ("Idempotency-Replayed" = String, description = "`true` when an earlier request with the same key made the booking; absent else."),
        ("Slotkeeper-Position" = String, description = "A reader that has applied it sees the booking.")))),
    security(("session" = []))
)]
pub(crate) async fn book(
    State(app): State<App>,
    NoParameters: NoParameters,
    session: Session,
    request: RequestId,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewBooking>,
) -> Result<Response, Problem> {
    let key = idempotency_key(&headers)?;
    let (command, wrapped) = body.command(&app, &session, key.as_ref())?;
    let actor = Actor::Session(session.0);
    let command = Command::BookSlots(command);
    let receipt = app.execute(command, actor, &request, Some(wrapped)).await?;
    let Outcome::Booked { booking, replayed } = &receipt.outcome else {
        return Err(unexpected(&receipt));
    };
    let made = MadeBooking {
        booked: BookedSpan::now(booking),
        manage_token: app.keys.bookings.of(booking.id()),
        attendee: (!booking.is_erased()).then_some(body.attendee),
    };
    let location = format!("/v1/bookings/{}", booking.id());
    let location = [(header::LOCATION, location)];
    let shown = Shown(receipt.position);
    let tag = tag(booking);
    let mut response = (StatusCode::CREATED, shown, tag, location, Json(made)).into_response();
    if *replayed {
        let headers = response.headers_mut();
        headers.insert(REPLAYED_HEADER, HeaderValue::from_static("true"));
    }
    Ok(response)
}

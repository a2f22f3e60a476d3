//! Requests, before any route decides on them: their ids, their bodies, their
//! paths and queries, each wrong value named in its own way.

mod after;
mod around;
mod cross_origin;
mod id;
mod json;
mod object;
mod observe;
mod parameters;
mod path;
mod range;
mod repeats;
mod requests;
mod timeout;
mod values;

use axum::http::HeaderName;

pub(crate) use after::{After, Shown};
pub(crate) use around::around;
pub(crate) use id::RequestId;
pub(crate) use json::{JsonBody, OptionalJsonBody, media_type, parse_json, read_body};
pub(crate) use object::{object, objects, optional_object};
pub(crate) use parameters::{NoParameters, Parameters};
pub(crate) use path::{BookingPath, DayPath, ExceptionPath, ResourcePath};
pub(crate) use range::day_range;
pub(crate) use requests::Requests;
pub(crate) use values::{
    day, duration_text, exception_id, hold_id, interval, quantity, quantity_text, resource_id, span, time, timezone,
};

/// Tells the position of what an answer wrote or shows.
pub(crate) const POSITION_HEADER: HeaderName = HeaderName::from_static("slotkeeper-position");

/// Carries a booking's manage token.
pub(crate) const MANAGE_TOKEN_HEADER: HeaderName =
    HeaderName::from_static("slotkeeper-manage-token");

/// Names a request, so that it may be sent again.
pub(crate) const IDEMPOTENCY_KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// Says that an answer is the first answer to the request, given again.
pub(crate) const REPLAYED_HEADER: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The id of a request, in both directions.
pub(crate) const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

//! Requests, before any route decides on them: their ids, their bodies, their
//! paths and queries, each wrong value named in its own way.

mod after;
mod around;
mod cross_origin;
mod cursor;
mod days_of_many;
mod id;
mod if_match;
mod json;
mod object;
mod observe;
mod parameters;
mod path;
mod range;
mod readable;
mod repeats;
mod requests;
mod single;
mod timeout;
mod unique;
mod values;
mod whole;

use axum::http::HeaderName;

pub(crate) use after::{After, Shown};
pub(crate) use around::around;
pub(crate) use cursor::{PagedList, is_of_a_list};
pub(crate) use days_of_many::days_of_many;
pub(crate) use id::RequestId;
pub(crate) use if_match::IfMatch;
pub(crate) use json::{
    JsonBody, OptionalJsonBody, PatchBody, media_type, parse_json, parse_value, read_body,
};
pub(crate) use object::{object, objects, optional_object, present};
pub(crate) use parameters::{NoParameters, Parameters};
pub(crate) use path::{BookingPath, DayPath, ExceptionPath, ResourcePath};
pub(crate) use range::day_range;
pub(crate) use readable::{Look, is_readable};
pub(crate) use requests::Requests;
pub(crate) use unique::{Unique, merge};
pub(crate) use values::{
    day, duration, duration_text, exception_id, hold_id, interval, one, quantity, quantity_text,
    resource_id, span, span_of, start, time, timezone,
};
pub(crate) use whole::Whole;

/// Tells the position of what an answer wrote or shows.
pub(crate) const POSITION_HEADER: HeaderName = HeaderName::from_static("slotkeeper-position");

/// Carries a booking's manage token.
pub(crate) const MANAGE_TOKEN_HEADER: HeaderName =
    HeaderName::from_static("slotkeeper-manage-token");

/// Names a request, so that it may be sent again.
pub(crate) const IDEMPOTENCY_KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// Carries the last id that a viewer of a stream has seen.
pub(crate) const LAST_EVENT_ID_HEADER: HeaderName = HeaderName::from_static("last-event-id");

/// Says that an earlier request under the same key did what is answered.
pub(crate) const REPLAYED_HEADER: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The id of a request, in both directions.
pub(crate) const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

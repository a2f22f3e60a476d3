use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use domain::{
    calendar::Day,
    ids::{BookingId, ExceptionId, IdError, ResourceId},
};

use crate::problem::{Code, Problem};

use super::values;

/// The resource that a path names.
#[derive(Debug)]
pub(crate) struct ResourcePath(pub(crate) ResourceId);

/// The booking that a path names.
#[derive(Debug)]
pub(crate) struct BookingPath(pub(crate) BookingId);

/// The exception to opening hours that a path names.
#[derive(Debug)]
pub(crate) struct ExceptionPath(pub(crate) ExceptionId);

/// The UTC date that a path names.
#[derive(Debug)]
pub(crate) struct DayPath(pub(crate) Day);

async fn segment<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
    name: &str,
) -> Result<String, Problem> {
    let params = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| Problem::new(Code::MalformedRequest, "the path is not UTF-8"))?;
    let value = params.iter().find(|(present, _)| *present == name);
    Ok(value.map_or_else(String::new, |(_, value)| value.to_owned()))
}

impl<S: Send + Sync> FromRequestParts<S> for ResourcePath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = segment(parts, state, "resourceId").await?;
        values::resource_id("resourceId", &text).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for BookingPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = segment(parts, state, "bookingId").await?;
        let id = text.parse().map_err(|error: IdError| {
            Problem::value(Code::InvalidBookingId, "bookingId", &text, error)
        });
        id.map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ExceptionPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = segment(parts, state, "exceptionId").await?;
        values::exception_id("exceptionId", &text).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for DayPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = segment(parts, state, "utcDate").await?;
        values::day("utcDate", &text).map(Self)
    }
}

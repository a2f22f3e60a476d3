//! A resource's UTC day: the seed's `daily_availability`.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::calendar::Timestamp;
use projections::live::SeatTerms;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    answers::{Facts, Made, Question, json},
    app::App,
    etag::ETag,
    problem::Problem,
    request::{After, DayPath, Parameters, ResourcePath},
};

use super::{
    Routes,
    slots::DayUnread,
    wire::{Date, ResourceName, Slots, seats_left, slots_unless_none},
};

pub(super) fn routes() -> Routes {
    Routes::default().at("/v1/resources/{resourceId}/days/{utcDate}", get(day))
}

/// What is booked of a UTC day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DailyAvailability {
    resource_id: ResourceName,
    date: Date,
    /// Those in which bookings leave no seat.
    busy_slots: Slots,
    /// What the buffers of bookings keep free beside those; absent when nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    buffer_slots: Option<Slots>,
    /// How many seats each quarter hour carries; absent unless the resource wants shown
    /// how many are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    capacity: Option<u16>,
    /// How many of them bookings leave, by quarter hour, where some are taken; absent like
    /// `capacity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<BTreeMap<String, u16>>, example = json!({"52": 2}))]
    seats_left: Option<BTreeMap<u8, u16>>,
}

/// Tells what is booked of a UTC day
///
/// Costs one row at most, whatever the resource's history. May be stale by some
/// milliseconds: `after` waits for a write.
#[utoipa::path(
    get, path = "/v1/resources/{resourceId}/days/{utcDate}", tag = "Reading", operation_id = "getDailyAvailability",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("utcDate" = String, Path, format = Date, description = "The UTC date."),
        ("after" = Option<String>, Query, description = "A position that the answer must show."),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of an earlier answer."),
    ),
    responses(
        (status = 200, description = "The booked quarter hours.", body = DailyAvailability, headers(
            ("ETag" = String, description = "Changes when the day's bookings do, and never with a hold."),
            ("Slotkeeper-Position" = String, description = "Everything up to it is shown."))),
        (status = 304, description = "The day is still that of the ETag."),
    )
)]
pub(crate) async fn day(
    State(app): State<App>,
    ResourcePath(resource): ResourcePath,
    DayPath(date): DayPath,
    headers: HeaderMap,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let after = After::take(&mut parameters)?;
    parameters.finish()?;
    let shown = after.shown(&app, app.log.partition_of(&resource)).await?;
    let state = app.registered(&resource).await?;
    let facts = Facts {
        epoch: shown.0.epoch,
        resource: state,
        days: app.feed.days(&resource, date..=date).await?,
        now: app.log.clock().now(),
    };
    let question = Question::Day(resource.clone(), date);
    let answer = app.answers.answer(&headers, question, facts, |facts| {
        let Some(state) = facts.days.first() else {
            return Err(Problem::internal(Arc::new(DayUnread(date))));
        };
        let told = state.told(SeatTerms::of(&facts.resource.resource));
        let changed_at = (
            state.busy_changed_at.get(),
            facts.resource.seats_changed_at.get(),
        );
        let epoch = facts.epoch.to_string();
        let tag = ETag::of(&(
            epoch,
            &resource,
            date,
            changed_at,
            state.booked.to_string(),
            state.buffers.to_string(),
        ));
        let body = json(&DailyAvailability {
            resource_id: resource.into(),
            date: date.into(),
            busy_slots: told.busy.into(),
            buffer_slots: slots_unless_none(told.buffer),
            capacity: told.seats_left.as_ref().map(|left| left.capacity.get()),
            seats_left: told.seats_left.as_ref().map(seats_left),
        })?;
        // The time changes nothing in it.
        let until = Timestamp::MAX;
        Ok(Made { tag, body, until })
    })?;
    Ok((shown, answer).into_response())
}

//! A resource's UTC day: the seed's `daily_availability`.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::calendar::Timestamp;
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
    wire::{Date, ResourceName, Slots, slots_unless_none},
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
    busy_slots: Slots,
    /// What the buffers of bookings keep free beside those; absent when nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    buffer_slots: Option<Slots>,
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
        let (booked, changed_at) = facts
            .days
            .first()
            .map(|state| (state.booked(), state.busy_changed_at))
            .unwrap_or_default();
        let epoch = facts.epoch.to_string();
        let tag = ETag::of(&(
            epoch,
            &resource,
            date,
            changed_at.get(),
            booked.slots,
            booked.buffer,
        ));
        let body = json(&DailyAvailability {
            resource_id: resource.into(),
            date: date.into(),
            busy_slots: booked.slots.into(),
            buffer_slots: slots_unless_none(booked.buffer),
        })?;
        // The time changes nothing in it.
        let until = Timestamp::MAX;
        Ok(Made { tag, body, until })
    })?;
    Ok((shown, answer).into_response())
}

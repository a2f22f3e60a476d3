//! Who holds what now: the seed's `getDatePresence`, for many days at once.

use axum::{Json, extract::State, routing::get};
use domain::calendar::Day;
use projections::live::HeldSpan;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    problem::Problem,
    request::{After, Parameters, ResourcePath, Shown, day_range},
};

use super::{
    Routes,
    wire::{BufferMinutes, Date, HoldName, Slots, Time, ends, seats_unless_one, slots_unless_none},
};

pub(super) fn routes() -> Routes {
    Routes::default().at("/v1/resources/{resourceId}/presence", get(presence))
}

/// The live holds of some days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Presence {
    /// One entry for each day that a hold touches, by date and start.
    holds: Vec<HeldDay>,
}

/// What a live hold has of one UTC day. Whose it is is not told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HeldDay {
    hold_id: HoldName,
    /// The UTC day of this entry.
    date: Date,
    /// Where the hold begins, on this day or an earlier one.
    start: Time,
    /// Where it ends, on this day or a later one; exclusive.
    end: Time,
    /// Its quarter hours of this day.
    slots: Slots,
    /// What it keeps free beside its span; absent when nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    buffers: Option<BufferMinutes>,
    /// The quarter hours of this day that its buffers keep free; absent when none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    buffer_slots: Option<Slots>,
    /// How many seats of each of them; absent for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    quantity: Option<u16>,
}

impl HeldDay {
    fn new(date: Day, held: &HeldSpan) -> Self {
        let (start, end) = ends(held.span);
        Self {
            hold_id: held.hold_id.into(),
            date: date.into(),
            start,
            end,
            slots: held.slots.into(),
            buffers: BufferMinutes::unless_none(held.buffers),
            buffer_slots: slots_unless_none(held.buffer),
            quantity: seats_unless_one(held.quantity),
        }
    }
}

/// Tells what is held
///
/// A hold is listed from the event that placed it to the event that ended it. May be stale
/// by some milliseconds: `after` waits for a write.
#[utoipa::path(
    get, path = "/v1/resources/{resourceId}/presence", tag = "Reading", operation_id = "getDatePresence",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("from" = String, Query, format = Date, description = "The first UTC date."),
        ("to" = String, Query, format = Date, description = "The last UTC date; at most 62 days in all."),
        ("after" = Option<String>, Query, description = "A position that the answer must show."),
    ),
    responses((status = 200, description = "The live holds.", body = Presence,
        headers(("Slotkeeper-Position" = String, description = "Everything up to it is shown."))))
)]
pub(crate) async fn presence(
    State(app): State<App>,
    ResourcePath(resource): ResourcePath,
    mut parameters: Parameters,
) -> Result<(Shown, Json<Presence>), Problem> {
    let range = day_range(&mut parameters)?;
    let after = After::take(&mut parameters)?;
    parameters.finish()?;
    let shown = after.shown(&app, app.log.partition_of(&resource)).await?;
    app.registered(&resource).await?;
    let days = app.feed.days(&resource, range).await?;
    let holds = days.iter().flat_map(|state| {
        let held = state.holds.iter();
        held.map(|held| HeldDay::new(state.day, held))
    });
    let holds = holds.collect();
    Ok((shown, Json(Presence { holds })))
}

//! Which days of a month have a start to be had: the seed's `getMonthAvailability`.

use std::collections::BTreeMap;

use axum::{Json, extract::State, routing::get};
use domain::{calendar::Day, hours::local_day, listing};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    problem::Problem,
    request::{
        After, Parameters, ResourcePath, Shown, day_range, duration_text, quantity_text, timezone,
    },
};

use super::{
    Routes,
    slots::{BookedDays, open_terms},
};

pub(super) fn routes() -> Routes {
    Routes::default().at("/v1/resources/{resourceId}/availability", get(availability))
}

/// Whether each local day has a start that can be had.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Availability {
    /// By local date, ascending.
    #[schema(example = json!({"2026-11-24": true, "2026-11-25": false}))]
    days: BTreeMap<String, bool>,
    /// Of the days without such a start on which an exception to the resource's hours
    /// closes what would be open: its label, by local date; absent when there are none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(example = json!({"2026-11-25": "Inventory"}))]
    closed_by: BTreeMap<String, String>,
}

/// Tells which days have a start that can be had
///
/// Of each local day, whether the list of its slots would have a start that is
/// available. Holds do not count: they pass. May be stale by some milliseconds: `after`
/// waits for a write.
#[utoipa::path(
    get, path = "/v1/resources/{resourceId}/availability", tag = "Reading", operation_id = "getMonthAvailability",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("from" = String, Query, format = Date, description = "The first local date."),
        ("to" = String, Query, format = Date, description = "The last local date; at most 62 days in all."),
        ("duration" = u32, Query, description = "Minutes; a duration that the resource offers."),
        ("quantity" = Option<u16>, Query, description = "How many seats are wanted, 1 to what the resource carries; 1 when absent."),
        ("timezone" = Option<String>, Query, description = "The IANA zone of the dates; the resource's when absent."),
        ("after" = Option<String>, Query, description = "A position that the answer must show."),
    ),
    responses((status = 200, description = "All days of the range.", body = Availability,
        headers(("Slotkeeper-Position" = String, description = "Everything up to it is shown."))))
)]
pub(crate) async fn availability(
    State(app): State<App>,
    ResourcePath(resource): ResourcePath,
    mut parameters: Parameters,
) -> Result<(Shown, Json<Availability>), Problem> {
    let range = day_range(&mut parameters)?;
    let duration = duration_text("duration", &parameters.required("duration")?)?;
    let quantity = parameters.optional("quantity")?;
    let quantity = quantity_text("quantity", quantity.as_deref())?;
    let zone = parameters.optional("timezone")?;
    let zone = zone.map(|name| timezone("timezone", &name)).transpose()?;
    let after = After::take(&mut parameters)?;
    parameters.finish()?;

    let shown = after.shown(&app, app.log.partition_of(&resource)).await?;
    let state = app.registered(&resource).await?;
    let terms = open_terms(&resource, &state)?;
    let zone = zone.unwrap_or(terms.settings.zone());
    let window = |date: Day| local_day(zone, date.date());
    let whole = window(*range.start()).start..window(*range.end()).end;
    let booked = BookedDays::read(&app, &resource, &terms.settings, (&whole, duration)).await?;
    let now = app.log.clock().now();
    let free = listing::free_dates(terms, (duration, quantity), (zone, range), now, |day| {
        booked.on(day)
    })?;
    let closed = |(&date, &free): (&Day, &bool)| {
        let closing = terms.opening_times().closing_in(&window(date));
        let exception = closing.filter(|_| !free)?;
        Some((date.to_string(), exception.label().to_string()))
    };
    let closed_by = free.iter().filter_map(closed).collect();
    let days = by_date(free);
    Ok((shown, Json(Availability { days, closed_by })))
}

/// Dates as they stand in bodies.
pub(super) fn by_date(free: BTreeMap<Day, bool>) -> BTreeMap<String, bool> {
    let text = |(date, free): (Day, bool)| (date.to_string(), free);
    free.into_iter().map(text).collect()
}

//! Which days of a month have a start to be had: the seed's `getMonthAvailability`.

use std::collections::BTreeMap;

use axum::{Json, extract::State, routing::get};
use domain::{
    calendar::Day,
    hours::local_day,
    listing::{self, ListQuery},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    problem::Problem,
    request::{After, Parameters, ResourcePath, Shown, day_range, duration_text, timezone},
};

use super::{
    Routes,
    slots::{BookedDays, open_terms, wanted},
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
/// available. Holds do not count: they pass.
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
    let quantity = wanted(&mut parameters)?;
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

    let (mut days, mut closed_by) = (BTreeMap::new(), BTreeMap::new());
    for date in range.start().through(*range.end()) {
        let query = ListQuery {
            duration,
            interval: terms.settings.interval(),
            window: window(date),
            quantity,
        };
        let listed = listing::list(terms, &query, now, |day| booked.on(day))?;
        let any = listed.iter().any(|slot| slot.unavailable.is_none());
        days.insert(date.to_string(), any);
        let closing = terms.opening_times().closing_in(&query.window);
        if let Some(exception) = closing.filter(|_| !any) {
            closed_by.insert(date.to_string(), exception.label().to_string());
        }
    }
    Ok((shown, Json(Availability { days, closed_by })))
}

//! Which days many resources have a start on that can be had, in one call.

use std::collections::{BTreeMap, BTreeSet};

use axum::{Json, extract::State, routing::get};
use chrono_tz::Tz;
use domain::{
    calendar::{Day, SPAN_DAYS_MAX, SeatCount, SlotCount, Timestamp},
    ids::ResourceId,
    listing,
    offer::Refusal,
    rejection::{Rejection, RejectionKind},
    resource::{Resource, ResourceSettings, Terms},
};
use futures::{StreamExt, TryStreamExt, stream};
use projections::view::{self, BookedDays};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    problem::{Code, Problem, Refusal as RefusalCode},
    request::{After, Parameters, day_range, duration_text, quantity_text, resource_id, timezone},
};

use super::{Routes, availability::by_date, slots::DayUnread, wire::ResourceName};

/// Resources that one call may ask about: a screenful of any list, and an answer of half a
/// megabyte at most.
const RESOURCES_MAX: usize = 100;

/// Resources whose settings are read at once where they are not in memory.
const READ_AT_ONCE: usize = 32;

pub(super) fn routes() -> Routes {
    Routes::default().at("/v1/availability", get(availabilities))
}

/// What each of the resources has.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Availabilities {
    /// In the order asked for.
    resources: Vec<ResourceAvailability>,
}

/// A resource's days, or why it has none.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResourceAvailability {
    resource_id: ResourceName,
    /// The minutes that were looked for; absent beside `code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    duration: Option<u32>,
    /// By local date, ascending: whether it has a start that can be had. Absent beside
    /// `code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = json!({"2026-11-24": true, "2026-11-25": false}))]
    days: Option<BTreeMap<String, bool>>,
    /// Why this resource, asked alone, would be refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = RefusalCode, nullable = false)]
    code: Option<&'static str>,
}

/// Tells which days many resources have a start on that can be had
///
/// Of each resource what `getMonthAvailability` tells of one, in one call. A resource that
/// is not there, is retired or does not offer the duration has the `code` of that. From the
/// views, which may be stale by some milliseconds: `after` waits for a write.
#[utoipa::path(
    get, path = "/v1/availability", tag = "Reading", operation_id = "getAvailability",
    params(
        ("resources" = String, Query, description = "Ids, with commas between: 1 to 100, each once."),
        ("from" = String, Query, format = Date, description = "The first local date."),
        ("to" = String, Query, format = Date, description = "The last local date; at most 62 days in all."),
        ("duration" = Option<u32>, Query, description = "Minutes; each resource's shortest when absent."),
        ("quantity" = Option<u16>, Query, description = "How many seats are wanted of each; 1 when absent."),
        ("timezone" = Option<String>, Query, description = "The IANA zone of the dates; each resource's own when absent."),
        ("after" = Option<String>, Query, description = "A position that the answer must show."),
    ),
    responses((status = 200, description = "All days of the range, of each resource.", body = Availabilities))
)]
pub(crate) async fn availabilities(
    State(app): State<App>,
    mut parameters: Parameters,
) -> Result<Json<Availabilities>, Problem> {
    let ids = resources(&parameters.required("resources")?)?;
    let range = day_range(&mut parameters)?;
    let duration = parameters.optional("duration")?;
    let duration = duration.map(|text| duration_text("duration", &text));
    let duration = duration.transpose()?;
    let quantity = parameters.optional("quantity")?;
    let quantity = quantity_text("quantity", quantity.as_deref())?;
    let zone = parameters.optional("timezone")?;
    let zone = zone.map(|name| timezone("timezone", &name)).transpose()?;
    let after = After::take(&mut parameters)?;
    parameters.finish()?;

    after.in_views(&app).await?;
    let states = stream::iter(ids.clone())
        .map(async |id| app.feed.resource(&id).await)
        .buffered(READ_AT_ONCE);
    let states: Vec<_> = states.try_collect().await?;
    // A local date is at most one off the UTC date, and a span begins within it. Buffers
    // reach into one day more on either side.
    let first = Day::of(range.start().start().minus_ms(2 * DAY_MS));
    let last = range.end().plus(u32::from(SPAN_DAYS_MAX) + 3);
    let booked = first..=last.unwrap_or(Day::of(Timestamp::MAX));
    let booked = view::booked_days(&app.log, &ids, booked).await?;
    let now = app.log.clock().now();

    let all = ids.into_iter().zip(states).zip(&booked);
    let told = all.map(|((id, state), booked)| {
        let told = open(&id, &state.resource).map_err(Refusal::Rejected);
        let told = told.and_then(|terms| {
            let duration = duration.unwrap_or(shortest(&terms.settings));
            let dates = (zone.unwrap_or(terms.settings.zone()), range.clone());
            free(terms, (duration, quantity), dates, now, booked)
        });
        ResourceAvailability::new(id, told)
    });
    let resources = told.collect::<Result<_, Problem>>()?;
    Ok(Json(Availabilities { resources }))
}

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;

type Told = (SlotCount, BTreeMap<Day, bool>);

fn free(
    terms: &Terms,
    (duration, quantity): (SlotCount, SeatCount),
    dates: (Tz, std::ops::RangeInclusive<Day>),
    now: Timestamp,
    booked: &BookedDays,
) -> Result<Told, Refusal<DayUnread>> {
    let on = |day| booked.on(day).ok_or(DayUnread(day));
    let free = listing::free_dates(terms, (duration, quantity), dates, now, on)?;
    Ok((duration, free))
}

impl ResourceAvailability {
    fn new(id: ResourceId, told: Result<Told, Refusal<DayUnread>>) -> Result<Self, Problem> {
        let (told, code) = match told {
            Ok(told) => (Some(told), None),
            Err(Refusal::Rejected(rejection)) => (None, Some(rejection.kind())),
            Err(unread @ Refusal::Facts(_)) => return Err(unread.into()),
        };
        let (duration, days) = told.unzip();
        Ok(Self {
            resource_id: id.into(),
            duration: duration.map(SlotCount::minutes),
            days: days.map(by_date),
            code: code.map(RejectionKind::code),
        })
    }
}

fn open<'a>(id: &ResourceId, resource: &'a Resource) -> Result<&'a Terms, Rejection> {
    match resource {
        Resource::Open(terms) => Ok(terms),
        Resource::Retired(_) => Err(Rejection::ResourceRetired(id.clone())),
        Resource::Unknown => Err(Rejection::ResourceUnknown(id.clone())),
    }
}

fn shortest(settings: &ResourceSettings) -> SlotCount {
    settings
        .durations()
        .first()
        .copied()
        .unwrap_or(SlotCount::MAX)
}

/// The resources that a query names.
fn resources(text: &str) -> Result<Vec<ResourceId>, Problem> {
    let ids = text.split(',').map(|id| resource_id("resources", id));
    let ids: Vec<ResourceId> = ids.collect::<Result<_, _>>()?;
    let different: BTreeSet<&ResourceId> = ids.iter().collect();
    if ids.len() > RESOURCES_MAX || different.len() < ids.len() {
        let detail = format!("resources are 1 to {RESOURCES_MAX} ids, each once");
        let problem = Problem::new(Code::TooManyResources, detail);
        return Err(problem
            .member("field", "resources")
            .member("limit", RESOURCES_MAX));
    }
    Ok(ids)
}

//! The starts of a local day: the seed's `getDaySlots`.

use std::{
    ops::{Range, RangeInclusive},
    sync::Arc,
};

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    calendar::{Day, SeatCount, SlotCount, Timestamp},
    hours::local_day,
    ids::ResourceId,
    listing::{self, ListQuery, ListedSlot},
    offer::Refusal,
    rejection::{Rejection, RejectionKind},
    resource::{Resource, ResourceSettings, Terms},
    resource_day::DayTaken,
};
use projections::live::{DayState, ResourceState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    answers::{Facts, Made, Question, json},
    app::App,
    etag::ETag,
    problem::{Problem, UnavailableReason},
    request::{
        After, Parameters, ResourcePath, day, duration_text, interval, quantity_text, timezone,
    },
};

use super::{
    Routes,
    exceptions::ExceptionBody,
    wire::{BufferMinutes, Time, ends, seats_unless_one},
};

pub(super) fn routes() -> Routes {
    Routes::default().at("/v1/resources/{resourceId}/slots", get(slots))
}

/// The starts of a local day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SlotList {
    /// Ascending.
    slots: Vec<Slot>,
    /// The exceptions to the resource's hours that say something of the day; absent
    /// when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exceptions: Vec<ExceptionBody>,
    /// What each of them would keep free beside its span; absent when nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    buffers: Option<BufferMinutes>,
    /// How many seats each quarter hour carries; absent for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    capacity: Option<u16>,
}

/// One start, and what choosing it would cover.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Slot {
    start: Time,
    /// Exclusive.
    end: Time,
    /// Whether it can be had, unless another session holds part of it.
    available: bool,
    /// Why it can't be had; absent when it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = UnavailableReason, nullable = false)]
    reason: Option<&'static str>,
    /// The label of the exception to the resource's hours by which it is closed; absent
    /// when that is not why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    closed_by: Option<String>,
    /// How many seats bookings leave of it, buffers included; absent unless the resource
    /// wants that shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    seats_left: Option<u16>,
}

impl Slot {
    fn new(terms: &Terms, listed: ListedSlot) -> Self {
        let (start, end) = ends(listed.span);
        let exception = listed.closed_by.and_then(|id| terms.exceptions.get(id));
        Self {
            start,
            end,
            available: listed.unavailable.is_none(),
            reason: listed.unavailable.map(RejectionKind::code),
            closed_by: exception.map(|exception| exception.label().to_string()),
            seats_left: listed.seats_left,
        }
    }
}

/// Lists the starts of a local day
///
/// The starts lie on a lattice from the opening time in the resource's own zone,
/// whatever the viewer's. A start that can't be had is listed with the reason.
/// Holds are not in the list: they are presence, which viewers lay over it. May be stale by
/// some milliseconds: `after` waits for a write.
#[utoipa::path(
    get, path = "/v1/resources/{resourceId}/slots", tag = "Reading", operation_id = "getDaySlots",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("date" = String, Query, format = Date, description = "The local date."),
        ("duration" = u32, Query, description = "Minutes; a duration that the resource offers."),
        ("quantity" = Option<u16>, Query, description = "How many seats are wanted, 1 to what the resource carries; 1 when absent."),
        ("interval" = Option<u32>, Query, description = "Minutes between starts, 15 to 1440; the resource's when absent."),
        ("timezone" = Option<String>, Query, description = "The IANA zone of the date; the resource's when absent."),
        ("after" = Option<String>, Query, description = "A position that the answer must show."),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of an earlier answer."),
    ),
    responses(
        (status = 200, description = "All starts of the day.", body = SlotList, headers(
            ("ETag" = String, description = "Changes with the list."),
            ("Slotkeeper-Position" = String, description = "Everything up to it is shown."))),
        (status = 304, description = "The list is still that of the ETag."),
    )
)]
pub(crate) async fn slots(
    State(app): State<App>,
    ResourcePath(resource): ResourcePath,
    headers: HeaderMap,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let query = SlotQuery::take(&mut parameters)?;
    let after = After::take(&mut parameters)?;
    parameters.finish()?;

    let shown = after.shown(&app, app.log.partition_of(&resource)).await?;
    let state = app.registered(&resource).await?;
    let terms = open_terms(&resource, &state)?;
    let settings = &terms.settings;
    let query = query.on(settings);
    let booked =
        BookedDays::read(&app, &resource, settings, (&query.window, query.duration)).await?;
    let question = Question::Slots(
        resource,
        [query.window.start, query.window.end],
        [query.duration, query.interval],
        query.quantity,
    );
    let facts = Facts {
        epoch: shown.0.epoch,
        resource: Arc::clone(&state),
        days: booked.0,
        now: app.log.clock().now(),
    };
    let answer = app.answers.answer(&headers, question, facts, |facts| {
        list(terms, &query, facts)
    })?;
    Ok((shown, answer).into_response())
}

/// The list of the starts that `query` asks for.
fn list(terms: &Terms, query: &ListQuery, facts: &Facts) -> Result<Made, Problem> {
    let listed = listing::list(terms, query, facts.now, |day| on(&facts.days, day))?;
    let past = |slot: &ListedSlot| slot.span.start() < facts.now;
    let mark = |day: &Arc<DayState>| {
        (
            day.busy_changed_at.get(),
            day.booked.to_string(),
            day.buffers.to_string(),
        )
    };
    let tag = ETag::of(&(
        facts.epoch.to_string(),
        facts.resource.changed_at.get(),
        facts.days.iter().map(mark).collect::<Vec<_>>(),
        listed.iter().filter(|slot| past(slot)).count(),
        (
            query.window.start,
            query.window.end,
            query.duration,
            query.interval,
            query.quantity,
        ),
    ));
    // The first start that has not passed is the next that does.
    let coming = listed.iter().find(|slot| !past(slot));
    let until = coming.map_or(Timestamp::MAX, |slot| slot.span.start());
    let exceptions = terms.opening_times().exceptions_in(&query.window);
    let body = json(&SlotList {
        slots: listed
            .into_iter()
            .map(|slot| Slot::new(terms, slot))
            .collect(),
        exceptions: exceptions.into_iter().map(ExceptionBody::from).collect(),
        buffers: BufferMinutes::unless_none(terms.settings.buffers()),
        capacity: seats_unless_one(terms.settings.capacity()),
    })?;
    Ok(Made { tag, body, until })
}

/// The parameters of a list.
struct SlotQuery {
    date: Day,
    duration: SlotCount,
    quantity: SeatCount,
    interval: Option<SlotCount>,
    zone: Option<chrono_tz::Tz>,
}

impl SlotQuery {
    fn take(parameters: &mut Parameters) -> Result<Self, Problem> {
        let date = day("date", &parameters.required("date")?)?;
        let duration = duration_text("duration", &parameters.required("duration")?)?;
        let quantity = parameters.optional("quantity")?;
        let quantity = quantity_text("quantity", quantity.as_deref())?;
        let between = parameters.optional("interval")?;
        let between = between
            .map(|text| interval("interval", &text))
            .transpose()?;
        let zone = parameters.optional("timezone")?;
        let zone = zone.map(|name| timezone("timezone", &name)).transpose()?;
        Ok(Self {
            date,
            duration,
            quantity,
            interval: between,
            zone,
        })
    }

    fn on(self, settings: &ResourceSettings) -> ListQuery {
        let zone = self.zone.unwrap_or(settings.zone());
        ListQuery {
            duration: self.duration,
            quantity: self.quantity,
            interval: self.interval.unwrap_or(settings.interval()),
            window: local_day(zone, self.date.date()),
        }
    }
}

/// What a resource that takes bookings goes by: a retired one has nothing to list,
/// since none of it is free any more.
pub(crate) fn open_terms<'a>(
    id: &ResourceId,
    state: &'a ResourceState,
) -> Result<&'a Terms, Problem> {
    match &state.resource {
        Resource::Open(terms) => Ok(terms),
        Resource::Retired(_) => Err(Rejection::ResourceRetired(id.clone()).into()),
        Resource::Unknown => Err(Rejection::ResourceUnknown(id.clone()).into()),
    }
}

/// The UTC days that the spans of a list touch.
pub(super) struct BookedDays(Vec<Arc<DayState>>);

impl BookedDays {
    /// Reads the days of all spans of `duration` that start in `window`, and of their
    /// buffers.
    pub(super) async fn read(
        app: &App,
        resource: &ResourceId,
        settings: &ResourceSettings,
        (window, duration): (&Range<Timestamp>, SlotCount),
    ) -> Result<Self, Problem> {
        let days = days_of(settings, window, duration);
        Ok(Self(app.feed.days(resource, days).await?))
    }

    pub(super) fn on(&self, day: Day) -> Result<DayTaken, DayUnread> {
        on(&self.0, day)
    }
}

/// The days of all spans of `duration` that start in `window`, and of their buffers.
pub(crate) fn days_of(
    settings: &ResourceSettings,
    window: &Range<Timestamp>,
    duration: SlotCount,
) -> RangeInclusive<Day> {
    let ms = |minutes: u32| u64::from(minutes) * 60_000;
    let buffers = settings.buffers();
    let first = window.start.minus_ms(ms(buffers.before_minutes()));
    let last = window
        .end
        .plus_ms(ms(duration.minutes() + buffers.after_minutes()));
    Day::of(first)..=Day::of(last)
}

/// A list asked for a day that was not read for it. It is not taken for an empty one:
/// that is how a booked time would be offered.
#[derive(Debug, thiserror::Error)]
#[error("the list asks for {0}, which was not read")]
pub(crate) struct DayUnread(pub(crate) Day);

impl From<Refusal<DayUnread>> for Problem {
    fn from(refusal: Refusal<DayUnread>) -> Self {
        match refusal {
            Refusal::Rejected(rejection) => rejection.into(),
            Refusal::Facts(unread) => Self::internal(Arc::new(unread)),
        }
    }
}

/// What bookings take of one of these days.
fn on(days: &[Arc<DayState>], day: Day) -> Result<DayTaken, DayUnread> {
    let found = days.binary_search_by_key(&day, |state| state.day);
    found
        .map(|index| days[index].taken_by_bookings())
        .map_err(|_| DayUnread(day))
}

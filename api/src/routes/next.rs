//! The next start that can be had, however far.

use axum::{Json, extract::State, routing::get};
use chrono_tz::Tz;
use domain::{
    calendar::{Day, Span, Timestamp},
    hours::local_day,
    listing::{self, ListQuery, NEXT_DAYS_MAX},
};
use eventlog::GlobalPosition;
use projections::view;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    problem::Problem,
    request::{
        After, Parameters, ResourcePath, Shown, day, duration_text, quantity_text, time, timezone,
    },
};

use super::{
    Routes,
    slots::{DayUnread, days_of, open_terms},
    wire::{Time, ends},
};

pub(super) fn routes() -> Routes {
    Routes::default().at("/v1/resources/{resourceId}/next", get(next))
}

/// The next start that can be had.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Next {
    /// The first; null when there is none up to `until`.
    #[schema(required = true)]
    next: Option<NextSpan>,
    /// Before when was looked: two years from now.
    until: Time,
}

/// A start, and what choosing it would cover.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextSpan {
    start: Time,
    /// Exclusive.
    end: Time,
}

impl NextSpan {
    fn new(span: Span) -> Self {
        let (start, end) = ends(span);
        Self { start, end }
    }
}

/// Finds the next start that can be had
///
/// The first one from `from` on that the lists of slots would give as available, as far as
/// two years from now. Holds do not count: they pass. From the views, which may be stale by
/// some milliseconds: `after` waits for a write.
#[utoipa::path(
    get, path = "/v1/resources/{resourceId}/next", tag = "Reading", operation_id = "getNextFree",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("duration" = u32, Query, description = "Minutes; a duration that the resource offers."),
        ("from" = Option<String>, Query, description = "An instant, or a local date; now when absent or gone by."),
        ("quantity" = Option<u16>, Query, description = "How many seats are wanted, 1 to what the resource carries; 1 when absent."),
        ("timezone" = Option<String>, Query, description = "The IANA zone of the date; the resource's when absent."),
        ("after" = Option<String>, Query, description = "A position that the answer must show."),
    ),
    responses((status = 200, description = "The next start, if there is one.", body = Next,
        headers(("Slotkeeper-Position" = String, description = "Everything up to it is shown."))))
)]
pub(crate) async fn next(
    State(app): State<App>,
    ResourcePath(resource): ResourcePath,
    mut parameters: Parameters,
) -> Result<(Shown, Json<Next>), Problem> {
    let duration = duration_text("duration", &parameters.required("duration")?)?;
    let from = parameters.optional("from")?;
    let from = from.map(|text| From::read(&text)).transpose()?;
    let quantity = parameters.optional("quantity")?;
    let quantity = quantity_text("quantity", quantity.as_deref())?;
    let zone = parameters.optional("timezone")?;
    let zone = zone.map(|name| timezone("timezone", &name)).transpose()?;
    let after = After::take(&mut parameters)?;
    parameters.finish()?;

    let partition = app.log.partition_of(&resource);
    after.in_views_of(&app, partition).await?;
    let state = app.registered(&resource).await?;
    let terms = open_terms(&resource, &state)?;
    let settings = &terms.settings;
    let now = app.log.clock().now();
    let zone = zone.unwrap_or(settings.zone());
    let start = from.map_or(now, |from| from.instant(zone)).max(now);
    let last = Day::of(now).plus(NEXT_DAYS_MAX);
    let until = last.map_or(Timestamp::MAX, Day::start);
    let query = ListQuery {
        duration,
        quantity,
        interval: settings.interval(),
        window: start..until.max(start),
    };
    let days = days_of(settings, &query.window, duration);
    let ids = std::slice::from_ref(&resource);
    let epoch = app.log.epoch();
    let booked = view::booked_days(&app.log, ids, days).await?;
    let booked = booked.into_iter().next();
    let on = |day| {
        let booked = booked.as_ref().and_then(|booked| booked.on(day));
        booked.ok_or(DayUnread(day))
    };
    let found = listing::first_free(terms, &query, now, on)?;
    let shown = Shown(GlobalPosition {
        epoch,
        partition,
        position: booked
            .as_ref()
            .map_or_else(Default::default, |booked| booked.through),
    });
    let body = Next {
        next: found.map(NextSpan::new),
        until: until.into(),
    };
    Ok((shown, Json(body)))
}

/// From when to look.
enum From {
    Instant(Timestamp),
    Date(Day),
}

impl From {
    /// An instant has a `T` in it, and a date has none.
    fn read(text: &str) -> Result<Self, Problem> {
        if text.contains(['T', 't']) {
            time("from", text).map(Self::Instant)
        } else {
            day("from", text).map(Self::Date)
        }
    }

    fn instant(self, zone: Tz) -> Timestamp {
        match self {
            Self::Instant(instant) => instant,
            Self::Date(date) => local_day(zone, date.date()).start,
        }
    }
}

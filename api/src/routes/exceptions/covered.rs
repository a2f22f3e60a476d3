//! Bookings whose time an exception has closed since they were made.

use std::ops::RangeInclusive;

use axum::{Json, extract::State};
use domain::{
    booking::BookingStatus,
    calendar::{Day, Timestamp},
    hours::{Exception, Exceptions, When},
    ids::ResourceId,
    offer,
    resource::Terms,
};
use eventlog::GlobalPosition;
use projections::view::{self, BookingPlace};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::Admin,
    problem::Problem,
    request::{After, PagedList, Parameters, ResourcePath},
    routes::{
        bookings::{Cursor, ListedBooking},
        wire::ExceptionName,
    },
};

/// Covered bookings that one answer lists.
const LISTED_MAX: usize = 100;
/// Bookings that one answer looks at: four pages, some milliseconds.
const LOOKED_AT_MAX: usize = 2_000;
/// Bookings that one query reads.
const PAGE: u32 = 500;

/// A booking that an exception has closed the time of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoveredBooking {
    #[serde(flatten)]
    booking: ListedBooking,
    /// By which exception.
    exception_id: ExceptionName,
    /// The label of that exception.
    closed_by: String,
}

/// A page of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoveredList {
    /// By their starts.
    bookings: Vec<CoveredBooking>,
    /// Gives the next page as `cursor`; absent on the last one. A page may be empty and
    /// not the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

/// Lists the bookings that exceptions have closed the time of
///
/// Confirmed ones that are not over. They stay booked until somebody moves or cancels
/// them. From the views, which may be stale by some milliseconds: `after` waits for a write.
#[utoipa::path(
    get, path = "/v1/resources/{resourceId}/exceptions/bookings", tag = "Resources", operation_id = "listCoveredBookings",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("cursor" = Option<String>, Query, description = "The `nextCursor` of the page before."),
        ("after" = Option<String>, Query, description = "A position that the answer must show."),
    ),
    responses((status = 200, description = "A page.", body = CoveredList)),
    security(("adminKey" = []))
)]
pub(crate) async fn covered(
    State(app): State<App>,
    _: Admin,
    ResourcePath(resource): ResourcePath,
    mut parameters: Parameters,
) -> Result<Json<CoveredList>, Problem> {
    let list = PagedList::new("covered", &resource);
    let cursor: Option<Cursor> = list.place(&mut parameters)?;
    let after = After::take(&mut parameters)?;
    parameters.finish()?;

    let partition = app.log.partition_of(&resource);
    after.shown(&app, partition).await?;
    after.in_views_of(&app, partition).await?;
    let state = app.registered(&resource).await?;
    let now = app.log.clock().now();
    let days = Day::of(now)..=Day::of(Timestamp::MAX);
    let place = cursor.map(|Cursor(place)| place);
    let Some(terms) = state.resource.terms() else {
        return Ok(Json(CoveredList {
            bookings: Vec::new(),
            next_cursor: None,
        }));
    };
    let (bookings, next) = look(&app, &resource, terms, &days, place).await?;
    Ok(Json(CoveredList {
        bookings,
        next_cursor: next.map(|place| list.cursor(Cursor(place))),
    }))
}

/// The bookings that `exceptions`, written at `position`, close the time of; nothing
/// when this node can't tell in time. They are looked for among the bookings of those
/// days, the first of them.
pub(super) async fn covered_by(
    app: &App,
    resource: &ResourceId,
    exceptions: &[Exception],
    position: GlobalPosition,
) -> Option<Vec<CoveredBooking>> {
    let patience = app.http.after_wait();
    let (partition, position) = (position.partition, position.position);
    app.views
        .wait_for(partition, position, patience)
        .await
        .ok()?;
    let state = app.feed.resource(resource).await.ok()?;
    let mut terms = Terms::new(state.resource.settings()?.clone());
    terms.exceptions = Exceptions::default();
    for exception in exceptions {
        terms.exceptions.add(exception.clone());
    }
    let days = days_of(exceptions, Day::of(app.log.clock().now()))?;
    let looked = look(app, resource, &terms, &days, None).await;
    looked.ok().map(|(bookings, _)| bookings)
}

/// The UTC days from `today` on that exceptions may say something of; those before when
/// there are none.
fn days_of(exceptions: &[Exception], today: Day) -> Option<RangeInclusive<Day>> {
    let last_day = Day::of(Timestamp::MAX);
    let mut range: Option<(Day, Day)> = None;
    for exception in exceptions {
        let (first, last) = match exception.when() {
            // A local date lies in three UTC dates, and what opens on it runs into the next.
            When::Date(date, _) => {
                let before = date.date().pred_opt().and_then(|day| Day::new(day).ok());
                (before.unwrap_or(*date), date.plus(2).unwrap_or(last_day))
            }
            When::Yearly(..) => (today, last_day),
            When::Stretch { from, to } => (Day::of(*from), Day::of(*to)),
        };
        range = Some(range.map_or((first, last), |(from, to)| (from.min(first), to.max(last))));
    }
    range.map(|(first, last)| first.max(today)..=last.max(today))
}

/// Looks through the bookings of some days after `place`; tells where it ended, when
/// there may be more.
async fn look(
    app: &App,
    resource: &ResourceId,
    terms: &Terms,
    days: &RangeInclusive<Day>,
    mut place: Option<BookingPlace>,
) -> Result<(Vec<CoveredBooking>, Option<BookingPlace>), Problem> {
    let now = app.log.clock().now();
    let (mut found, mut looked_at) = (Vec::new(), 0);
    while looked_at < LOOKED_AT_MAX && !terms.exceptions.is_empty() {
        let rows = view::list_bookings(&app.log, resource, days, place, PAGE).await?;
        for row in &rows {
            place = Some(row.place());
            looked_at += 1;
            let stands = row.status == BookingStatus::Confirmed && row.span.end() > now;
            let closed_by = stands.then(|| offer::closed_by(terms, row.span)).flatten();
            if let Some(exception) = closed_by {
                found.push(CoveredBooking {
                    booking: ListedBooking::new(resource, row),
                    exception_id: exception.id().into(),
                    closed_by: exception.label().to_string(),
                });
            }
            if found.len() == LISTED_MAX {
                return Ok((found, place));
            }
        }
        if rows.len() < PAGE as usize {
            return Ok((found, None));
        }
    }
    let more = place.filter(|_| looked_at >= LOOKED_AT_MAX);
    Ok((found, more))
}

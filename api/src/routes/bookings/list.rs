use std::{fmt, str::FromStr};

use axum::{Json, extract::State};
use domain::{
    calendar::Timestamp,
    ids::{IdError, ResourceId},
};
use projections::view::{self, BookingPlace, BookingRow};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::Admin,
    problem::Problem,
    request::{After, PagedList, Parameters, day_range, resource_id},
};

use super::BookedSpan;
use crate::routes::wire::{Time, ends, seats_unless_one};

/// Bookings on a page at most: an answer stays under a quarter of a megabyte.
const LIMIT_MAX: u32 = 500;
/// Bookings on a page unless asked otherwise: more than a day of hours has.
const LIMIT_DEFAULT: u32 = 200;

/// A page of bookings.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BookingList {
    /// By their starts; cancelled ones too.
    bookings: Vec<ListedBooking>,
    /// Gives the next page as `cursor`; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

/// A booking in a list. Who it is for is told by the booking itself.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedBooking {
    #[serde(flatten)]
    booked: BookedSpan,
    /// When something happened to it last.
    changed_at: Time,
}

impl ListedBooking {
    pub(in crate::routes) fn new(resource: &ResourceId, row: &BookingRow) -> Self {
        let (start, end) = ends(row.span);
        Self {
            booked: BookedSpan {
                booking_id: row.id.into(),
                resource_id: resource.clone().into(),
                start,
                end,
                duration: row.span.length().minutes(),
                quantity: seats_unless_one(row.quantity),
                status: row.status.into(),
                confirmed_at: row.confirmed_at.into(),
            },
            changed_at: row.changed_at.into(),
        }
    }
}

/// The last booking of a page, as its cursor has it: `MS.BOOKING`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::routes) struct Cursor(pub(in crate::routes) BookingPlace);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.start.ms(), self.0.id)
    }
}

impl FromStr for Cursor {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (ms, id) = text.split_once('.').ok_or(IdError::Booking)?;
        let ms = ms.parse().map_err(|_| IdError::Booking)?;
        Ok(Self(BookingPlace {
            start: Timestamp::from_ms(ms).map_err(|_| IdError::Booking)?,
            id: id.parse()?,
        }))
    }
}

/// Lists the bookings of a resource
///
/// Those that have time on one of the days, in the order of their starts, cancelled
/// ones too. Who they are for is not told. From the views, which may be stale by some
/// milliseconds: `after` waits for a write.
#[utoipa::path(
    get, path = "/v1/bookings", tag = "Booking", operation_id = "listBookings",
    params(
        ("resourceId" = String, Query, description = "The resource."),
        ("from" = String, Query, format = Date, description = "The first UTC date."),
        ("to" = String, Query, format = Date, description = "The last UTC date; at most 62 days in all."),
        ("cursor" = Option<String>, Query, description = "The `nextCursor` of the page before."),
        ("limit" = Option<u32>, Query, description = "Bookings on the page, 1 to 500; 200 when absent."),
        ("after" = Option<String>, Query, description = "A position that the answer must show."),
    ),
    responses((status = 200, description = "A page.", body = BookingList)),
    security(("adminKey" = []))
)]
pub(crate) async fn list(
    State(app): State<App>,
    _: Admin,
    mut parameters: Parameters,
) -> Result<Json<BookingList>, Problem> {
    let resource = resource_id("resourceId", &parameters.required("resourceId")?)?;
    let range = day_range(&mut parameters)?;
    let list = PagedList::new("bookings", &(&resource, range.start(), range.end()));
    let cursor: Option<Cursor> = list.place(&mut parameters)?;
    let limit = parameters.limit(LIMIT_DEFAULT, LIMIT_MAX, "bookings")?;
    let after = After::take(&mut parameters)?;
    parameters.finish()?;

    let partition = app.log.partition_of(&resource);
    after.in_views_of(&app, partition).await?;
    app.registered(&resource).await?;
    let place = cursor.map(|Cursor(place)| place);
    let mut rows = view::list_bookings(&app.log, &resource, &range, place, limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let last = rows.last().filter(|_| more);
    Ok(Json(BookingList {
        next_cursor: last.map(|row| list.cursor(Cursor(row.place()))),
        bookings: rows
            .iter()
            .map(|row| ListedBooking::new(&resource, row))
            .collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_it_was_written_and_nothing_else_does() {
        let written = "1795525200000.0005ffff-ffff-8fff-bfff-ffffffffffff";
        let cursor: Cursor = written.parse().expect("a cursor");
        assert_eq!(cursor.to_string(), written);
        for wrong in [
            "",
            "1795525200000",
            "x.0005ffff-ffff-8fff-bfff-ffffffffffff",
            "-1.0005ffff-ffff-8fff-bfff-ffffffffffff",
            "1795525200000.studio-a",
        ] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong:?}");
        }
    }
}

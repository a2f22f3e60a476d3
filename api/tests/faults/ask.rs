//! What clients ask.

use domain::ids::{BookingId, HoldId};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::stretch::{Stretch, date};

/// A booking that was made, for who manages it.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) id: BookingId,
    pub(crate) token: String,
    /// The resource's number.
    pub(crate) resource: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum Ask {
    Book {
        resource: usize,
        stretch: Stretch,
        key: String,
    },
    Beat {
        resource: usize,
        stretch: Stretch,
        hold: Option<HoldId>,
        checkout: bool,
    },
    Leave {
        resource: usize,
        hold: Option<HoldId>,
    },
    Move {
        booking: Made,
        stretch: Stretch,
    },
    Cancel {
        booking: Made,
    },
    /// What is booked on the UTC day that begins at a quarter hour.
    Day {
        resource: usize,
        midnight: i64,
        after: Option<String>,
    },
    /// What is held on all days that are fought for.
    Presence {
        resource: usize,
        after: Option<String>,
    },
    Booking {
        booking: Made,
        after: Option<String>,
    },
}

/// The name of resource `number`.
pub(crate) fn resource_name(number: usize) -> String {
    format!("room-{number}")
}

impl Ask {
    pub(crate) const fn resource(&self) -> usize {
        match self {
            Self::Book { resource, .. }
            | Self::Beat { resource, .. }
            | Self::Leave { resource, .. }
            | Self::Day { resource, .. }
            | Self::Presence { resource, .. } => *resource,
            Self::Move { booking, .. }
            | Self::Cancel { booking }
            | Self::Booking { booking, .. } => booking.resource,
        }
    }

    pub(crate) const fn is_read(&self) -> bool {
        matches!(
            self,
            Self::Day { .. } | Self::Presence { .. } | Self::Booking { .. }
        )
    }

    /// The position that an answer must show.
    pub(crate) fn after(&self) -> Option<&str> {
        match self {
            Self::Day { after, .. }
            | Self::Presence { after, .. }
            | Self::Booking { after, .. } => after.as_deref(),
            _ => None,
        }
    }

    /// The request, in the name of the session of `token`.
    pub(crate) fn request(&self, client: &Client, base: &str, token: &str) -> RequestBuilder {
        let to = |method: Method, path: String| client.request(method, format!("{base}{path}"));
        let resource = resource_name(self.resource());
        let of_resource = |rest: &str| format!("/v1/resources/{resource}/{rest}");
        let of_booking = |booking: &Made| format!("/v1/bookings/{}", booking.id);
        let managing = |method, booking: &Made| {
            to(method, of_booking(booking)).header("Slotkeeper-Manage-Token", &booking.token)
        };
        let request = match self {
            Self::Book { stretch, key, .. } => to(Method::POST, "/v1/bookings".into())
                .header("Idempotency-Key", key)
                .bearer_auth(token)
                .json(&booking(&resource, *stretch)),
            Self::Beat {
                stretch,
                hold,
                checkout,
                ..
            } => to(Method::POST, of_resource("heartbeat"))
                .bearer_auth(token)
                .json(&beat(*stretch, *hold, *checkout)),
            Self::Leave { hold, .. } => to(Method::POST, of_resource("leave"))
                .bearer_auth(token)
                .json(&hold.map_or_else(|| json!({}), |hold| json!({"holdId": hold}))),
            Self::Move { booking, stretch } => managing(Method::PATCH, booking)
                .json(&json!({"start": stretch.start(), "duration": stretch.minutes()})),
            Self::Cancel { booking } => managing(Method::DELETE, booking),
            Self::Booking { booking, .. } => managing(Method::GET, booking),
            Self::Day { midnight, .. } => to(
                Method::GET,
                of_resource(&format!("days/{}", date(*midnight))),
            ),
            Self::Presence { .. } => to(Method::GET, of_resource("presence"))
                .query(&[("from", date(crate::stretch::FIRST_DAY))])
                .query(&[("to", date(crate::stretch::last_day()))]),
        };
        match self.after() {
            Some(after) => request.query(&[("after", after)]),
            None => request,
        }
    }
}

fn booking(resource: &str, stretch: Stretch) -> Value {
    json!({
        "resourceId": resource,
        "start": stretch.start(),
        "duration": stretch.minutes(),
        "attendee": {"name": "Ann Example", "email": "ann@example.com"},
    })
}

fn beat(stretch: Stretch, hold: Option<HoldId>, checkout: bool) -> Value {
    let mut body = json!({"start": stretch.start(), "duration": stretch.minutes()});
    if let Some(hold) = hold {
        body["holdId"] = json!(hold);
    }
    if checkout {
        body["lease"] = json!("checkout");
    }
    body
}

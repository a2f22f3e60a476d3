//! What a visitor is offered in place of what somebody else has.

use std::time::Duration;

use domain::{
    alternatives::{alternatives, window},
    calendar::{Day, SeatCount, Span, Taken},
    command::Command,
    ids::{BookingId, ResourceId},
    offer::DaySlots,
    rejection::{About, Ground, Rejection},
    resource_day::DayTaken,
};
use eventlog::GlobalPosition;
use projections::live::DayState;

use crate::{
    app::App,
    problem::Problem,
    routes::{DayUnread, days_of, find_booking, open_terms},
};

/// How long a refusal waits for this node to show what it was refused for: followers are
/// milliseconds behind, and a refusal without alternatives is better than a late one.
const PATIENCE: Duration = Duration::from_millis(250);

/// A span that a command asked for, and of what.
pub(crate) struct Wanted {
    place: Place,
    span: Span,
    /// How many seats; of a booking, as many as it has.
    quantity: SeatCount,
}

enum Place {
    Resource(ResourceId),
    /// Wherever this booking is; its own slots are not in its way.
    Booking(BookingId),
}

impl Wanted {
    /// What a command asks for, if it is a span.
    pub(crate) fn of(command: &Command) -> Option<Self> {
        let (place, span, quantity) = match command {
            Command::Heartbeat(beat) => {
                let place = Place::Resource(beat.resource.clone());
                (place, beat.span, beat.quantity)
            }
            Command::BookSlots(book) => {
                let place = Place::Resource(book.resource.clone());
                (place, book.span, book.quantity)
            }
            Command::RescheduleBooking(moved) => {
                (Place::Booking(moved.booking), moved.span, SeatCount::ONE)
            }
            Command::PutResource(_)
            | Command::RetireResource(_)
            | Command::AddExceptions(_)
            | Command::RemoveException(_)
            | Command::Leave(_)
            | Command::CancelBooking(_) => return None,
        };
        Some(Self {
            place,
            span,
            quantity,
        })
    }

    /// What can be had in its place, where it was refused at `position` because somebody
    /// has it; nothing where that can't be told in time.
    pub(crate) async fn alternatives(
        self,
        app: &App,
        rejection: &Rejection,
        position: GlobalPosition,
    ) -> Vec<Span> {
        let kind = rejection.kind();
        if kind.ground() != Ground::InTheWay || kind.about() != About::Slots {
            return Vec::new();
        }
        let found = tokio::time::timeout(PATIENCE, self.find(app, position)).await;
        found.ok().and_then(Result::ok).unwrap_or_default()
    }

    async fn find(self, app: &App, position: GlobalPosition) -> Result<Vec<Span>, Problem> {
        let GlobalPosition {
            partition,
            position,
            ..
        } = position;
        app.feed.wait_for(partition, position, PATIENCE).await?;
        let (resource, own, quantity) = match self.place {
            Place::Resource(resource) => (resource, Vec::new(), self.quantity),
            Place::Booking(id) => {
                let booking = find_booking(app, id).await?;
                let own = booking.extent().days().collect();
                (booking.resource().clone(), own, booking.quantity())
            }
        };
        let state = app.registered(&resource).await?;
        let terms = open_terms(&resource, &state)?;
        let days = days_of(&terms.settings, &window(self.span), self.span.length());
        let days = app.feed.days(&resource, days).await?;
        let day = |day: Day| {
            let found = days.binary_search_by_key(&day, |state| state.day);
            let state: &DayState = found.map(|nth| &*days[nth]).map_err(|_| DayUnread(day))?;
            Ok(DaySlots::of(terms, day, quantity, &taken_on(state, &own)))
        };
        let now = app.log.clock().now();
        Ok(alternatives(terms, (self.span, quantity), now, day)?)
    }
}

/// What others have of a day: all that is booked, without what is the asker's own, and
/// all that is held.
fn taken_on(state: &DayState, own: &[(Day, Taken)]) -> DayTaken {
    let mut taken = state.taken_by_bookings();
    if let Some((_, own)) = own.iter().find(|(day, _)| *day == state.day) {
        taken.free(*own);
    }
    for hold in &state.holds {
        taken.hold(hold.taken());
    }
    taken
}

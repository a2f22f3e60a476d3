use std::time::Duration;

use domain::{
    calendar::Timestamp,
    ids::{BookingId, SessionId},
};

use crate::problem::Problem;

use super::{Client, Limit, Limits, holder::Holder, limit::Cap, refused};

/// When to try again after the bookings to come were too many: one has to end or be
/// cancelled first.
const RETRY_FULL: Duration = Duration::from_mins(15);

/// A booking that is being made. It counts no more when it is dropped, unless it is made.
#[derive(Debug)]
#[must_use]
pub(crate) struct Making<'a> {
    limits: &'a Limits,
    booking: BookingId,
    /// Whether it counts because of this request.
    new: bool,
}

impl Limits {
    /// Lets a session make a booking that ends at `end`.
    ///
    /// # Errors
    ///
    /// `too_many_requests`.
    pub(crate) fn book(
        &self,
        client: Client,
        session: SessionId,
        (booking, end): (BookingId, Timestamp),
        now: Timestamp,
    ) -> Result<Making<'_>, Problem> {
        self.take_of_session(Limit::Bookings, session, client.address)?;
        let mut making = Making {
            limits: self,
            booking,
            new: false,
        };
        let Some(caps) = &self.caps else {
            return Ok(making);
        };
        let holders = [Holder::Session(session), Holder::Address(client.address)];
        let mut booked = caps.booked();
        for holder in holders {
            let most = match holder {
                Holder::Address(_) => caps.address_bookings,
                Holder::Session(_) => caps.session_bookings,
            };
            if !booked.has_room(holder, booking, most, now) {
                let (cap, by) = (Cap::FutureBookings, holder.by());
                return Err(refused::too_much(cap, by, most, RETRY_FULL));
            }
        }
        making.new = booked.add(holders, booking, end);
        Ok(making)
    }

    /// Lets somebody move or cancel a booking.
    ///
    /// # Errors
    ///
    /// `too_many_requests`.
    pub(crate) fn change(&self, client: Client, session: Option<SessionId>) -> Result<(), Problem> {
        match session {
            Some(session) => self.take_of_session(Limit::Bookings, session, client.address),
            None => self.take(Limit::Bookings, client.address),
        }
    }

    /// A booking is no longer to come.
    pub(crate) fn cancelled(&self, booking: BookingId) {
        if let Some(caps) = &self.caps {
            caps.booked().remove(booking);
        }
    }
}

impl Making<'_> {
    /// It is made, or may be.
    pub(crate) fn made(mut self) {
        self.new = false;
    }
}

impl Drop for Making<'_> {
    fn drop(&mut self) {
        if self.new {
            self.limits.cancelled(self.booking);
        }
    }
}

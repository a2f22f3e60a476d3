//! What a viewer is shown: the starts of a stretch of time, and which can be had.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    ops::Range,
};

use crate::{
    calendar::{Day, Extent, SeatCount, Seats, SlotCount, Span, Timestamp},
    hours::Exception,
    ids::ExceptionId,
    offer::{self, DaySlots, Refusal},
    rejection::RejectionKind,
    resource::Terms,
    resource_day::DayTaken,
};

/// One start of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedSlot {
    /// What choosing it would cover.
    pub span: Span,
    /// Which rule refuses it; nothing when it is free, unless somebody holds it.
    pub unavailable: Option<RejectionKind>,
    /// The exception to the resource's hours by which it is closed, if that is why.
    pub closed_by: Option<ExceptionId>,
    /// How many seats bookings leave of it, buffers included; nothing unless the resource
    /// wants that shown. Where no other rule refuses, as many can be booked and no more.
    pub seats_left: Option<u16>,
}

/// What to list.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// How long a span to list, of the durations on offer.
    pub duration: SlotCount,
    /// How many seats of it.
    pub quantity: SeatCount,
    /// What lies between two starts.
    pub interval: SlotCount,
    /// The instants from which and before which to list starts.
    pub window: Range<Timestamp>,
}

/// The starts of a window in order, each with whether it can be had at `now`,
/// holds aside.
///
/// `booked` tells what bookings take of a UTC day and is asked once for each that
/// a listed span, with its buffers, touches. The rule is [`offer::require_available`], which
/// holding and booking ask too.
///
/// # Errors
///
/// [`Rejection::DurationNotOffered`](crate::rejection::Rejection::DurationNotOffered),
/// [`Rejection::QuantityNotOffered`](crate::rejection::Rejection::QuantityNotOffered),
/// and [`Refusal::Facts`] when `booked` could not tell: a day that is not known is
/// not an empty one.
pub fn list<E>(
    terms: &Terms,
    query: &ListQuery,
    now: Timestamp,
    booked: impl Fn(Day) -> Result<DayTaken, E>,
) -> Result<Vec<ListedSlot>, Refusal<E>> {
    offer::require_offered(&terms.settings, query.duration)?;
    offer::require_seats(&terms.settings, query.quantity)?;
    let times = terms.opening_times();
    let starts = times.starts(query.interval, query.window.clone());
    let mut days = Days {
        terms,
        quantity: query.quantity,
        booked,
        known: BTreeMap::new(),
    };
    // A span that would end after the year 9999 is none.
    let spans = starts
        .into_iter()
        .filter_map(|start| Span::new(start, query.duration).ok());
    let listed = spans.map(|span| {
        let extent = terms.settings.extent(span).seats(query.quantity);
        let unavailable = unavailable(terms, extent, now, |day| days.slots(day))?;
        let closed = unavailable == Some(RejectionKind::Closed);
        let closed_by = closed.then(|| offer::closed_by(terms, span)).flatten();
        Ok(ListedSlot {
            span,
            unavailable,
            closed_by: closed_by.map(Exception::id),
            seats_left: days.seats_left(extent)?,
        })
    });
    listed.collect()
}

/// The days of a list, each asked for once.
struct Days<'a, F> {
    terms: &'a Terms,
    quantity: SeatCount,
    booked: F,
    known: BTreeMap<Day, ListedDay>,
}

/// What a list knows of a day.
struct ListedDay {
    slots: DaySlots,
    /// All that is taken, if that is to be told.
    taken: Option<Seats>,
}

impl<E, F: Fn(Day) -> Result<DayTaken, E>> Days<'_, F> {
    fn slots(&mut self, day: Day) -> Result<DaySlots, E> {
        Ok(self.day(day)?.slots)
    }

    fn day(&mut self, day: Day) -> Result<&ListedDay, E> {
        match self.known.entry(day) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => {
                let taken = (self.booked)(day)?;
                let shown = self.terms.settings.shows_seats_left();
                Ok(unknown.insert(ListedDay {
                    slots: DaySlots::of(self.terms, day, self.quantity, &taken),
                    taken: shown.then(|| taken.all()),
                }))
            }
        }
    }

    /// How many seats are left of `extent`, if that is to be told.
    fn seats_left(&mut self, extent: Extent) -> Result<Option<u16>, Refusal<E>> {
        if !self.terms.settings.shows_seats_left() {
            return Ok(None);
        }
        let mut most = 0;
        for (date, asked) in extent.days() {
            let day = self.day(date).map_err(Refusal::Facts)?;
            let taken = day.taken.as_ref().map(|taken| taken.most_in(asked.all()));
            most = most.max(taken.unwrap_or_default());
        }
        let capacity = self.terms.settings.capacity().get();
        Ok(Some(capacity.saturating_sub(most)))
    }
}

fn unavailable<E>(
    terms: &Terms,
    extent: Extent,
    now: Timestamp,
    day: impl FnMut(Day) -> Result<DaySlots, E>,
) -> Result<Option<RejectionKind>, Refusal<E>> {
    match offer::require_available(terms, extent, now, day) {
        Ok(()) => Ok(None),
        Err(Refusal::Rejected(rejection)) => Ok(Some(rejection.kind())),
        Err(facts @ Refusal::Facts(_)) => Err(facts),
    }
}

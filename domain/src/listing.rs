//! What a viewer is shown: the starts of a stretch of time, which can be had, and the
//! first that can.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    ops::{Range, RangeInclusive},
};

use chrono_tz::Tz;

use crate::{
    calendar::{Day, Extent, SeatCount, Seats, SlotCount, Span, Timestamp},
    hours::{self, Exception},
    ids::ExceptionId,
    offer::{self, DaySlots, Refusal},
    rejection::{Conflicts, Ground, Rejection, RejectionKind},
    resource::Terms,
    resource_day::DayTaken,
};

/// How far ahead the next start that can be had is looked for, in days: two years, since
/// nobody plans further, and a search must end.
pub const NEXT_DAYS_MAX: u32 = 731;

/// How much of a window is laid out at once in a search for the first start, in
/// milliseconds: a week, of which the first day has it as a rule.
const SEARCH_STEP_MS: u64 = 7 * 86_400_000;

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
    let days = KnownDays::new(terms, (query.duration, query.quantity), booked)?;
    let times = terms.opening_times();
    let starts = times.starts(query.interval, query.window.clone());
    // A span that would end after the year 9999 is none.
    let spans = starts
        .into_iter()
        .filter_map(|start| Span::new(start, query.duration).ok());
    let listed = spans.map(|span| {
        let extent = days.extent(span);
        let unavailable = refusal(terms, extent, now, |day| days.get(day))?;
        let unavailable = unavailable.map(|rejection| rejection.kind());
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

/// The first start of a window that can be had at `now`, holds aside: the first that
/// [`list`] gives as available.
///
/// The work ends with the first that is found. Where all is booked it grows with the
/// bookings and openings of the window.
///
/// # Errors
///
/// As [`list`].
pub fn first_free<E>(
    terms: &Terms,
    query: &ListQuery,
    now: Timestamp,
    booked: impl Fn(Day) -> Result<DayTaken, E>,
) -> Result<Option<Span>, Refusal<E>> {
    let days = KnownDays::new(terms, (query.duration, query.quantity), booked)?;
    search(&days, query, now)
}

/// Of each local date of `zone` whether the list of its starts would have one that can be
/// had at `now`, holds aside; by date.
///
/// # Errors
///
/// As [`list`].
pub fn free_dates<E>(
    terms: &Terms,
    (duration, quantity): (SlotCount, SeatCount),
    (zone, dates): (Tz, RangeInclusive<Day>),
    now: Timestamp,
    booked: impl Fn(Day) -> Result<DayTaken, E>,
) -> Result<BTreeMap<Day, bool>, Refusal<E>> {
    let days = KnownDays::new(terms, (duration, quantity), booked)?;
    let free = |date: Day| {
        let query = ListQuery {
            duration,
            quantity,
            interval: terms.settings.interval(),
            window: hours::local_day(zone, date.date()),
        };
        Ok((date, search(&days, &query, now)?.is_some()))
    };
    dates.start().through(*dates.end()).map(free).collect()
}

/// The first start of a window that can be had, of a length that is on offer.
fn search<E, B: Fn(Day) -> Result<DayTaken, E>>(
    days: &KnownDays<'_, B>,
    query: &ListQuery,
    now: Timestamp,
) -> Result<Option<Span>, Refusal<E>> {
    let times = days.terms.opening_times();
    let mut begin = query.window.start.max(now);
    // No start before it can be had.
    let mut not_before = begin;
    while begin < query.window.end {
        let end = begin.plus_ms(SEARCH_STEP_MS).min(query.window.end);
        for start in times.starts(query.interval, begin..end) {
            let Some(span) = Span::new(start, query.duration).ok() else {
                continue;
            };
            if start < not_before {
                continue;
            }
            match refusal(days.terms, days.extent(span), now, |day| days.get(day))? {
                None => return Ok(Some(span)),
                Some(rejection) => {
                    let last = in_the_way(&rejection).last();
                    not_before = last.map_or(not_before, |(_, end)| *end);
                }
            }
        }
        begin = end;
    }
    Ok(None)
}

/// What somebody has of a span that a rule refuses, ascending. Every other span that covers
/// part of it is refused for it too.
pub(crate) fn in_the_way(rejection: &Rejection) -> &[(Timestamp, Timestamp)] {
    let somebody_s = rejection.kind().ground() == Ground::InTheWay;
    let conflicts = rejection.conflicts().filter(|_| somebody_s);
    conflicts.map_or(&[], Conflicts::intervals)
}

/// Which rule refuses an extent, if one does.
pub(crate) fn refusal<E>(
    terms: &Terms,
    extent: Extent,
    now: Timestamp,
    day: impl FnMut(Day) -> Result<DaySlots, E>,
) -> Result<Option<Rejection>, Refusal<E>> {
    match offer::require_available(terms, extent, now, day) {
        Ok(()) => Ok(None),
        Err(Refusal::Rejected(rejection)) => Ok(Some(rejection)),
        Err(facts @ Refusal::Facts(_)) => Err(facts),
    }
}

/// Days that are asked about again and again, holds aside.
struct KnownDays<'a, B> {
    terms: &'a Terms,
    quantity: SeatCount,
    booked: B,
    known: RefCell<BTreeMap<Day, KnownDay>>,
}

/// What is known of a day.
struct KnownDay {
    slots: DaySlots,
    /// All seats that are taken, if it is to be told how many are left.
    taken: Option<Seats>,
}

impl<'a, E, B: Fn(Day) -> Result<DayTaken, E>> KnownDays<'a, B> {
    /// Days on which so many seats are wanted for so long: both must be on offer.
    fn new(
        terms: &'a Terms,
        (duration, quantity): (SlotCount, SeatCount),
        booked: B,
    ) -> Result<Self, Rejection> {
        offer::require_offered(&terms.settings, duration)?;
        offer::require_seats(&terms.settings, quantity)?;
        Ok(Self {
            terms,
            quantity,
            booked,
            known: RefCell::default(),
        })
    }

    /// All that a claim on `span` would take.
    fn extent(&self, span: Span) -> Extent {
        self.terms.settings.extent(span).seats(self.quantity)
    }

    fn get(&self, day: Day) -> Result<DaySlots, E> {
        self.with(day, |known| known.slots)
    }

    fn with<T>(&self, day: Day, read: impl FnOnce(&KnownDay) -> T) -> Result<T, E> {
        if let Some(known) = self.known.borrow().get(&day) {
            return Ok(read(known));
        }
        let taken = (self.booked)(day)?;
        let shown = self.terms.settings.shows_seats_left();
        let known = KnownDay {
            slots: DaySlots::of(self.terms, day, self.quantity, &taken),
            taken: shown.then(|| taken.all()),
        };
        let found = read(&known);
        self.known.borrow_mut().insert(day, known);
        Ok(found)
    }

    /// How many seats are left of an extent, if that is to be told.
    fn seats_left(&self, extent: Extent) -> Result<Option<u16>, Refusal<E>> {
        if !self.terms.settings.shows_seats_left() {
            return Ok(None);
        }
        let mut most = 0;
        for (day, asked) in extent.days() {
            let taken = self.with(day, |known| {
                let taken = known.taken.as_ref();
                taken.map_or(0, |taken| taken.most_in(asked.all()))
            });
            most = most.max(taken.map_err(Refusal::Facts)?);
        }
        let capacity = self.terms.settings.capacity().get();
        Ok(Some(capacity.saturating_sub(most)))
    }
}

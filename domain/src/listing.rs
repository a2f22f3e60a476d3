//! What a viewer is shown: the starts of a stretch of time, which can be had, and the
//! first that can.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    ops::{Range, RangeInclusive},
};

use chrono_tz::Tz;

use crate::{
    calendar::{Day, SlotCount, SlotMask, Span, Taken, Timestamp},
    hours::{self, Exception},
    ids::ExceptionId,
    offer::{self, DaySlots, Refusal},
    rejection::{Conflicts, Ground, Rejection, RejectionKind},
    resource::Terms,
};

/// How far ahead the next free start is looked for at most, in days: two years, since
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
}

/// What to list.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// How long a span to list, of the durations on offer.
    pub duration: SlotCount,
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
/// [`Rejection::DurationNotOffered`],
/// and [`Refusal::Facts`] when `booked` could not tell: a day that is not known is
/// not an empty one.
pub fn list<E>(
    terms: &Terms,
    query: &ListQuery,
    now: Timestamp,
    booked: impl Fn(Day) -> Result<Taken, E>,
) -> Result<Vec<ListedSlot>, Refusal<E>> {
    offer::require_offered(&terms.settings, query.duration)?;
    let times = terms.opening_times();
    let starts = times.starts(query.interval, query.window.clone());
    let days = KnownDays::new(terms, booked);
    // A span that would end after the year 9999 is none.
    let spans = starts
        .into_iter()
        .filter_map(|start| Span::new(start, query.duration).ok());
    let listed = spans.map(|span| {
        let unavailable = refusal(terms, span, now, |day| days.get(day))?;
        let unavailable = unavailable.map(|rejection| rejection.kind());
        let closed = unavailable == Some(RejectionKind::Closed);
        let closed_by = closed.then(|| offer::closed_by(terms, span)).flatten();
        Ok(ListedSlot {
            span,
            unavailable,
            closed_by: closed_by.map(Exception::id),
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
    booked: impl Fn(Day) -> Result<Taken, E>,
) -> Result<Option<Span>, Refusal<E>> {
    offer::require_offered(&terms.settings, query.duration)?;
    let days = KnownDays::new(terms, booked);
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
    duration: SlotCount,
    (zone, dates): (Tz, RangeInclusive<Day>),
    now: Timestamp,
    booked: impl Fn(Day) -> Result<Taken, E>,
) -> Result<BTreeMap<Day, bool>, Refusal<E>> {
    offer::require_offered(&terms.settings, duration)?;
    let days = KnownDays::new(terms, booked);
    let free = |date: Day| {
        let query = ListQuery {
            duration,
            interval: terms.settings.interval(),
            window: hours::local_day(zone, date.date()),
        };
        Ok((date, search(&days, &query, now)?.is_some()))
    };
    dates.start().through(*dates.end()).map(free).collect()
}

/// Why no start of a window may be asked for at `now`, if what time it is refuses them all:
/// why the last one may not. Nothing where the window has no start.
pub fn refused_by_time(
    terms: &Terms,
    interval: SlotCount,
    window: Range<Timestamp>,
    now: Timestamp,
) -> Option<RejectionKind> {
    let starts = terms.opening_times().starts(interval, window);
    let refused = |start| offer::require_start(&terms.settings, start, now).err();
    let mut last = None;
    for start in starts {
        last = Some(refused(start)?.kind());
    }
    last
}

/// The first start of a window that can be had, of a length that is on offer.
fn search<E, B: Fn(Day) -> Result<Taken, E>>(
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
            match refusal(days.terms, span, now, |day| days.get(day))? {
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

/// Which rule refuses a span, if one does.
pub(crate) fn refusal<E>(
    terms: &Terms,
    span: Span,
    now: Timestamp,
    day: impl FnMut(Day) -> Result<DaySlots, E>,
) -> Result<Option<Rejection>, Refusal<E>> {
    match offer::require_available(terms, terms.settings.extent(span), now, day) {
        Ok(()) => Ok(None),
        Err(Refusal::Rejected(rejection)) => Ok(Some(rejection)),
        Err(facts @ Refusal::Facts(_)) => Err(facts),
    }
}

/// Days that are asked about again and again, holds aside.
struct KnownDays<'a, B> {
    terms: &'a Terms,
    booked: B,
    known: RefCell<BTreeMap<Day, DaySlots>>,
}

impl<'a, E, B: Fn(Day) -> Result<Taken, E>> KnownDays<'a, B> {
    fn new(terms: &'a Terms, booked: B) -> Self {
        Self {
            terms,
            booked,
            known: RefCell::default(),
        }
    }

    fn get(&self, day: Day) -> Result<DaySlots, E> {
        if let Some(slots) = self.known.borrow().get(&day) {
            return Ok(*slots);
        }
        let taken = (self.booked)(day)?;
        let slots = DaySlots {
            open: offer::open_on(self.terms, day),
            booked: taken.slots,
            held: SlotMask::EMPTY,
            buffers: taken.buffer,
        };
        self.known.borrow_mut().insert(day, slots);
        Ok(slots)
    }
}

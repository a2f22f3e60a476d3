//! What a viewer is shown: the starts of a stretch of time, which can be had, and the
//! first that can.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    ops::{Range, RangeInclusive},
};

use chrono_tz::Tz;

use crate::{
    calendar::{Day, SlotCount, SlotMask, Span, Timestamp},
    hours,
    offer::{self, DaySlots, Refusal},
    rejection::{Conflicts, Ground, Rejection, RejectionKind},
    resource::ResourceSettings,
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
/// `booked` tells the booked slots of a UTC day and is asked once for each that
/// a listed span touches. The rule is [`offer::require_available`], which
/// holding and booking ask too.
///
/// # Errors
///
/// [`Rejection::DurationNotOffered`](crate::rejection::Rejection::DurationNotOffered),
/// and [`Refusal::Facts`] when `booked` could not tell: a day that is not known is
/// not an empty one.
pub fn list<E>(
    settings: &ResourceSettings,
    query: &ListQuery,
    now: Timestamp,
    booked: impl Fn(Day) -> Result<SlotMask, E>,
) -> Result<Vec<ListedSlot>, Refusal<E>> {
    offer::require_offered(settings, query.duration)?;
    let starts = hours::starts(
        settings.hours(),
        settings.zone(),
        query.interval,
        query.window.clone(),
    );
    let days = KnownDays::new(settings, booked);
    // A span that would end after the year 9999 is none.
    let spans = starts
        .into_iter()
        .filter_map(|start| Span::new(start, query.duration).ok());
    let listed = spans.map(|span| {
        let unavailable = refusal(settings, span, now, |day| days.get(day))?;
        let unavailable = unavailable.map(|rejection| rejection.kind());
        Ok(ListedSlot { span, unavailable })
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
    settings: &ResourceSettings,
    query: &ListQuery,
    now: Timestamp,
    booked: impl Fn(Day) -> Result<SlotMask, E>,
) -> Result<Option<Span>, Refusal<E>> {
    offer::require_offered(settings, query.duration)?;
    let days = KnownDays::new(settings, booked);
    search(&days, query, now)
}

/// Of each local date of `zone` whether the list of its starts would have one that can be
/// had at `now`, holds aside; by date.
///
/// # Errors
///
/// As [`list`].
pub fn free_dates<E>(
    settings: &ResourceSettings,
    duration: SlotCount,
    (zone, dates): (Tz, RangeInclusive<Day>),
    now: Timestamp,
    booked: impl Fn(Day) -> Result<SlotMask, E>,
) -> Result<BTreeMap<Day, bool>, Refusal<E>> {
    offer::require_offered(settings, duration)?;
    let days = KnownDays::new(settings, booked);
    let free = |date: Day| {
        let query = ListQuery {
            duration,
            interval: settings.interval(),
            window: hours::local_day(zone, date.date()),
        };
        Ok((date, search(&days, &query, now)?.is_some()))
    };
    dates.start().through(*dates.end()).map(free).collect()
}

/// The first start of a window that can be had, of a length that is on offer.
fn search<E, B: Fn(Day) -> Result<SlotMask, E>>(
    days: &KnownDays<'_, B>,
    query: &ListQuery,
    now: Timestamp,
) -> Result<Option<Span>, Refusal<E>> {
    let settings = days.settings;
    let mut begin = query.window.start.max(now);
    // No start before it can be had.
    let mut not_before = begin;
    while begin < query.window.end {
        let end = begin.plus_ms(SEARCH_STEP_MS).min(query.window.end);
        let (hours, zone) = (settings.hours(), settings.zone());
        for start in hours::starts(hours, zone, query.interval, begin..end) {
            let Some(span) = Span::new(start, query.duration).ok() else {
                continue;
            };
            if start < not_before {
                continue;
            }
            match refusal(settings, span, now, |day| days.get(day))? {
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
    settings: &ResourceSettings,
    span: Span,
    now: Timestamp,
    day: impl FnMut(Day) -> Result<DaySlots, E>,
) -> Result<Option<Rejection>, Refusal<E>> {
    match offer::require_available(settings, span, now, day) {
        Ok(()) => Ok(None),
        Err(Refusal::Rejected(rejection)) => Ok(Some(rejection)),
        Err(facts @ Refusal::Facts(_)) => Err(facts),
    }
}

/// Days that are asked about again and again, holds aside.
struct KnownDays<'a, B> {
    settings: &'a ResourceSettings,
    booked: B,
    known: RefCell<BTreeMap<Day, DaySlots>>,
}

impl<'a, E, B: Fn(Day) -> Result<SlotMask, E>> KnownDays<'a, B> {
    fn new(settings: &'a ResourceSettings, booked: B) -> Self {
        Self {
            settings,
            booked,
            known: RefCell::default(),
        }
    }

    fn get(&self, day: Day) -> Result<DaySlots, E> {
        if let Some(slots) = self.known.borrow().get(&day) {
            return Ok(*slots);
        }
        let slots = DaySlots {
            open: offer::open_on(self.settings, day),
            booked: (self.booked)(day)?,
            held: SlotMask::EMPTY,
        };
        self.known.borrow_mut().insert(day, slots);
        Ok(slots)
    }
}

//! What can be had in place of a span that somebody else has.

use std::ops::Range;

use crate::{
    calendar::{Day, SeatCount, SlotCount, Span, Timestamp},
    listing::{in_the_way, refusal},
    offer::{DaySlots, Refusal},
    resource::{ResourceSettings, Terms},
};

/// The most alternatives to one span: what a person takes in at a glance.
pub const ALTERNATIVES_MAX: usize = 5;

/// The most of them that are shorter and begin when the span would.
const SHORTER_MAX: usize = 2;

/// How far before and after a span's start others are looked for, beyond the span's own
/// length, in milliseconds: a day.
const REACH_MS: u64 = 86_400_000;

/// How far at most, in milliseconds: eight days, so that a hire of a month does not look
/// through a quarter of a year.
const REACH_MAX_MS: u64 = 8 * 86_400_000;

/// The instants from which and before which alternatives to `wanted` begin.
pub fn window(wanted: Span) -> Range<Timestamp> {
    let length = u64::from(wanted.length().minutes()) * 60_000;
    let reach = (length + REACH_MS).min(REACH_MAX_MS);
    wanted.start().minus_ms(reach)..wanted.start().plus_ms(reach)
}

/// Up to [`ALTERNATIVES_MAX`] spans with enough seats at `now` in place of `wanted`.
///
/// First come those of its length that begin nearest to it, before it or after, then shorter
/// ones that begin when it would, the longest first.
///
/// `day` tells what there is for as many seats on each day that a span of `wanted`'s length
/// touches that begins in [`window`]. Starts are those that are listed; the rule is
/// [`offer::require_available`](crate::offer::require_available).
///
/// # Errors
///
/// [`Refusal::Facts`] when `day` could not tell.
pub fn alternatives<E>(
    terms: &Terms,
    (wanted, quantity): (Span, SeatCount),
    now: Timestamp,
    mut day: impl FnMut(Day) -> Result<DaySlots, E>,
) -> Result<Vec<Span>, Refusal<E>> {
    let mut shorter = Vec::new();
    for length in shorter_than(&terms.settings, wanted.length()) {
        let Ok(span) = Span::new(wanted.start(), length) else {
            continue;
        };
        let extent = terms.settings.extent(span).seats(quantity);
        if shorter.len() < SHORTER_MAX && refusal(terms, extent, now, &mut day)?.is_none() {
            shorter.push(span);
        }
    }
    let few = ALTERNATIVES_MAX - shorter.len();
    let mut found = nearest(terms, (wanted, quantity), now, few, day)?;
    found.extend(shorter);
    Ok(found)
}

/// The durations on offer below `length`, the longest first.
fn shorter_than(settings: &ResourceSettings, length: SlotCount) -> impl Iterator<Item = SlotCount> {
    let durations = settings.durations().iter().rev().copied();
    durations.filter(move |duration| *duration < length)
}

/// Up to `few` spans of `wanted`'s length that can be had, nearest first; of two that are
/// as near, the later.
fn nearest<E>(
    terms: &Terms,
    (wanted, quantity): (Span, SeatCount),
    now: Timestamp,
    few: usize,
    mut day: impl FnMut(Day) -> Result<DaySlots, E>,
) -> Result<Vec<Span>, Refusal<E>> {
    let window = window(wanted);
    let window = window.start.max(now)..window.end;
    let times = terms.opening_times();
    let mut starts = times.starts(terms.settings.interval(), window);
    starts.retain(|start| *start != wanted.start());
    starts.sort_by_key(|start| {
        let distance = (start.ms() - wanted.start().ms()).abs();
        (distance, *start < wanted.start())
    });
    let mut taken = Vec::new();
    let mut found = Vec::new();
    for start in starts {
        let Ok(span) = Span::new(start, wanted.length()) else {
            continue;
        };
        let meets = |(from, to): &(Timestamp, Timestamp)| span.start() < *to && *from < span.end();
        if found.len() == few || taken.iter().any(meets) {
            continue;
        }
        let extent = terms.settings.extent(span).seats(quantity);
        match refusal(terms, extent, now, &mut day)? {
            None => found.push(span),
            Some(rejection) => taken.extend_from_slice(in_the_way(&rejection)),
        }
    }
    Ok(found)
}

//! What a viewer is shown: the starts of a stretch of time, and which can be had.

use std::{collections::BTreeMap, convert::Infallible, ops::Range};

use crate::{
    calendar::{Day, SlotCount, SlotMask, Span, Timestamp},
    hours,
    offer::{self, DaySlots, Refusal},
    rejection::Rejection,
    resource::ResourceSettings,
};

/// Why a listed start can't be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unavailable {
    /// It has passed.
    Past,
    /// The resource closes before the span is over.
    Closed,
    /// Part of the span is booked.
    Booked,
}

/// One start of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedSlot {
    /// What choosing it would cover.
    pub span: Span,
    /// Why it can't be had; nothing when it can, unless somebody holds it.
    pub unavailable: Option<Unavailable>,
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
/// [`Rejection::DurationNotOffered`].
pub fn list(
    settings: &ResourceSettings,
    query: &ListQuery,
    now: Timestamp,
    booked: impl Fn(Day) -> SlotMask,
) -> Result<Vec<ListedSlot>, Rejection> {
    offer::require_offered(settings, query.duration)?;
    let starts = hours::starts(
        settings.hours(),
        settings.zone(),
        query.interval,
        query.window.clone(),
    );
    let mut known = BTreeMap::new();
    let mut day = |day| {
        *known.entry(day).or_insert_with(|| DaySlots {
            open: offer::open_on(settings, day),
            booked: booked(day),
            held: SlotMask::EMPTY,
        })
    };
    // A span that would end after the year 9999 is none.
    let spans = starts
        .into_iter()
        .filter_map(|start| Span::new(start, query.duration).ok());
    let listed = spans.map(|span| ListedSlot {
        span,
        unavailable: unavailable(settings, span, now, &mut day),
    });
    Ok(listed.collect())
}

fn unavailable(
    settings: &ResourceSettings,
    span: Span,
    now: Timestamp,
    mut day: impl FnMut(Day) -> DaySlots,
) -> Option<Unavailable> {
    let day = |date| Ok::<_, Infallible>(day(date));
    match offer::require_available(settings, span, now, day) {
        Ok(()) => None,
        Err(Refusal::Rejected(Rejection::Past { .. })) => Some(Unavailable::Past),
        Err(Refusal::Rejected(Rejection::Booked { .. })) => Some(Unavailable::Booked),
        Err(Refusal::Rejected(_)) => Some(Unavailable::Closed),
    }
}

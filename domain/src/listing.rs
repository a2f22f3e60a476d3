//! What a viewer is shown: the starts of a stretch of time, and which can be had.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    calendar::{Day, SlotCount, SlotMask, Span, Timestamp},
    hours::Exception,
    ids::ExceptionId,
    offer::{self, DaySlots, Refusal},
    rejection::RejectionKind,
    resource::Terms,
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
    terms: &Terms,
    query: &ListQuery,
    now: Timestamp,
    booked: impl Fn(Day) -> Result<SlotMask, E>,
) -> Result<Vec<ListedSlot>, Refusal<E>> {
    offer::require_offered(&terms.settings, query.duration)?;
    let times = terms.opening_times();
    let starts = times.starts(query.interval, query.window.clone());
    let mut known = BTreeMap::new();
    let mut day = |day| {
        if let Some(slots) = known.get(&day) {
            return Ok(*slots);
        }
        let slots = DaySlots {
            open: offer::open_on(terms, day),
            booked: booked(day)?,
            held: SlotMask::EMPTY,
        };
        known.insert(day, slots);
        Ok(slots)
    };
    // A span that would end after the year 9999 is none.
    let spans = starts
        .into_iter()
        .filter_map(|start| Span::new(start, query.duration).ok());
    let listed = spans.map(|span| {
        let unavailable = unavailable(terms, span, now, &mut day)?;
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

fn unavailable<E>(
    terms: &Terms,
    span: Span,
    now: Timestamp,
    day: impl FnMut(Day) -> Result<DaySlots, E>,
) -> Result<Option<RejectionKind>, Refusal<E>> {
    match offer::require_available(terms, span, now, day) {
        Ok(()) => Ok(None),
        Err(Refusal::Rejected(rejection)) => Ok(Some(rejection.kind())),
        Err(facts @ Refusal::Facts(_)) => Err(facts),
    }
}

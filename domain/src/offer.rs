//! The one rule of what may be listed, held and booked.

use crate::{
    calendar::{Day, SlotMask, Span, Timestamp},
    hours::open_mask,
    rejection::{Conflicts, Rejection},
    resource::ResourceSettings,
};

/// What stands in the way on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DaySlots {
    /// Slots under confirmed bookings, without the asker's own that is to move.
    pub booked: SlotMask,
    /// Slots under live holds of others. A list leaves it empty: holds are
    /// presence, which viewers lay over the list themselves.
    pub held: SlotMask,
}

/// Why `span` can't be had at `now`, or nothing when it can.
///
/// `day` tells what stands in the way on each day of the span. Listing, holding
/// and booking all ask here, so that what is listed as available and not held
/// by another can be booked until the clock passes its start.
///
/// The rules, in order: a duration on offer; a start that has not passed; open
/// throughout, or, when the resource lets spans run through closed hours, in
/// the first and the last slot; nothing booked; nothing held by another.
///
/// # Errors
///
/// The first rule that refuses, as a [`Rejection`] with all the slots it
/// refuses, and [`Refusal::Facts`] when `day` could not tell.
pub fn require_available<E>(
    settings: &ResourceSettings,
    span: Span,
    now: Timestamp,
    mut day: impl FnMut(Day) -> Result<DaySlots, E>,
) -> Result<(), Refusal<E>> {
    if !settings.durations().contains(&span.length()) {
        return Err(Rejection::DurationNotOffered {
            duration: span.length(),
            offered: settings.durations().to_vec(),
        }
        .into());
    }
    if span.start() < now {
        let start = span.start();
        return Err(Rejection::Past { start }.into());
    }
    let (mut closed, mut booked, mut held) = (Vec::new(), Vec::new(), Vec::new());
    for (date, slots) in span.days() {
        let must_open = required_open(settings, span, date, slots);
        closed.push((date, must_open.without(open_on(settings, date))));
        let blocked = day(date).map_err(Refusal::Facts)?;
        booked.push((date, blocked.booked & slots));
        held.push((date, blocked.held & slots));
    }
    none_of(closed, |conflicts| Rejection::Closed { conflicts })?;
    none_of(booked, |conflicts| Rejection::Booked { conflicts })?;
    none_of(held, |conflicts| Rejection::HeldByOther { conflicts })?;
    Ok(())
}

fn none_of(
    slots: Vec<(Day, SlotMask)>,
    rejection: impl FnOnce(Conflicts) -> Rejection,
) -> Result<(), Rejection> {
    let conflicts: Conflicts = slots.into_iter().collect();
    if conflicts.is_empty() {
        Ok(())
    } else {
        Err(rejection(conflicts))
    }
}

/// Why [`require_available`] did not say yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal<E> {
    /// A rule said no.
    Rejected(Rejection),
    /// What a rule asks about is not known.
    Facts(E),
}

impl<E> From<Rejection> for Refusal<E> {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// The slots of `day` in which `settings` say it is open.
pub fn open_on(settings: &ResourceSettings, day: Day) -> SlotMask {
    open_mask(settings.hours(), settings.zone(), day)
}

/// Which of the span's `slots` of `date` must be open.
fn required_open(settings: &ResourceSettings, span: Span, date: Day, slots: SlotMask) -> SlotMask {
    if !settings.fields().spans_closed_hours {
        return slots;
    }
    let mut ends = SlotMask::EMPTY;
    if date == span.first_day() {
        let first = slots.slots().next();
        ends |= first.map_or(SlotMask::EMPTY, |slot| SlotMask::run(slot, 1));
    }
    if date == span.last_day() {
        let last = slots.slots().last();
        ends |= last.map_or(SlotMask::EMPTY, |slot| SlotMask::run(slot, 1));
    }
    ends
}

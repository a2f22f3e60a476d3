//! The one rule of what may be listed, held and booked.

use crate::{
    calendar::{Day, Extent, SlotCount, SlotMask, Span, Timestamp},
    hours::open_mask,
    rejection::{Conflicts, Rejection},
    resource::ResourceSettings,
};

/// What the rule goes by on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DaySlots {
    /// Slots in which the resource is open: [`open_on`].
    pub open: SlotMask,
    /// Slots under confirmed bookings, without the asker's own that is to move.
    pub booked: SlotMask,
    /// Slots under live holds of others. A list leaves it empty: holds are
    /// presence, which viewers lay over the list themselves.
    pub held: SlotMask,
    /// Slots that buffers of others keep free: of bookings as `booked` has them, and of
    /// holds as `held` has them.
    pub buffers: SlotMask,
}

/// Why `extent` can't be had at `now`, or nothing when it can.
///
/// `day` tells what there is on each day of the extent. Listing, holding and
/// booking all ask here, so that what is listed as available and not held by
/// another can be booked until the clock passes its start.
///
/// The rules, in order: a duration on offer; a start that has not passed; open
/// throughout, or, when the resource lets spans run through closed hours, in
/// the first and the last slot; nothing booked; nothing held by another; nothing of
/// others, buffers included, within the span and its own buffers, be they open or
/// closed.
///
/// # Errors
///
/// The first rule that refuses, as a [`Rejection`] with all the slots it
/// refuses, and [`Refusal::Facts`] when `day` could not tell.
pub fn require_available<E>(
    settings: &ResourceSettings,
    extent: Extent,
    now: Timestamp,
    mut day: impl FnMut(Day) -> Result<DaySlots, E>,
) -> Result<(), Refusal<E>> {
    let span = extent.span();
    require_offered(settings, span.length())?;
    let start = span.start();
    if start < now {
        return Err(Rejection::Past { start }.into());
    }
    let mut days = Vec::new();
    for (date, taken) in extent.days() {
        days.push((date, taken, day(date).map_err(Refusal::Facts)?));
    }
    let must_open = |date, slots| {
        if settings.fields().spans_closed_hours {
            ends(span, date, slots)
        } else {
            slots
        }
    };
    let closed = days
        .iter()
        .map(|&(date, taken, known)| (date, must_open(date, taken.slots).without(known.open)));
    none_of(closed, |conflicts| Rejection::Closed { conflicts })?;
    let booked = days
        .iter()
        .map(|&(date, taken, known)| (date, taken.slots & known.booked));
    none_of(booked, |conflicts| Rejection::Booked { conflicts })?;
    let held = days
        .iter()
        .map(|&(date, taken, known)| (date, taken.slots & known.held));
    none_of(held, |conflicts| Rejection::HeldByOther { conflicts })?;
    let near = days.iter().map(|&(date, taken, known)| {
        let others = known.booked | known.held | known.buffers;
        (date, taken.all() & others)
    });
    none_of(near, |conflicts| Rejection::Buffer { conflicts })?;
    Ok(())
}

/// Whether the resource offers spans of `duration`.
///
/// # Errors
///
/// [`Rejection::DurationNotOffered`].
pub fn require_offered(settings: &ResourceSettings, duration: SlotCount) -> Result<(), Rejection> {
    if settings.durations().contains(&duration) {
        return Ok(());
    }
    Err(Rejection::DurationNotOffered {
        duration,
        offered: settings.durations().to_vec(),
    })
}

/// The slots of `day` in which `settings` say the resource is open.
pub fn open_on(settings: &ResourceSettings, day: Day) -> SlotMask {
    open_mask(settings.hours(), settings.zone(), day)
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

fn none_of(
    slots: impl Iterator<Item = (Day, SlotMask)>,
    rejection: impl FnOnce(Conflicts) -> Rejection,
) -> Result<(), Rejection> {
    let conflicts: Conflicts = slots.collect();
    if conflicts.is_empty() {
        Ok(())
    } else {
        Err(rejection(conflicts))
    }
}

/// Of the span's `slots` of `date` the span's first and last.
fn ends(span: Span, date: Day, slots: SlotMask) -> SlotMask {
    let first = slots.first().filter(|_| date == span.first_day());
    let last = slots.last().filter(|_| date == span.last_day());
    let ends = first.into_iter().chain(last);
    ends.fold(SlotMask::EMPTY, |mask, slot| mask | SlotMask::run(slot, 1))
}

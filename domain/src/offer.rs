//! The one rule of what may be listed, held and booked.

use crate::{
    calendar::{Day, Extent, SeatCount, SlotCount, SlotMask, Span, Timestamp},
    hours::Exception,
    rejection::{Conflicts, Rejection},
    resource::{ResourceSettings, Terms},
    resource_day::DayTaken,
};

/// What the rule goes by on one day: made by [`Self::of`], the one place that knows how
/// many seats a slot carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DaySlots {
    /// Slots in which the resource is open: [`open_on`].
    open: SlotMask,
    /// Slots in which bookings leave fewer seats than are asked for.
    booked: SlotMask,
    /// Slots in which bookings and holds do.
    held: SlotMask,
    /// Slots in which bookings, holds and the buffers of both do.
    buffers: SlotMask,
}

impl DaySlots {
    /// What the rule goes by on `day` for who asks for `quantity` seats.
    ///
    /// `taken` are the seats of others: without the asker's own booking that is to move,
    /// and its own hold. A list leaves out holds: they are presence, which viewers lay
    /// over the list themselves.
    pub fn of(terms: &Terms, day: Day, quantity: SeatCount, taken: &DayTaken) -> Self {
        let capacity = terms.settings.capacity().get();
        // More than there are is refused before a day is looked at.
        let limit = capacity.saturating_sub(quantity.get());
        let mut seats = taken.booked.clone();
        let booked = seats.above(limit);
        seats.add_all(&taken.held);
        let held = seats.above(limit);
        seats.add_all(&taken.buffers);
        Self {
            open: open_on(terms, day),
            booked,
            held,
            buffers: seats.above(limit),
        }
    }
}

/// Why `extent` is refused at `now`; nothing when it is free.
///
/// `day` tells what there is on each day of the extent. Listing, holding and
/// booking all ask here, so that what is listed as available and not held by
/// another can be booked until the clock passes its start.
///
/// The rules, in order: a duration on offer, and no more seats than a slot carries; a
/// start that has not passed; open throughout, or, when the resource lets spans run through closed hours, in
/// the first and the last slot, where such a span may also end at the moment of an
/// opening; enough seats beside what is booked; enough beside what others hold; enough
/// beside all that others take, buffers included, within the span and its own buffers, be
/// they open or closed. Of a resource of one seat that is: nothing booked, nothing held,
/// nothing near.
///
/// # Errors
///
/// The first rule that refuses, as a [`Rejection`] with all the slots it
/// refuses, and [`Refusal::Facts`] when `day` could not tell.
pub fn require_available<E>(
    terms: &Terms,
    extent: Extent,
    now: Timestamp,
    mut day: impl FnMut(Day) -> Result<DaySlots, E>,
) -> Result<(), Refusal<E>> {
    let (settings, span) = (&terms.settings, extent.span());
    require_offered(settings, span.length())?;
    require_seats(settings, extent.quantity())?;
    let start = span.start();
    if start < now {
        return Err(Rejection::Past { start }.into());
    }
    let mut days = Vec::new();
    for (date, taken) in extent.days() {
        days.push((date, taken, day(date).map_err(Refusal::Facts)?));
    }
    let asked = days
        .iter()
        .map(|&(date, taken, known)| (date, taken.slots, known));
    require_open(terms, span, asked)?;
    let booked = days
        .iter()
        .map(|&(date, taken, known)| (date, taken.slots & known.booked));
    none_of(booked, |conflicts| Rejection::Booked { conflicts })?;
    let held = days
        .iter()
        .map(|&(date, taken, known)| (date, taken.slots & known.held));
    none_of(held, |conflicts| Rejection::HeldByOther { conflicts })?;
    let near = days
        .iter()
        .map(|&(date, taken, known)| (date, taken.all() & known.buffers));
    none_of(near, |conflicts| Rejection::Buffer { conflicts })?;
    Ok(())
}

/// Whether the resource is open when `span` asks for it: throughout, or, when it lets
/// spans run through closed hours, at the beginning and at the end. `days` are those of
/// the span, each with the span's slots and what there is of it.
fn require_open(
    terms: &Terms,
    span: Span,
    days: impl Iterator<Item = (Day, SlotMask, DaySlots)> + Clone,
) -> Result<(), Rejection> {
    let hire = terms.settings.fields().spans_closed_hours;
    let shut = |(date, slots, known): (Day, SlotMask, DaySlots)| {
        !last_of(span, date, slots).without(known.open).is_empty()
    };
    let at_opening = hire && days.clone().any(shut) && ends_at_opening(terms, span);
    let must_open = |date, slots| match hire {
        true if at_opening => first_of(span, date, slots),
        true => first_of(span, date, slots) | last_of(span, date, slots),
        false => slots,
    };
    let closed =
        days.map(|(date, slots, known)| (date, must_open(date, slots).without(known.open)));
    none_of(closed, |conflicts| Rejection::Closed { conflicts })
}

/// The exception that closes `span`: the one over the first closed part of it. Nothing
/// when the span is open, and nothing when it is closed without exceptions too.
pub fn closed_by(terms: &Terms, span: Span) -> Option<&Exception> {
    if terms.exceptions.is_empty() {
        return None;
    }
    let days = span.days().map(|(date, slots)| {
        let open = open_on(terms, date);
        let known = DaySlots {
            open,
            ..DaySlots::default()
        };
        (date, slots, known)
    });
    match require_open(terms, span, days.collect::<Vec<_>>().into_iter()) {
        Ok(()) => None,
        Err(rejection) => {
            let (first, _) = rejection.conflicts()?.intervals().first()?;
            terms.opening_times().closed_by(*first)
        }
    }
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

/// Whether the resource has as many seats.
///
/// # Errors
///
/// [`Rejection::QuantityNotOffered`].
pub const fn require_seats(
    settings: &ResourceSettings,
    quantity: SeatCount,
) -> Result<(), Rejection> {
    let capacity = settings.capacity();
    if quantity.get() <= capacity.get() {
        return Ok(());
    }
    Err(Rejection::QuantityNotOffered { quantity, capacity })
}

/// The slots of `day` in which the resource is open, exceptions considered.
pub fn open_on(terms: &Terms, day: Day) -> SlotMask {
    terms.opening_times().mask(day)
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

/// Whether the resource opens, or is open, at the very end of `span`.
fn ends_at_opening(terms: &Terms, span: Span) -> bool {
    let end = Span::new(span.end(), SlotCount::ONE);
    // What ends with the year 9999 has no quarter hour after it.
    end.is_ok_and(|end| {
        let mut slots = end.days();
        slots.all(|(day, slot)| open_on(terms, day).overlaps(slot))
    })
}

/// Of the span's `slots` of `date` the span's first.
fn first_of(span: Span, date: Day, slots: SlotMask) -> SlotMask {
    let first = slots.first().filter(|_| date == span.first_day());
    first.map_or(SlotMask::EMPTY, |slot| SlotMask::run(slot, 1))
}

/// Of the span's `slots` of `date` the span's last.
fn last_of(span: Span, date: Day, slots: SlotMask) -> SlotMask {
    let last = slots.last().filter(|_| date == span.last_day());
    last.map_or(SlotMask::EMPTY, |slot| SlotMask::run(slot, 1))
}

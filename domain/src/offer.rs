//! The one rule of what may be listed, held and booked.

use crate::{
    calendar::{Day, Extent, SlotCount, SlotMask, Span, Timestamp},
    hours::Exception,
    rejection::{Conflicts, Rejection},
    resource::{ResourceSettings, Terms},
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

/// Why `extent` is refused at `now`; nothing when it is free.
///
/// `day` tells what there is on each day of the extent. Listing, holding and
/// booking all ask here, so that what is listed as available and not held by
/// another can be booked until the clock passes the last instant at which it may be asked
/// for: its start, or the end of the notice before it.
///
/// The rules, in order: a duration on offer; a start that can be asked for at `now`
/// ([`require_start`]); open throughout, or, when the resource lets spans run through closed
/// hours, in the first and the last slot, where such a span may also end at the moment of an
/// opening; nothing booked; nothing held by another; nothing of others, buffers
/// included, within the span and its own buffers, be they open or closed.
///
/// # Errors
///
/// The first rule that refuses, as a [`Rejection`] with all the slots it
/// refuses, and [`Refusal::Facts`] when `day` could not tell.
pub fn require_available<E>(
    terms: &Terms,
    extent: Extent,
    now: Timestamp,
    day: impl FnMut(Day) -> Result<DaySlots, E>,
) -> Result<(), Refusal<E>> {
    let (settings, span) = (&terms.settings, extent.span());
    require_offered(settings, span.length())?;
    require_start(settings, span.start(), now)?;
    require_room(terms, extent, day)
}

/// Why `extent` is refused whenever it is asked for: by the rules about where it lies, in
/// the order of [`require_available`].
///
/// # Errors
///
/// As there.
pub fn require_room<E>(
    terms: &Terms,
    extent: Extent,
    mut day: impl FnMut(Day) -> Result<DaySlots, E>,
) -> Result<(), Refusal<E>> {
    let span = extent.span();
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
    let near = days.iter().map(|&(date, taken, known)| {
        let others = known.booked | known.held | known.buffers;
        (date, taken.all() & others)
    });
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

/// Whether what begins at `start` may be asked for at `now`: it has not passed, the notice
/// is kept, and the horizon reaches it.
///
/// # Errors
///
/// [`Rejection::Past`], [`Rejection::NoticeTooShort`] and [`Rejection::BeyondHorizon`], the
/// first of them.
pub fn require_start(
    settings: &ResourceSettings,
    start: Timestamp,
    now: Timestamp,
) -> Result<(), Rejection> {
    if start < now {
        return Err(Rejection::Past { start });
    }
    let notice = settings.book_notice();
    if !notice.is_kept(start, now) {
        let until = notice.until(start);
        return Err(Rejection::NoticeTooShort { start, until });
    }
    let (horizon, zone) = (settings.horizon(), settings.zone());
    if !horizon.reaches(start, zone, now) {
        let last_day = horizon.last_date(zone, now);
        return Err(Rejection::BeyondHorizon { start, last_day });
    }
    Ok(())
}

/// The last instant from `now` on until which [`require_start`] says the same of `start`.
/// It may say the same for longer.
pub fn steady_until(settings: &ResourceSettings, start: Timestamp, now: Timestamp) -> Timestamp {
    let (horizon, zone) = (settings.horizon(), settings.zone());
    let asked_until = settings.book_notice().until(start);
    if start < now {
        Timestamp::MAX
    } else if asked_until < now {
        start
    } else if horizon.reaches(start, zone, now) {
        asked_until
    } else {
        asked_until.min(horizon.steady_until(zone, now))
    }
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

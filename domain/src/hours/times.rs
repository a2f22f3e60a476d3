use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use crate::calendar::{Day, SLOT_MS, SlotCount, SlotMask, Timestamp};

use super::{
    Exception, Exceptions, OpenInterval, WeeklyHours,
    local::local_day,
    opening::{local_dates, openings},
};

/// A resource without hours opens once on every date, all day.
const ALWAYS: &[OpenInterval] = &[OpenInterval::WHOLE_DAY];

const NO_EXCEPTIONS: &Exceptions = &Exceptions::none();

/// When something is open: by its week, and by the exceptions to it.
#[derive(Debug, Clone, Copy)]
pub struct OpeningTimes<'a> {
    weekly: Option<&'a WeeklyHours>,
    zone: Tz,
    exceptions: &'a Exceptions,
}

impl<'a> OpeningTimes<'a> {
    /// Open in these hours by the clock of `zone`; always without any.
    pub const fn new(weekly: Option<&'a WeeklyHours>, zone: Tz) -> Self {
        Self {
            weekly,
            zone,
            exceptions: NO_EXCEPTIONS,
        }
    }

    /// The same but for `exceptions`.
    pub const fn but_for(self, exceptions: &'a Exceptions) -> Self {
        Self { exceptions, ..self }
    }

    /// By whose clock.
    pub const fn zone(self) -> Tz {
        self.zone
    }

    /// The slots of the UTC day `day` in which it is open: those at whose beginning the
    /// clock on the wall shows an open time, an hour that it shows twice included, and
    /// that no stretch of an exception touches.
    pub fn mask(self, day: Day) -> SlotMask {
        if self.exceptions.is_empty() {
            return self.mask_by_dates(day);
        }
        self.mask_by_dates(day)
            .without(self.exceptions.closed_on(day))
    }

    fn mask_by_dates(self, day: Day) -> SlotMask {
        if self.weekly.is_none() && !self.exceptions.any_of_dates() {
            return SlotMask::FULL;
        }
        let window = day.start()..day.end();
        let opened = openings(self, &window).map(|opening| opening.slots_on(day));
        opened.fold(SlotMask::EMPTY, |mask, slots| mask | slots)
    }

    /// The lattice of starts in `window`, ascending, each once.
    ///
    /// It begins again at each opening and goes on by the wall clock of the zone, in
    /// steps of `interval`, until the closing: what is booked and who looks do not
    /// move it, and neither do stretches of exceptions. A time that clocks skip has no
    /// start; one that they show twice has two. Without hours every local date is one
    /// opening.
    ///
    /// Only quarter hours of UTC are starts; no zone's clocks show others today.
    ///
    /// The work grows with the window and with nothing else; the caller bounds it.
    pub fn starts(self, interval: SlotCount, window: Range<Timestamp>) -> Vec<Timestamp> {
        let mut starts = Vec::new();
        for opening in openings(self, &window) {
            opening.lattice(interval, &mut starts);
        }
        starts.retain(|start| window.contains(start) && start.ms() % SLOT_MS == 0);
        starts.sort_unstable();
        // A date's own hours may begin before the night before has ended.
        starts.dedup();
        starts
    }

    /// The exception by which the quarter hour that begins at `at` is closed; nothing
    /// when it is open, or would be closed without exceptions too.
    pub fn closed_by(self, at: Timestamp) -> Option<&'a Exception> {
        if self.exceptions.is_empty() {
            return None;
        }
        let quarter = at..at.plus_ms(SLOT_MS.unsigned_abs());
        let week = Self::new(self.weekly, self.zone);
        let date = openings(week, &quarter)
            .find(|opening| opening.shows(at))
            .map(|opening| opening.date)?;
        if let Some(stretch) = self.exceptions.closing(&quarter) {
            return Some(stretch);
        }
        if openings(self, &quarter).any(|opening| opening.shows(at)) {
            return None;
        }
        self.exceptions.on(date).map(|(exception, _)| exception)
    }

    /// The exceptions that say something of the instants of `window`, in the order of
    /// the dates they are about, stretches before them; each once.
    pub fn exceptions_in(self, window: &Range<Timestamp>) -> Vec<&'a Exception> {
        let touches = |of: &Range<Timestamp>| of.start < window.end && window.start < of.end;
        let stretches = self.exceptions.iter();
        let stretches = stretches.filter(|one| one.stretch().is_some_and(|of| touches(&of)));
        let mut found: Vec<_> = stretches.collect();
        if !self.exceptions.any_of_dates() {
            return found;
        }
        let dates = local_dates(window).filter(|date| touches(&local_day(self.zone, *date)));
        for (exception, _) in dates.filter_map(|date| self.exceptions.on(date)) {
            if !found.iter().any(|known| known.id() == exception.id()) {
                found.push(exception);
            }
        }
        found
    }

    /// The first of [`Self::exceptions_in`] a window that closes some of what would be
    /// open in it.
    pub fn closing_in(self, window: &Range<Timestamp>) -> Option<&'a Exception> {
        let touching = self.exceptions_in(window);
        if touching.is_empty() {
            return None;
        }
        let week = Self::new(self.weekly, self.zone);
        let days = Day::of(window.start).through(Day::of(window.end));
        let closed = days.flat_map(|day| {
            let slots = week.mask(day).without(self.mask(day)).slots();
            slots.map(move |slot| day.at(slot)).collect::<Vec<_>>()
        });
        let mut closed = closed.filter(|at| window.contains(at));
        closed.find_map(|at| self.closed_by(at))
    }

    /// The stretches that open on a local date.
    pub(super) fn on(self, date: NaiveDate) -> &'a [OpenInterval] {
        if !self.exceptions.is_empty()
            && let Some((_, hours)) = self.exceptions.on(date)
        {
            return hours.intervals();
        }
        self.weekly.map_or(ALWAYS, |hours| hours.on(date.weekday()))
    }
}

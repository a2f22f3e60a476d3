use std::ops::Range;

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;

use crate::calendar::{Day, SlotCount, SlotMask, Timestamp};

use super::{
    OpenInterval, OpeningTimes,
    local::{closing_instant, instants, opening_instant},
    slots::whole_slots,
};

/// One stretch of opening on one local date.
pub(super) struct Opening {
    /// The date on which it opens.
    pub(super) date: NaiveDate,
    zone: Tz,
    /// What clocks show when it opens and when it closes.
    wall: Range<NaiveDateTime>,
    /// From the first instant at which it may be open to the end of the last. Clocks
    /// that are turned back in it can show a time before its opening or after its
    /// closing: then it is closed in between.
    instants: Range<Timestamp>,
}

impl Opening {
    /// Nothing past the last date that chrono knows.
    fn new(zone: Tz, date: NaiveDate, interval: OpenInterval) -> Option<Self> {
        let closing_date = if interval.is_past_midnight() {
            date.succ_opt()?
        } else {
            date
        };
        let wall = interval.from().on(date)?..interval.to().on(closing_date)?;
        // Each end is converted by itself: hours that elapse and hours that the
        // wall clock counts differ on the days on which clocks are turned.
        let instants = opening_instant(zone, wall.start)..closing_instant(zone, wall.end);
        Some(Self {
            date,
            zone,
            wall,
            instants,
        })
    }

    /// The slots of the UTC day `day` in which it is open: those at whose beginning
    /// the clock on the wall shows a time from its opening on and before its closing.
    pub(super) fn slots_on(&self, day: Day) -> SlotMask {
        let slots = whole_slots(day, &self.instants);
        if self.runs_evenly() {
            return slots;
        }
        let open = slots.slots().filter(|slot| self.shows(day.at(*slot)));
        open.fold(SlotMask::EMPTY, |mask, slot| mask | SlotMask::run(slot, 1))
    }

    /// Whether clocks show a time of it at `instant`.
    pub(super) fn shows(&self, instant: Timestamp) -> bool {
        let shown = instant.to_datetime().with_timezone(&self.zone);
        self.wall.contains(&shown.naive_local())
    }

    /// Adds the instants in it at which clocks show its lattice: the opening
    /// and every `interval` after it, counted by the wall. In no order, since
    /// clocks that were turned back show a time twice.
    pub(super) fn lattice(&self, interval: SlotCount, starts: &mut Vec<Timestamp>) {
        let minutes = i64::from(interval.minutes());
        let shown = self.wall.end - self.wall.start;
        let count = (shown.num_minutes() + minutes - 1) / minutes;
        let after = (0..count).map(|nth| TimeDelta::minutes(nth * minutes));
        if self.runs_evenly() {
            let ms = after.map(|after| after.num_milliseconds().unsigned_abs());
            starts.extend(ms.map(|ms| self.instants.start.plus_ms(ms)));
        } else {
            starts.extend(after.flat_map(|after| instants(self.zone, self.wall.start + after)));
        }
    }

    /// Whether as much time elapses as the wall clock counts, as on nearly every
    /// day: no zone turns its clocks twice in one opening.
    fn runs_evenly(&self) -> bool {
        let elapses = self.instants.end.ms() - self.instants.start.ms();
        elapses == (self.wall.end - self.wall.start).num_milliseconds()
    }
}

/// The openings that may share an instant with `window`, by date.
pub(super) fn openings<'a>(
    times: OpeningTimes<'a>,
    window: &'a Range<Timestamp>,
) -> impl Iterator<Item = Opening> + 'a {
    let on = move |date: NaiveDate| {
        let intervals = times.on(date).iter();
        intervals.filter_map(move |interval| Opening::new(times.zone(), date, *interval))
    };
    local_dates(window).flat_map(on).filter(|opening| {
        opening.instants.start < window.end && window.start < opening.instants.end
    })
}

/// The local dates, of any zone, whose openings can touch `window`: a local
/// date is at most one off the UTC date, and openings run into the next one.
pub(super) fn local_dates(window: &Range<Timestamp>) -> impl Iterator<Item = NaiveDate> {
    let first = Day::of(window.start).date() - Days::new(2);
    let last = Day::of(window.end).date() + Days::new(1);
    first.iter_days().take_while(move |date| *date <= last)
}

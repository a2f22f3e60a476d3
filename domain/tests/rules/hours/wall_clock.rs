//! A second implementation of opening hours, the other way about: walk through
//! the quarter hours of UTC, look at what the clock on the wall shows at each
//! (which is never in doubt), and pick by that.

use std::ops::Range;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use domain::{
    calendar::{Day, SLOT_MS, SlotCount, SlotMask, Timestamp},
    hours::{OpenInterval, WeeklyHours},
};

const DAY_MS: i64 = 86_400_000;

/// The quarter hours of a stretch of time, each with what the wall clock shows
/// at its beginning.
pub(super) struct WallClock {
    quarters: Vec<Quarter>,
}

type Quarter = (Timestamp, NaiveDateTime);

impl WallClock {
    /// Of the UTC days from `first` to `last`, and six days about them, so that
    /// all openings that touch them are seen whole.
    pub(super) fn over(zone: Tz, first: Day, last: Day) -> Self {
        let around = 6 * DAY_MS;
        let (start, end) = (first.start().ms() - around, last.start().ms() + around);
        let quarters = (start / SLOT_MS..end / SLOT_MS).map(|quarter| {
            let instant = Timestamp::from_ms(quarter * SLOT_MS).unwrap();
            let wall = zone.from_utc_datetime(&instant.to_datetime().naive_utc());
            (instant, wall.naive_local())
        });
        Self {
            quarters: quarters.collect(),
        }
    }

    /// From the first quarter hour that shows `date` to after the last.
    pub(super) fn day(&self, date: NaiveDate) -> Option<Range<Timestamp>> {
        let on_date = |quarter: &&Quarter| quarter.1.date() == date;
        let first = self.about(date).iter().find(on_date)?;
        let last = self.about(date).iter().rfind(on_date)?;
        Some(first.0..last.0.plus_ms(SLOT_MS.unsigned_abs()))
    }

    /// The open quarter hours in `window`, each with the minutes that the wall
    /// clock has counted since its opening.
    pub(super) fn open_quarters(
        &self,
        hours: Option<&WeeklyHours>,
        window: &Range<Timestamp>,
    ) -> Vec<(Timestamp, i64)> {
        let mut open = Vec::new();
        for (at, wall) in self.within(window) {
            for date in [wall.date().pred_opt().unwrap(), wall.date()] {
                let openings = openings_on(hours, date);
                let opening = openings.iter().find(|opening| opening.contains(wall));
                open.extend(opening.map(|opening| (*at, (*wall - opening.start).num_minutes())));
            }
        }
        open
    }

    /// The quarter hours in `window` whose reading is on the lattice.
    pub(super) fn starts(
        &self,
        hours: Option<&WeeklyHours>,
        interval: SlotCount,
        window: &Range<Timestamp>,
    ) -> Vec<Timestamp> {
        on_lattice(&self.open_quarters(hours, window), interval)
    }

    /// The slots of `day` at whose beginning the wall clock shows an open time.
    pub(super) fn open_mask(&self, hours: &WeeklyHours, day: Day) -> SlotMask {
        let open = self.open_quarters(Some(hours), &(day.start()..day.end()));
        let open: Vec<_> = open.into_iter().map(|(at, _)| at).collect();
        let slots = SlotMask::FULL.slots();
        let slots = slots.filter(|slot| open.contains(&day.at(*slot)));
        slots.fold(SlotMask::EMPTY, |mask, slot| mask | SlotMask::run(slot, 1))
    }

    /// The quarter hours of `date` in UTC and of two days before and after it.
    fn about(&self, date: NaiveDate) -> &[Quarter] {
        let start = Day::new(date).unwrap().start().ms();
        let around = |days: i64| Timestamp::from_ms(start + days * DAY_MS).unwrap();
        self.within(&(around(-2)..around(3)))
    }

    fn within(&self, window: &Range<Timestamp>) -> &[Quarter] {
        let before = |instant| self.quarters.partition_point(|(at, _)| *at < instant);
        &self.quarters[before(window.start)..before(window.end)]
    }
}

/// Of open quarter hours those that are a multiple of `interval` after their
/// opening.
pub(super) fn on_lattice(open: &[(Timestamp, i64)], interval: SlotCount) -> Vec<Timestamp> {
    let minutes = i64::from(interval.minutes());
    let on_lattice = open.iter().filter(|(_, since)| since % minutes == 0);
    on_lattice.map(|(at, _)| *at).collect()
}

fn openings_on(hours: Option<&WeeklyHours>, date: NaiveDate) -> Vec<Range<NaiveDateTime>> {
    let whole_day = [OpenInterval::WHOLE_DAY];
    let intervals = hours.map_or(&whole_day[..], |hours| hours.on(date.weekday()));
    let midnight = date.and_time(NaiveTime::MIN);
    let wall = |interval: &OpenInterval| {
        let (from, to) = (interval.from().minutes(), interval.to().minutes());
        let to = if to <= from { to + 1440 } else { to };
        let after = |minutes: u16| midnight + TimeDelta::minutes(minutes.into());
        after(from)..after(to)
    };
    intervals.iter().map(wall).collect()
}

//! A second implementation of opening hours, the other way about: walk through
//! the quarter hours of UTC, look at what the clock on the wall shows at each
//! (which is never in doubt), and pick by that.

use std::ops::Range;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use domain::{
    calendar::{Day, SLOT_MS, SlotCount, SlotIndex, SlotMask, Timestamp},
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

    /// The slots of `day` between the opening and the closing of some stretch.
    pub(super) fn open_mask(&self, hours: &WeeklyHours, day: Day) -> SlotMask {
        let noon = day.date().and_hms_opt(12, 0, 0).unwrap();
        let dates = (-2..=2).map(|days| noon + TimeDelta::days(days));
        let openings = dates.flat_map(|noon| openings_on(Some(hours), noon.date()));
        let mut mask = SlotMask::EMPTY;
        for opening in openings {
            let open = self.opens(&opening)..self.closes(&opening);
            for slot in SlotMask::FULL.slots() {
                if open.contains(&day.at(slot)) {
                    mask |= SlotMask::run(SlotIndex::new(slot.get()).unwrap(), 1);
                }
            }
        }
        mask
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

    fn opens(&self, opening: &Range<NaiveDateTime>) -> Timestamp {
        let mut quarters = self.about(opening.start.date()).iter();
        quarters.find(|(_, wall)| *wall >= opening.start).unwrap().0
    }

    /// The last quarter hour that shows the closing; when none does, or the
    /// closing is midnight, the first that shows it or later.
    fn closes(&self, opening: &Range<NaiveDateTime>) -> Timestamp {
        let close = opening.end;
        let quarters = self.about(close.date());
        let last = quarters.iter().rfind(|(_, wall)| *wall == close);
        let last = last.filter(|_| close.time() != NaiveTime::MIN);
        let first = || quarters.iter().find(|(_, wall)| *wall >= close);
        last.or_else(first).unwrap().0
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

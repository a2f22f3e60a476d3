//! Any zone, any week, any day of the years ahead, against the wall clock.

use chrono::{Datelike, NaiveDate, Weekday};
use chrono_tz::{TZ_VARIANTS, Tz};
use domain::{
    calendar::Day,
    hours::{OpenInterval, WallTime, WeeklyHours, local_day},
};
use proptest::{collection::vec, prelude::*, sample::select};

use super::{open_mask, starts, wall_clock::WallClock};
use crate::harness::minutes;

fn wall_time() -> impl Strategy<Value = WallTime> {
    (0..=96_u32).prop_map(|quarter| {
        let text = format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15);
        text.parse().unwrap()
    })
}

fn weekday() -> impl Strategy<Value = Weekday> {
    (0..7_u8).prop_map(|day| Weekday::try_from(day).unwrap())
}

/// Of some stretches those that get along with the ones before them.
pub(crate) fn weekly_hours() -> impl Strategy<Value = WeeklyHours> {
    vec((weekday(), wall_time(), wall_time()), 0..24).prop_map(|stretches| {
        let mut week = Vec::new();
        for (weekday, from, to) in stretches {
            week.extend(OpenInterval::new(from, to).map(|interval| (weekday, interval)));
            if WeeklyHours::new(week.iter().copied()).is_err() {
                week.pop();
            }
        }
        WeeklyHours::new(week).unwrap()
    })
}

/// Days about the turns of clocks as often as not.
fn day() -> impl Strategy<Value = Day> {
    let months = prop_oneof![Just(1..=12_u32), Just(3..=4), Just(9..=11)];
    let date = (
        2026..=2037,
        months.prop_flat_map(|months| months),
        1..=28_u32,
    );
    date.prop_map(|(year, month, day)| {
        Day::new(NaiveDate::from_ymd_opt(year, month, day).unwrap()).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn starts_and_masks_are_what_the_wall_clock_says(
        zone in select(&TZ_VARIANTS[..]),
        hours in proptest::option::of(weekly_hours()),
        interval in (1..=40_u32).prop_map(|quarters| minutes(quarters * 15)),
        day in day(),
    ) {
        let zone: Tz = zone;
        let clock = WallClock::over(zone, day, day);
        let window = local_day(zone, day.date());
        prop_assert_eq!(Some(window.clone()), clock.day(day.date()));
        let expected = clock.starts(hours.as_ref(), interval, &window);
        prop_assert_eq!(starts(hours.as_ref(), zone, interval, window), expected);
        if let Some(hours) = &hours {
            prop_assert_eq!(open_mask(Some(hours), zone, day), clock.open_mask(hours, day));
        }
    }

    #[test]
    fn any_week_is_read_back_as_it_was_written(hours in weekly_hours()) {
        let written = serde_json::to_string(&hours).unwrap();
        let read: WeeklyHours = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(&read, &hours);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), written);
    }

    #[test]
    fn lattice_does_not_depend_on_where_the_window_is_cut(
        zone in select(&TZ_VARIANTS[..]),
        hours in weekly_hours(),
        day in day(),
        cut in 0..200_u64,
    ) {
        let (start, end) = (day.start(), day.start().plus_ms(200 * 900_000));
        let cut = start.plus_ms(cut * 900_000);
        let list = |window| starts(Some(&hours), zone, minutes(45), window);
        let mut parts = list(start..cut);
        parts.extend(list(cut..end));
        prop_assert_eq!(parts, list(start..end));
    }
}

#[test]
fn no_zone_offers_a_quarter_hour_that_is_none_in_utc() {
    for zone in TZ_VARIANTS {
        let date = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let dates = date.iter_days().take_while(|date| date.year() == 2026);
        for date in dates.step_by(30) {
            assert_eq!(
                local_day(zone, date).start.ms() % 900_000,
                0,
                "{zone} {date}"
            );
        }
    }
}

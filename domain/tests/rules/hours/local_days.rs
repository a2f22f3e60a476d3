//! Every local day of 2026 in zones that turn their clocks in every way there is.

use chrono_tz::Tz;
use domain::{
    calendar::Day,
    hours::{WeeklyHours, local_day},
};

use crate::harness::minutes;

use super::{
    daily, open_mask, starts,
    wall_clock::{WallClock, on_lattice},
};

const ZONES: [Tz; 6] = [
    Tz::America__New_York,
    Tz::Europe__Berlin,
    Tz::Australia__Sydney,
    Tz::Australia__Lord_Howe,
    Tz::Antarctica__Troll,
    Tz::Asia__Kathmandu,
];

fn days_of_2026() -> impl Iterator<Item = Day> {
    let first: Day = "2026-01-01".parse().unwrap();
    first.through("2026-12-31".parse().unwrap())
}

fn clock_of_2026(zone: Tz) -> WallClock {
    let (first, last) = ("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap());
    WallClock::over(zone, first, last)
}

/// Hours as offices, bars, and night shifts have them.
fn hours_of_all_kinds() -> Vec<Option<WeeklyHours>> {
    vec![
        None,
        Some(daily(&[("00:00", "24:00")])),
        Some(daily(&[("09:00", "17:00")])),
        Some(daily(&[("22:00", "02:00")])),
        Some(daily(&[
            ("01:30", "02:30"),
            ("02:30", "03:15"),
            ("12:00", "00:00"),
        ])),
        Some(serde_json::from_str(r#"{"sun":[{"from":"20:00","to":"18:00"}]}"#).unwrap()),
    ]
}

#[test]
fn local_days_are_the_quarter_hours_that_show_their_date() {
    for zone in ZONES {
        let clock = clock_of_2026(zone);
        for date in days_of_2026().map(Day::date) {
            assert_eq!(
                Some(local_day(zone, date)),
                clock.day(date),
                "{zone} {date}"
            );
        }
    }
}

#[test]
fn lattice_has_the_starts_that_the_wall_clock_says() {
    for zone in ZONES {
        let clock = clock_of_2026(zone);
        for hours in hours_of_all_kinds() {
            for date in days_of_2026().map(Day::date) {
                let window = local_day(zone, date);
                let open = clock.open_quarters(hours.as_ref(), &window);
                for interval in [15, 30, 60, 120].map(minutes) {
                    let listed = starts(hours.as_ref(), zone, interval, window.clone());
                    let expected = on_lattice(&open, interval);
                    assert_eq!(listed, expected, "{zone} {date} {interval} {hours:?}");
                }
            }
        }
    }
}

#[test]
fn a_year_has_the_starts_of_its_days() {
    for zone in ZONES {
        for hours in hours_of_all_kinds() {
            let starts = |window| starts(hours.as_ref(), zone, minutes(60), window);
            let dates = days_of_2026().map(|day| local_day(zone, day.date()));
            let (first, last) = (
                days_of_2026().next().unwrap(),
                days_of_2026().last().unwrap(),
            );
            let year = local_day(zone, first.date()).start..local_day(zone, last.date()).end;
            assert_eq!(
                starts(year),
                dates.flat_map(starts).collect::<Vec<_>>(),
                "{zone}"
            );
        }
    }
}

#[test]
fn masks_are_what_lies_between_opening_and_closing_by_the_wall_clock() {
    for zone in ZONES {
        let clock = clock_of_2026(zone);
        for hours in hours_of_all_kinds().iter().flatten() {
            for day in days_of_2026() {
                let mask = open_mask(Some(hours), zone, day);
                assert_eq!(mask, clock.open_mask(hours, day), "{zone} {day} {hours:?}");
            }
        }
    }
}

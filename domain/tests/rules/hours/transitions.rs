//! The days of 2026 on which clocks are turned, as one reads them off a calendar.

use chrono_tz::Tz;
use domain::hours::local_day;

use super::{daily, open_mask, starts};
use crate::harness::{at, minutes};

/// Hours and quarters of the local day.
fn length(zone: Tz, date: &str) -> (u64, u64) {
    let day = local_day(zone, date.parse().unwrap());
    let seconds = day.end.since(day.start).as_secs();
    (seconds / 3600, seconds % 3600 / 900)
}

/// The starts of a local day, as `HH:MM` of UTC.
fn listed(zone: Tz, date: &str, interval: u32, hours: &[(&str, &str)]) -> Vec<String> {
    let hours = (!hours.is_empty()).then(|| daily(hours));
    let window = local_day(zone, date.parse().unwrap());
    let starts = starts(hours.as_ref(), zone, minutes(interval), window);
    starts
        .iter()
        .map(|start| start.to_string()[11..16].to_owned())
        .collect()
}

#[test]
fn local_days_last_22_to_26_hours() {
    let days = [
        (Tz::America__New_York, "2026-03-08", (23, 0)),
        (Tz::America__New_York, "2026-11-01", (25, 0)),
        (Tz::Europe__Berlin, "2026-03-29", (23, 0)),
        (Tz::Europe__Berlin, "2026-10-25", (25, 0)),
        (Tz::Australia__Sydney, "2026-04-05", (25, 0)),
        (Tz::Australia__Sydney, "2026-10-04", (23, 0)),
        (Tz::Australia__Lord_Howe, "2026-04-05", (24, 2)),
        (Tz::Australia__Lord_Howe, "2026-10-04", (23, 2)),
        (Tz::Antarctica__Troll, "2026-03-29", (22, 0)),
        (Tz::Antarctica__Troll, "2026-10-25", (26, 0)),
        (Tz::Asia__Kathmandu, "2026-03-29", (24, 0)),
    ];
    for (zone, date, expected) in days {
        assert_eq!(length(zone, date), expected, "{zone} {date}");
    }
}

#[test]
fn local_day_begins_at_local_midnight() {
    let day = local_day(Tz::Asia__Kathmandu, "2026-11-24".parse().unwrap());
    assert_eq!(day, at("2026-11-23T18:15:00Z")..at("2026-11-24T18:15:00Z"));
    let day = local_day(Tz::America__New_York, "2026-03-08".parse().unwrap());
    assert_eq!(day, at("2026-03-08T05:00:00Z")..at("2026-03-09T04:00:00Z"));
}

#[test]
fn local_day_without_midnight_begins_when_clocks_were_turned_on() {
    // Beirut's clocks go from 00:00 to 01:00.
    let day = local_day(Tz::Asia__Beirut, "2026-03-29".parse().unwrap());
    assert_eq!(day.start, at("2026-03-28T22:00:00Z"));
    assert_eq!(length(Tz::Asia__Beirut, "2026-03-29"), (23, 0));
}

#[test]
fn local_day_with_two_midnights_begins_at_the_first() {
    // Havana's clocks go from 01:00 back to 00:00.
    let day = local_day(Tz::America__Havana, "2026-11-01".parse().unwrap());
    assert_eq!(day.start, at("2026-11-01T04:00:00Z"));
    assert_eq!(length(Tz::America__Havana, "2026-11-01"), (25, 0));
}

#[test]
fn a_date_that_the_zone_skipped_is_empty() {
    // Samoa crossed the date line.
    let skipped = local_day(Tz::Pacific__Apia, "2011-12-30".parse().unwrap());
    assert!(skipped.is_empty());
    assert_eq!(skipped.start, at("2011-12-30T10:00:00Z"));
    assert_eq!(length(Tz::Pacific__Apia, "2011-12-29"), (24, 0));
    assert_eq!(length(Tz::Pacific__Apia, "2011-12-31"), (24, 0));
}

#[test]
fn a_time_that_clocks_skip_has_no_start() {
    let spring = listed(Tz::Europe__Berlin, "2026-03-29", 60, &[("00:00", "05:00")]);
    assert_eq!(spring, ["23:00", "00:00", "01:00", "02:00"]);
    let spring = listed(
        Tz::Antarctica__Troll,
        "2026-03-29",
        60,
        &[("00:00", "05:00")],
    );
    assert_eq!(spring, ["00:00", "01:00", "02:00"]);
}

#[test]
fn a_time_that_clocks_show_twice_has_two_starts() {
    let autumn = listed(Tz::Europe__Berlin, "2026-10-25", 60, &[("00:00", "04:00")]);
    assert_eq!(autumn, ["22:00", "23:00", "00:00", "01:00", "02:00"]);
    let autumn = listed(
        Tz::America__New_York,
        "2026-11-01",
        120,
        &[("01:00", "06:00")],
    );
    assert_eq!(autumn, ["05:00", "06:00", "08:00", "10:00"]);
}

#[test]
fn lattice_counts_by_the_wall_clock_across_a_half_hour_change() {
    // Lord Howe's clocks go from 02:00 back to 01:30, at 15:00 UTC.
    let autumn = listed(
        Tz::Australia__Lord_Howe,
        "2026-04-05",
        60,
        &[("00:30", "05:00")],
    );
    assert_eq!(
        autumn,
        ["13:30", "14:30", "15:00", "16:00", "17:00", "18:00"]
    );
    // And from 02:00 to 02:30, at 15:30 UTC.
    let spring = listed(
        Tz::Australia__Lord_Howe,
        "2026-10-04",
        60,
        &[("00:00", "05:00")],
    );
    assert_eq!(spring, ["13:30", "14:30", "16:00", "17:00"]);
}

#[test]
fn lattice_restarts_at_each_opening() {
    let hours = [("09:00", "12:15"), ("13:15", "16:00")];
    let listed = listed(Tz::Europe__Berlin, "2026-11-24", 120, &hours);
    assert_eq!(listed, ["08:00", "10:00", "12:15", "14:15"]);
}

#[test]
fn a_night_belongs_to_the_date_on_which_it_opens() {
    let hours = [("21:30", "02:15")];
    let listed = listed(Tz::Europe__Berlin, "2026-11-24", 60, &hours);
    // 00:30 and 01:30 of last night's lattice, then tonight's.
    assert_eq!(listed, ["23:30", "00:30", "20:30", "21:30", "22:30"]);
}

#[test]
fn always_open_is_one_opening_a_date() {
    let listed = listed(Tz::Asia__Kathmandu, "2026-11-24", 300, &[]);
    assert_eq!(listed, ["18:15", "23:15", "04:15", "09:15", "14:15"]);
}

#[test]
fn an_interval_longer_than_the_opening_has_one_start() {
    let listed = listed(
        Tz::Europe__Berlin,
        "2026-11-24",
        44 * 60,
        &[("09:00", "17:00")],
    );
    assert_eq!(listed, ["08:00"]);
}

#[test]
fn starts_stay_within_the_window() {
    let window = at("2026-11-24T09:30:00Z")..at("2026-11-24T12:00:00Z");
    let hours = daily(&[("09:00", "17:00")]);
    let starts = starts(Some(&hours), Tz::Europe__Berlin, minutes(60), window);
    assert_eq!(
        starts,
        [at("2026-11-24T10:00:00Z"), at("2026-11-24T11:00:00Z")]
    );
}

#[test]
fn an_opening_at_a_skipped_time_opens_when_clocks_were_turned_on() {
    let hours = daily(&[("02:30", "05:00")]);
    let mask = open_mask(
        Some(&hours),
        Tz::America__New_York,
        "2026-03-08".parse().unwrap(),
    );
    // 03:00 to 05:00 of summer time.
    assert_eq!(mask.to_string(), "28-35");
    let listed = listed(
        Tz::America__New_York,
        "2026-03-08",
        60,
        &[("02:30", "05:00")],
    );
    assert_eq!(listed, ["07:30", "08:30"]);
}

#[test]
fn an_opening_that_is_skipped_whole_is_none() {
    let hours = daily(&[("02:15", "02:45")]);
    let mask = open_mask(
        Some(&hours),
        Tz::America__New_York,
        "2026-03-08".parse().unwrap(),
    );
    assert!(mask.is_empty());
}

#[test]
fn an_hour_that_clocks_show_twice_is_open_when_they_show_an_open_time() {
    // New York shows 01:00 to 02:00 at 05:00 and at 06:00 UTC.
    let day = "2026-11-01".parse().unwrap();
    let mask = |from, to| open_mask(Some(&daily(&[(from, to)])), Tz::America__New_York, day);
    // 01:30 to 02:00, then 01:30 to 04:00.
    assert_eq!(mask("01:30", "04:00").to_string(), "22-23,26-35");
    // 00:00 to 01:30, then 01:00 to 01:30.
    assert_eq!(mask("00:00", "01:30").to_string(), "16-21,24-25");
    // It closes when clocks show 01:00 for the first time.
    assert_eq!(mask("00:00", "01:00").to_string(), "16-19");
    assert_eq!(mask("02:00", "03:00").to_string(), "28-31");
}

#[test]
fn a_quarter_hour_within_the_repeated_hour_is_open_twice_and_not_in_between() {
    let hours = daily(&[("01:15", "01:30")]);
    let mask = open_mask(
        Some(&hours),
        Tz::Europe__London,
        "2027-10-31".parse().unwrap(),
    );
    // 01:15 of summer time, and 01:15 of winter time.
    assert_eq!(mask.to_string(), "1,5");
    let starts = listed(Tz::Europe__London, "2027-10-31", 15, &[("01:15", "01:30")]);
    assert_eq!(starts, ["00:15", "01:15"]);
}

#[test]
fn a_closed_day_stays_closed_when_its_midnight_comes_twice() {
    let saturday = r#"{"sat":[{"from":"20:00","to":"24:00"}]}"#;
    let saturday = serde_json::from_str(saturday).unwrap();
    let mask = |day: &str| open_mask(Some(&saturday), Tz::America__Havana, day.parse().unwrap());
    assert_eq!(mask("2026-11-01").to_string(), "0-15");
    assert_eq!(mask("2026-10-31").to_string(), "");
}

#[test]
fn hours_in_utc_follow_the_season() {
    let hours = daily(&[("09:00", "17:00")]);
    let mask = |day: &str| open_mask(Some(&hours), Tz::Europe__Berlin, day.parse().unwrap());
    assert_eq!(mask("2026-03-28").to_string(), "32-63");
    assert_eq!(mask("2026-03-29").to_string(), "28-59");
    assert_eq!(mask("2026-10-25").to_string(), "32-63");
}

#[test]
fn no_hours_are_always_open() {
    let day = "2026-03-29".parse().unwrap();
    assert_eq!(
        open_mask(None, Tz::Europe__Berlin, day),
        domain::calendar::SlotMask::FULL
    );
}

#[test]
fn a_week_without_a_stretch_is_always_closed() {
    let hours = serde_json::from_str("{}").unwrap();
    let day = "2026-03-29".parse().unwrap();
    assert!(open_mask(Some(&hours), Tz::Europe__Berlin, day).is_empty());
    assert!(listed_closed(&hours).is_empty());
}

fn listed_closed(hours: &domain::hours::WeeklyHours) -> Vec<domain::calendar::Timestamp> {
    let window = at("2026-01-01T00:00:00Z")..at("2026-02-01T00:00:00Z");
    starts(Some(hours), Tz::Europe__Berlin, minutes(15), window)
}

#[test]
fn a_zone_off_the_quarter_hour_has_no_starts_and_only_whole_slots() {
    // Monrovia was 44 minutes and 30 seconds behind until 1972.
    let (zone, hours) = (Tz::Africa__Monrovia, daily(&[("09:00", "17:00")]));
    assert!(listed(zone, "1971-11-24", 15, &[("09:00", "17:00")]).is_empty());
    let mask = open_mask(Some(&hours), zone, "1971-11-24".parse().unwrap());
    assert_eq!(mask.to_string(), "39-69");
}

#[test]
fn the_ends_of_the_calendar_list_only_what_they_hold() {
    let zone = Tz::America__Los_Angeles;
    let first = local_day(zone, "1970-01-01".parse().unwrap());
    assert_eq!(
        starts(None, zone, minutes(360), first).first(),
        Some(&at("1970-01-01T08:00:00Z"))
    );
    let before = at("1970-01-01T00:00:00Z")..at("1970-01-01T08:00:00Z");
    assert_eq!(
        starts(None, zone, minutes(360), before),
        [at("1970-01-01T02:00:00Z")]
    );
    let last = local_day(zone, "9999-12-31".parse().unwrap());
    let expected = [
        at("9999-12-31T08:00:00Z"),
        at("9999-12-31T14:00:00Z"),
        at("9999-12-31T20:00:00Z"),
    ];
    assert_eq!(starts(None, zone, minutes(360), last), expected);
}

//! A resource's settings: what is refused, and in which words.

use domain::{
    calendar::{Day, SlotCount, Timestamp},
    hold::Lease,
    resource::{
        Horizon, LEASE_CHECKOUT_DEFAULT_MS, LEASE_DEFAULT_MS, Oddity, ResourceSettings,
        SettingsFields,
    },
};
use serde_json::{Value, json};

use crate::harness::*;

/// Good settings with other values for some fields.
fn with(changes: Value) -> Result<ResourceSettings, String> {
    let mut fields = json!({ "name": "Studio A", "timezone": "UTC", "durations": [60, 120] });
    let Value::Object(changes) = changes else {
        panic!("{changes} is no object");
    };
    fields.as_object_mut().unwrap().extend(changes);
    serde_json::from_value(fields).map_err(|error| error.to_string())
}

#[track_caller]
fn refused(changes: Value, words: &str) {
    assert_eq!(with(changes).unwrap_err(), words);
}

#[test]
fn settings_left_out_have_their_defaults() {
    let settings = with(json!({})).unwrap();
    assert_eq!(settings.interval(), minutes(60));
    assert!(settings.hours().is_none());
    assert!(!settings.fields().spans_closed_hours);
    assert_eq!(
        settings.lease_ms(Lease::Presence),
        u64::from(LEASE_DEFAULT_MS)
    );
    assert_eq!(
        settings.lease_ms(Lease::Checkout),
        u64::from(LEASE_CHECKOUT_DEFAULT_MS)
    );
    assert_eq!(settings.hold_max_ms(), 900_000);
}

#[test]
fn the_interval_is_the_shortest_duration_unless_it_is_set() {
    let settings = with(json!({ "durations": [300, 60, 120] })).unwrap();
    assert_eq!(settings.durations(), [60, 120, 300].map(minutes));
    assert_eq!(settings.interval(), minutes(60));
    assert_eq!(
        with(json!({ "slotInterval": 15 })).unwrap().interval(),
        minutes(15)
    );
}

#[test]
fn settings_are_written_as_they_are_read() {
    let settings =
        with(json!({ "hours": { "mon": [{ "from": "09:00", "to": "17:00" }] } })).unwrap();
    let written = serde_json::to_string(&settings).unwrap();
    assert_eq!(
        serde_json::from_str::<ResourceSettings>(&written).unwrap(),
        settings
    );
    let fields = SettingsFields::from(settings.clone());
    assert_eq!(ResourceSettings::try_from(fields).unwrap(), settings);
}

#[test]
fn a_name_has_1_to_120_characters() {
    let words = "name: must have 1 to 120 characters, not only blanks, no control characters";
    for name in ["", "   ", "Studio\nA", "Studio\u{0}", &"é".repeat(121)] {
        refused(json!({ "name": name }), words);
    }
    assert!(with(json!({ "name": "é".repeat(120) })).is_ok());
}

#[test]
fn a_zone_is_one_of_iana_s() {
    for zone in ["Mars/Olympus", "", "europe/berlin", "+01:00", "CEST"] {
        let words = format!("timezone: {zone:?} is not an IANA time zone like Europe/Berlin");
        refused(json!({ "timezone": zone }), &words);
    }
    refused(
        json!({ "timezone": 1 }),
        "invalid type: integer `1`, expected a string",
    );
    for zone in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"] {
        assert!(with(json!({ "timezone": zone })).is_ok());
    }
}

#[test]
fn durations_are_different_multiples_of_15_minutes() {
    let expected = "minutes, a multiple of 15 from 15 to 44640";
    refused(
        json!({ "durations": [50] }),
        &format!("invalid value: integer `50`, expected {expected}"),
    );
    refused(
        json!({ "durations": [0] }),
        &format!("invalid value: integer `0`, expected {expected}"),
    );
    refused(
        json!({ "durations": [44_655] }),
        &format!("invalid value: integer `44655`, expected {expected}"),
    );
    refused(
        json!({ "durations": [99_999_999_999_u64] }),
        &format!("invalid value: integer `99999999999`, expected {expected}"),
    );
    refused(
        json!({ "durations": [-15] }),
        &format!("invalid type: integer `-15`, expected {expected}"),
    );
    refused(
        json!({ "durations": [60.0] }),
        &format!("invalid type: floating point `60.0`, expected {expected}"),
    );
    refused(
        json!({ "durations": ["60"] }),
        &format!("invalid type: string \"60\", expected {expected}"),
    );
    refused(
        json!({ "slotInterval": 20 }),
        &format!("invalid value: integer `20`, expected {expected}"),
    );
    let count = "durations: must be 1 to 32 different multiples of 15 minutes";
    refused(json!({ "durations": [] }), count);
    refused(json!({ "durations": [60, 60] }), count);
    let many: Vec<u32> = (1..=33).map(|nth| nth * 15).collect();
    refused(json!({ "durations": many }), count);
    assert!(with(json!({ "durations": many[..32], "slotInterval": 44_640 })).is_ok());
}

#[test]
fn leases_have_a_shortest_and_a_longest() {
    for field in ["leaseMs", "checkoutLeaseMs"] {
        for ms in [0, 4_999, 600_001] {
            let words = format!("{field}: {ms} is not in 5,000 to 600,000 milliseconds");
            refused(json!({ field: ms }), &words);
        }
        assert!(with(json!({ field: 5_000 })).is_ok());
        assert!(with(json!({ field: 600_000 })).is_ok());
    }
}

#[test]
fn a_hold_is_capped_between_one_lease_and_a_day() {
    let words =
        |ms| format!("holdMaxMs: {ms} is less than leaseMs or more than 86,400,000 milliseconds");
    refused(json!({ "holdMaxMs": 9_999 }), &words(9_999));
    refused(json!({ "holdMaxMs": 86_400_001 }), &words(86_400_001));
    assert!(with(json!({ "holdMaxMs": 10_000 })).is_ok());
    assert!(with(json!({ "holdMaxMs": 86_400_000 })).is_ok());
}

#[test]
fn notices_are_a_year_at_most() {
    for field in ["bookNotice", "changeNotice", "cancelNotice"] {
        let words = format!("{field}: 525601 is not in 0 to 525600 minutes");
        refused(json!({ field: 525_601 }), &words);
        assert!(with(json!({ field: 525_600 })).is_ok());
    }
}

#[test]
fn there_is_one_horizon_of_two_years_unless_one_is_set() {
    let horizon = |changes| with(changes).unwrap().horizon();
    assert_eq!(horizon(json!({})), Horizon::Rolling(731));
    let ten_years = json!({ "horizonDays": 3_660 });
    assert_eq!(horizon(ten_years), Horizon::Rolling(3_660));
    let fixed = Horizon::Fixed(day("2027-10-31"));
    assert_eq!(horizon(json!({ "lastDay": "2027-10-31" })), fixed);

    let words = "horizonDays: 3661 is not in 0 to 3660 days";
    refused(json!({ "horizonDays": 3_661 }), words);
    let both = json!({ "horizonDays": 1, "lastDay": "2027-10-31" });
    let words = "lastDay: there is horizonDays too, and only one of them can hold";
    refused(both, words);
}

#[test]
fn a_notice_that_ends_after_the_horizon_never_works() {
    let never = |changes| with(changes).unwrap().never_work();
    let week = json!({ "bookNotice": 8 * 1440, "horizonDays": 7 });
    assert_eq!(never(week), Some(Oddity::NoticeBeyondHorizon));
    assert_eq!(Oddity::NoticeBeyondHorizon.field(), "bookNotice");
    let shorter = json!({ "bookNotice": 8 * 1440 - 1, "horizonDays": 7 });
    assert_eq!(never(shorter), None);
    assert_eq!(never(json!({ "bookNotice": 525_600 })), None);
}

#[test]
fn wrong_hours_are_refused_with_day_and_stretch() {
    let hours = json!({ "hours": { "mon": [{ "from": "09:00", "to": "09:20" }] } });
    let words =
        "hours: mon 09:00-09:20: \"09:20\" is not a quarter hour like 09:15, from 00:00 to 24:00";
    refused(hours, words);
}

#[test]
fn dates_and_times_of_a_wrong_type_are_refused_in_words() {
    let refused = serde_json::from_str::<Day>("20261124")
        .unwrap_err()
        .to_string();
    assert!(
        refused.starts_with("invalid type: integer `20261124`, expected a date like 2026-11-24"),
        "{refused}"
    );
    let refused = serde_json::from_str::<Timestamp>("null")
        .unwrap_err()
        .to_string();
    assert!(
        refused.starts_with("invalid type: null, expected a time like 2026-11-24T13:00:00.000Z"),
        "{refused}"
    );
}

#[test]
fn days_are_of_the_years_1970_to_9999() {
    let date = |year, month, day| chrono::NaiveDate::from_ymd_opt(year, month, day).unwrap();
    assert!(Day::new(date(1969, 12, 31)).is_err());
    assert_eq!(Day::new(date(1970, 1, 1)).unwrap(), day("1970-01-01"));
    let last = Day::new(date(9999, 12, 31)).unwrap();
    assert_eq!(last.plus(1), None);
    assert!(Day::new(date(10000, 1, 1)).is_err());
    for text in ["1969-12-31", "0000-01-01", "2026-02-29", "2026-13-01"] {
        assert!(text.parse::<Day>().is_err(), "{text}");
    }
}

#[test]
fn times_are_read_whole_or_not_at_all() {
    let read = |text: &str| text.parse::<Timestamp>().map(|time| time.to_string());
    assert_eq!(
        read("2026-11-24T14:00:00+01:00").unwrap(),
        "2026-11-24T13:00:00.000Z"
    );
    assert_eq!(
        read("2026-11-24T13:00:00.25Z").unwrap(),
        "2026-11-24T13:00:00.250Z"
    );
    assert_eq!(
        read("2026-11-24T13:00:00.000000Z").unwrap(),
        "2026-11-24T13:00:00.000Z"
    );
    let refused = [
        "2026-11-24T13:00:00.0009Z",
        "2026-11-24T12:59:60Z",
        "2026-11-24T13:00:00",
        "2026-11-24T13:00Z",
        "2026-11-24",
        "2026-02-29T13:00:00Z",
        "2026-11-24T24:00:00Z",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59-01:00",
        "10000-01-01T00:00:00Z",
        "1795525200000",
        "",
    ];
    for text in refused {
        assert!(read(text).is_err(), "{text}");
    }
}

/// The settings with these durations and hours.
fn offering(durations: &[u32], hours: &serde_json::Value, spans: bool) -> ResourceSettings {
    let fields = json!({
        "name": "Camera 1",
        "timezone": "Europe/Berlin",
        "durations": durations,
        "hours": hours,
        "spansClosedHours": spans,
    });
    serde_json::from_value(fields).unwrap()
}

fn never_fit(minutes: &[u32]) -> Vec<Oddity> {
    let count = |minutes: &u32| SlotCount::from_minutes(*minutes).unwrap();
    let counts = minutes.iter().map(count);
    counts.map(Oddity::DurationNeverFits).collect()
}

#[test]
fn a_duration_that_fits_into_no_opening_is_odd_and_one_that_fits_is_not() {
    let hours = json!({ "mon": [{ "from": "09:00", "to": "18:00" }] });
    let settings = offering(&[60, 540, 555], &hours, false);
    assert_eq!(settings.oddities(), never_fit(&[555]));
    assert_eq!(settings.never_work(), None);
    // Openings that touch are one, over midnight and the week's end too.
    let hours = json!({
        "sun": [{ "from": "20:00", "to": "24:00" }],
        "mon": [{ "from": "00:00", "to": "04:00" }],
    });
    assert_eq!(offering(&[480], &hours, false).oddities(), []);
    assert_eq!(offering(&[480], &hours, false).never_work(), None);
    assert_eq!(
        offering(&[495], &hours, false).never_work(),
        Some(never_fit(&[495])[0])
    );
}

#[test]
fn a_hire_begins_and_ends_in_open_hours_of_some_week() {
    let hours = json!({
        "mon": [{ "from": "09:00", "to": "18:00" }],
        "fri": [{ "from": "09:00", "to": "02:00" }],
    });
    let settings = offering(&[60, 480, 2640], &hours, true);
    assert_eq!(settings.oddities(), never_fit(&[2640]));
    // Monday to Friday, and a week and an hour.
    assert_eq!(offering(&[5_760, 10_140], &hours, true).oddities(), []);
    assert_eq!(
        offering(&[2640], &hours, true).never_work(),
        Some(never_fit(&[2640])[0])
    );
}

#[test]
fn what_is_always_open_takes_any_length_and_what_never_is_takes_none() {
    let all_week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let day = json!([{ "from": "00:00", "to": "24:00" }]);
    let hours: serde_json::Map<_, _> = all_week
        .into_iter()
        .map(|weekday| (weekday.to_owned(), day.clone()))
        .collect();
    assert_eq!(offering(&[44_640], &hours.into(), false).oddities(), []);
    assert_eq!(offering(&[44_640], &json!(null), false).oddities(), []);
    let closed = offering(&[60], &json!({}), false);
    assert_eq!(closed.never_work(), None);
    assert_eq!(closed.oddities(), [Oddity::NeverOpen]);
}

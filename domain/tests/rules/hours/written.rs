//! How opening hours are written, and what is refused.

use chrono::Weekday;
use domain::hours::{HoursError, INTERVALS_PER_DAY_MAX, OpenInterval, WeeklyHours};

fn read(text: &str) -> Result<WeeklyHours, String> {
    serde_json::from_str(text).map_err(|error| {
        let text = error.to_string();
        text.split(" at line").next().unwrap_or_default().to_owned()
    })
}

fn interval(from: &str, to: &str) -> OpenInterval {
    OpenInterval::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

/// One stretch on Monday.
fn monday(from: &str, to: &str) -> Result<WeeklyHours, String> {
    read(&format!(r#"{{"mon":[{{"from":"{from}","to":"{to}"}}]}}"#))
}

#[test]
fn written_hours_are_read_back_to_the_byte() {
    let written = [
        "{}",
        r#"{"mon":[{"from":"09:00","to":"12:15"},{"from":"13:00","to":"17:00"}]}"#,
        r#"{"tue":[{"from":"00:00","to":"24:00"}],"sun":[{"from":"22:00","to":"00:00"}]}"#,
        r#"{"fri":[{"from":"22:00","to":"02:00"}],"sat":[{"from":"02:00","to":"03:00"}]}"#,
    ];
    for text in written {
        assert_eq!(serde_json::to_string(&read(text).unwrap()).unwrap(), text);
    }
}

#[test]
fn stretches_are_kept_in_order_and_closed_days_left_out() {
    let text = r#"{"sun":[],"mon":[{"to":"17:00","from":"13:00"},{"from":"09:00","to":"12:00"}]}"#;
    let expected = r#"{"mon":[{"from":"09:00","to":"12:00"},{"from":"13:00","to":"17:00"}]}"#;
    assert_eq!(
        serde_json::to_string(&read(text).unwrap()).unwrap(),
        expected
    );
}

#[test]
fn a_day_left_out_is_closed() {
    let hours = monday("09:00", "17:00").unwrap();
    assert_eq!(hours.on(Weekday::Mon), [interval("09:00", "17:00")]);
    assert!(hours.on(Weekday::Tue).is_empty());
    assert_eq!(hours.iter().count(), 1);
}

#[test]
fn unknown_days_and_fields_are_refused_by_name() {
    let refused = read(r#"{"monday":[]}"#).unwrap_err();
    assert!(
        refused.starts_with("unknown field `monday`, expected one of `mon`, `tue`"),
        "{refused}"
    );
    let refused = read(r#"{"mon":[{"from":"09:00","to":"10:00","until":"11:00"}]}"#).unwrap_err();
    assert!(refused.starts_with("unknown field `until`"), "{refused}");
    assert_eq!(
        read(r#"{"mon":[{"from":"09:00"}]}"#).unwrap_err(),
        "missing field `to`"
    );
    assert_eq!(
        read(r#"{"mon":[],"mon":[]}"#).unwrap_err(),
        "duplicate field `mon`"
    );
}

#[test]
fn only_quarter_hours_of_a_day_are_times() {
    for text in [
        "9:00",
        "09:0",
        "09:10",
        "24:15",
        "25:00",
        "09:60",
        "+9:00",
        "09:00:00",
        "0900",
        "",
        "٠٩:٠٠",
    ] {
        let refused = monday(text, "23:00").unwrap_err();
        let expected = format!(
            "hours: mon {text}-23:00: {text:?} is not a quarter hour like 09:15, from 00:00 to 24:00"
        );
        assert_eq!(refused, expected);
    }
    let refused = monday("09:00", "17:05").unwrap_err();
    assert!(
        refused.starts_with(r#"hours: mon 09:00-17:05: "17:05" is not a quarter hour"#),
        "{refused}"
    );
    let refused = read(r#"{"mon":[{"from":9,"to":17}]}"#).unwrap_err();
    assert_eq!(refused, "invalid type: integer `9`, expected a string");
}

#[test]
fn an_empty_stretch_is_refused_with_what_to_write_instead() {
    let expected = "hours: mon 09:00-09:00: it is empty; write 00:00 to 24:00 for the whole day";
    assert_eq!(monday("09:00", "09:00").unwrap_err(), expected);
}

#[test]
fn opening_at_24_00_is_refused() {
    let expected = "hours: mon 24:00-02:00: it can't open at 24:00: that is 00:00 of the next day";
    assert_eq!(monday("24:00", "02:00").unwrap_err(), expected);
}

#[test]
fn stretches_that_overlap_are_refused_by_name() {
    let refused = |text| read(text).unwrap_err();
    assert_eq!(
        refused(r#"{"mon":[{"from":"09:00","to":"12:00"},{"from":"11:45","to":"13:00"}]}"#),
        "hours: mon 09:00-12:00 overlaps mon 11:45-13:00"
    );
    assert_eq!(
        refused(r#"{"mon":[{"from":"09:00","to":"12:00"},{"from":"09:00","to":"12:00"}]}"#),
        "hours: mon 09:00-12:00 overlaps mon 09:00-12:00"
    );
    assert_eq!(
        refused(r#"{"tue":[{"from":"22:00","to":"02:00"}],"wed":[{"from":"01:45","to":"03:00"}]}"#),
        "hours: tue 22:00-02:00 overlaps wed 01:45-03:00"
    );
    assert_eq!(
        refused(r#"{"mon":[{"from":"00:00","to":"01:00"}],"sun":[{"from":"22:00","to":"00:15"}]}"#),
        "hours: sun 22:00-00:15 overlaps mon 00:00-01:00"
    );
}

#[test]
fn stretches_may_touch() {
    let touching = [
        r#"{"mon":[{"from":"09:00","to":"12:00"},{"from":"12:00","to":"13:00"}]}"#,
        r#"{"mon":[{"from":"00:00","to":"24:00"}],"tue":[{"from":"00:00","to":"24:00"}]}"#,
        r#"{"mon":[{"from":"02:00","to":"03:00"}],"sun":[{"from":"22:00","to":"02:00"}]}"#,
        r#"{"wed":[{"from":"08:00","to":"07:45"}],"thu":[{"from":"07:45","to":"08:00"}]}"#,
    ];
    for text in touching {
        assert!(read(text).is_ok(), "{text}");
    }
}

#[test]
fn a_day_has_at_most_sixteen_stretches() {
    let stretch = |nth: usize| {
        let from = format!("{nth:02}:00");
        let to = format!("{nth:02}:15");
        (Weekday::Fri, interval(&from, &to))
    };
    assert!(WeeklyHours::new((0..INTERVALS_PER_DAY_MAX).map(stretch)).is_ok());
    let refused = WeeklyHours::new((0..=INTERVALS_PER_DAY_MAX).map(stretch)).unwrap_err();
    let expected = HoursError::TooMany {
        weekday: Weekday::Fri,
        count: 17,
    };
    assert_eq!(refused, expected);
    assert_eq!(
        refused.to_string(),
        "hours: fri has 17 stretches, more than 16"
    );
}

//! Calendar files as they come: what is read of them, and what is told instead.

#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

use domain::hours::Exception;
use holidays::{CalendarError, FILE_BYTES_MAX, Holidays, Why, read};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

/// A calendar with these events, each the lines of one.
fn calendar(events: &[&str]) -> String {
    let mut file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n".to_owned();
    for event in events {
        let lines = event
            .lines()
            .map(str::trim)
            .collect::<Vec<_>>()
            .join("\r\n");
        file += &["BEGIN:VEVENT", &lines, "END:VEVENT", ""].join("\r\n");
    }
    file + "END:VCALENDAR\r\n"
}

/// What is read of an event, as it is written, without its id.
fn written(holidays: &Holidays) -> Vec<Value> {
    let exceptions = holidays.exceptions.iter();
    let written = exceptions.map(|exception| {
        let mut written = serde_json::to_value(exception).unwrap();
        written.as_object_mut().unwrap().remove("exceptionId");
        written
    });
    written.collect()
}

fn one(event: &str) -> Holidays {
    read(&calendar(&[event])).unwrap()
}

#[test]
fn events_of_whole_days_close_their_dates() {
    let read = one("UID:1\nSUMMARY:Founders' day\\, the second\nDTSTART;VALUE=DATE:20270405");
    let day = json!({ "label": "Founders' day, the second", "date": "2027-04-05", "hours": [] });
    assert_eq!(written(&read), [day]);

    let read = one("UID:1\nSUMMARY:Summer\nDTSTART;VALUE=DATE:20270730\nDTEND;VALUE=DATE:20270802");
    let dates: Vec<_> = written(&read)
        .iter()
        .map(|one| one["date"].clone())
        .collect();
    assert_eq!(dates, ["2027-07-30", "2027-07-31", "2027-08-01"]);
    let ids: std::collections::BTreeSet<_> = read.exceptions.iter().map(Exception::id).collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn what_comes_every_year_closes_its_date_every_year() {
    for rule in [
        "FREQ=YEARLY",
        "FREQ=YEARLY;INTERVAL=1;BYMONTH=12;BYMONTHDAY=25",
    ] {
        let read = one(&format!(
            "UID:1\nSUMMARY:Christmas\nDTSTART;VALUE=DATE:20201225\nRRULE:{rule}"
        ));
        assert_eq!(
            written(&read),
            [json!({ "label": "Christmas", "yearly": "12-25", "hours": [] })]
        );
    }
}

#[test]
fn times_of_a_zone_are_a_stretch() {
    let utc = one("UID:1\nDTSTART:20270405T060000Z\nDURATION:PT2H30M");
    let stretch = json!({
        "label": "Closed", "from": "2027-04-05T06:00:00.000Z", "to": "2027-04-05T08:30:00.000Z",
    });
    assert_eq!(written(&utc), [stretch]);
    let berlin = one(
        "UID:1\nDTSTART;TZID=Europe/Berlin:20270405T080000\nDTEND;TZID=Europe/Berlin:20270405T103000",
    );
    assert_eq!(written(&berlin), written(&utc));
}

#[test]
fn what_no_exception_can_say_is_told_event_by_event() {
    let date = "DTSTART;VALUE=DATE:20270405";
    let cases = [
        (format!("{date}\nSTATUS:CANCELLED"), Why::Cancelled),
        (format!("{date}\nRRULE:FREQ=YEARLY;BYDAY=1MO"), Why::Repeats),
        (format!("{date}\nRRULE:FREQ=YEARLY;COUNT=3"), Why::Repeats),
        (format!("{date}\nRRULE:FREQ=WEEKLY"), Why::Repeats),
        (
            format!("{date}\nRECURRENCE-ID;VALUE=DATE:20270405"),
            Why::Override,
        ),
        (format!("{date}\nDTEND;VALUE=DATE:20270405"), Why::When),
        (format!("{date}\nDTEND;VALUE=DATE:20290405"), Why::TooLong),
        (
            "DTSTART:20270405T080000\nDTEND:20270405T090000".into(),
            Why::NoZone,
        ),
        (
            "DTSTART;TZID=Mars/Olympus:20270405T080000\nDURATION:PT1H".into(),
            Why::NoZone,
        ),
        ("DTSTART:20270405T080000Z".into(), Why::When),
        ("SUMMARY:Some day".into(), Why::When),
    ];
    for (lines, why) in cases {
        let read = one(&format!("UID:the-one\n{lines}"));
        assert_eq!(read.exceptions, [], "{lines}");
        assert_eq!(
            (read.skipped[0].event.as_str(), read.skipped[0].why),
            ("the-one", why),
            "{lines}"
        );
    }
}

#[test]
fn a_file_read_again_says_the_same_of_the_same_and_a_moved_event_stays_the_one_it_was() {
    let event = |date| format!("UID:moves@example.org\nSUMMARY:Easter\nDTSTART;VALUE=DATE:{date}");
    let (first, moved) = (one(&event("20270329")), one(&event("20270330")));
    assert_eq!(first, one(&event("20270329")));
    assert_eq!(first.exceptions[0].id(), moved.exceptions[0].id());
    assert_ne!(first, moved);
}

#[test]
fn what_is_no_calendar_is_refused() {
    let event = "UID:1\nDTSTART;VALUE=DATE:20270405";
    let whole = calendar(&[event, event]);
    let cut = &whole[..whole.len() - "END:VCALENDAR\r\n".len()];
    let deep = format!("BEGIN:VCALENDAR\r\n{}", "BEGIN:VEVENT\r\n".repeat(50_000));
    for file in [
        "",
        "hello",
        "BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        "END:VCALENDAR",
        cut,
        &deep,
    ] {
        assert_eq!(read(file), Err(CalendarError::NotACalendar));
    }
    assert_eq!(
        read(&"x".repeat(FILE_BYTES_MAX + 1)),
        Err(CalendarError::TooLarge)
    );
    // Folded lines, the byte order mark and lone line feeds are as good.
    let folded = whole.replace(
        "DTSTART;VALUE=DATE:20270405",
        "DTSTART;VALUE\r\n =DATE:202\r\n 70405",
    );
    for same in [
        folded,
        format!("\u{feff}{whole}"),
        whole.replace("\r\n", "\n"),
    ] {
        assert_eq!(read(&same), read(&whole));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_fall(
        lines in vec("(BEGIN|END|UID|DTSTART|DTEND|DURATION|RRULE|SUMMARY)[;:=A-Z0-9a-z+-]{0,24}", 0..12),
    ) {
        let lines = lines.join("\n");
        let _refused_or_not = read(&calendar(&[&lines]));
        let _refused_or_not = read(&lines);
    }

    #[test]
    fn every_event_is_read_or_told(dates in vec((2024..2040_i32, 1..=12_u32, 1..=31_u32), 1..20)) {
        let event = |(nth, (year, month, day)): (usize, &(i32, u32, u32))| {
            format!("UID:{nth}\nDTSTART;VALUE=DATE:{year}{month:02}{day:02}")
        };
        let events: Vec<_> = dates.iter().enumerate().map(event).collect();
        let events: Vec<_> = events.iter().map(String::as_str).collect();
        let read = read(&calendar(&events)).unwrap();
        prop_assert_eq!(read.exceptions.len() + read.skipped.len(), events.len());
    }
}

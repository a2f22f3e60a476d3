//! A library that shares neither code nor tables with ours reads the wall clock of every
//! zone of the tz database, at each turn of its clocks from 2024 to 2030: what is open,
//! what is listed and what can be booked is what it says at every quarter hour, and how far
//! ahead goes by its dates.

use std::{collections::BTreeMap, convert::Infallible, ops::Range};

use chrono::Weekday;
use chrono_tz::{TZ_VARIANTS, Tz};
use domain::{
    calendar::{Day, SLOT_MS, SlotMask, Timestamp},
    hours::{OpenInterval, WeeklyHours},
    listing::{ListQuery, list},
    rejection::RejectionKind,
    resource::Terms,
};
use jiff::{civil, tz::TimeZone};
use proptest::{
    collection::vec, prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner,
};
use serde_json::{Value, json};

use crate::harness::{at, exception, minutes, settings_with, terms};

const FIRST: &str = "2024-01-01T00:00:00Z";
const LAST: &str = "2030-12-31T00:00:00Z";
const DAY_MS: i64 = 86_400_000;

/// What the other library says that the clock on the wall shows.
struct Wall(TimeZone);

impl Wall {
    fn of(zone: Tz) -> Self {
        Self(TimeZone::get(zone.name()).unwrap())
    }

    fn shows(&self, at: Timestamp) -> civil::DateTime {
        let at = jiff::Timestamp::from_millisecond(at.ms()).unwrap();
        self.0.to_datetime(at)
    }

    /// When the clocks of the zone are turned.
    fn turns(&self) -> Vec<Timestamp> {
        let first: jiff::Timestamp = FIRST.parse().unwrap();
        let last: jiff::Timestamp = LAST.parse().unwrap();
        let turns = self.0.following(first).map(|turn| turn.timestamp());
        turns
            .take_while(|turn| *turn < last)
            .map(|turn| Timestamp::from_ms(turn.as_millisecond()).unwrap())
            .collect()
    }

    /// Minutes since the opening of the stretch that is open at `at`, for each that is.
    /// What a stretch of an exception closes begins no less on the lattice.
    fn opened(&self, hours: &WeeklyHours, exceptions: &[Value], at: Timestamp) -> Vec<u16> {
        let wall = self.shows(at);
        let of_day =
            u16::try_from(wall.hour()).unwrap() * 60 + u16::try_from(wall.minute()).unwrap();
        let days = [
            (wall.date(), of_day),
            (wall.date().yesterday().unwrap(), of_day + 1440),
        ];
        let mut opened = Vec::new();
        for (date, shown) in days {
            for (from, to) in opens_on(hours, exceptions, date) {
                let to = if to < from { to + 1440 } else { to };
                if (from..to).contains(&shown) {
                    opened.push(shown - from);
                }
            }
        }
        opened
    }
}

/// From when to when it is open that opens on `date`, in minutes of it: by the last
/// exception of that date, else by the last of that date of every year, else by the week.
fn opens_on(hours: &WeeklyHours, exceptions: &[Value], date: civil::Date) -> Vec<(u16, u16)> {
    let of = |key: &str, shown: &str| {
        let is = |exception: &&Value| exception[key].as_str() == Some(shown);
        exceptions.iter().rfind(is)
    };
    let shown = date.to_string();
    let Some(exception) = of("date", &shown).or_else(|| of("yearly", &shown[5..])) else {
        let weekday = date.weekday().to_monday_zero_offset().unsigned_abs();
        let intervals = hours.on(Weekday::try_from(weekday).unwrap()).iter();
        let minutes =
            intervals.map(|interval| (interval.from().minutes(), interval.to().minutes()));
        return minutes.collect();
    };
    let minutes = |time: &Value| {
        let (hours, minutes) = time.as_str().unwrap().split_once(':').unwrap();
        hours.parse::<u16>().unwrap() * 60 + minutes.parse::<u16>().unwrap()
    };
    let intervals = exception["hours"].as_array().unwrap().iter();
    let read = |interval: &Value| (minutes(&interval["from"]), minutes(&interval["to"]));
    intervals.map(read).collect()
}

/// Whether a stretch closes part of the quarter hour at `at`.
fn shut(exceptions: &[Value], at: Timestamp) -> bool {
    let time = |time: &Value| time.as_str().map(|time| time.parse::<Timestamp>().unwrap());
    let quarter = (at, at.plus_ms(SLOT_MS.unsigned_abs()));
    exceptions.iter().any(|exception| {
        let (from, to) = (time(&exception["from"]), time(&exception["to"]));
        from.is_some_and(|from| from < quarter.1) && to.is_some_and(|to| quarter.0 < to)
    })
}

/// Each quarter hour of a stretch of time with what opened before and closes after it.
type Quarters = BTreeMap<Timestamp, Vec<u16>>;

fn quarters(
    wall: &Wall,
    hours: &WeeklyHours,
    exceptions: &[Value],
    window: &Range<Timestamp>,
) -> Quarters {
    let quarters = window.start.ms() / SLOT_MS..window.end.ms() / SLOT_MS;
    let at = quarters.map(|quarter| Timestamp::from_ms(quarter * SLOT_MS).unwrap());
    at.map(|at| (at, wall.opened(hours, exceptions, at)))
        .collect()
}

/// Hours that begin and end within a few hours of what a clock shows, on its weekday, the
/// day before and the day after.
fn hours_about(shown: civil::DateTime) -> impl Strategy<Value = WeeklyHours> {
    let quarter = i64::from(shown.hour()) * 4 + i64::from(shown.minute()) / 15;
    let weekday = i64::from(shown.date().weekday().to_monday_zero_offset());
    let time = move |offset: i64| {
        let quarter = (quarter + offset).rem_euclid(96);
        format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15)
    };
    let near = prop_oneof![4 => -9..=9_i64, 1 => -48..=48_i64];
    vec((-1..=1_i64, near.clone(), near), 1..6).prop_map(move |stretches| {
        let mut week = Vec::new();
        for (day, from, to) in stretches {
            let weekday = u8::try_from((weekday + day).rem_euclid(7)).unwrap();
            let (from, to) = (time(from).parse().unwrap(), time(to).parse().unwrap());
            let interval = OpenInterval::new(from, to);
            week.extend(interval.map(|interval| (Weekday::try_from(weekday).unwrap(), interval)));
            if WeeklyHours::new(week.iter().copied()).is_err() {
                week.pop();
            }
        }
        WeeklyHours::new(week).unwrap()
    })
}

/// Exceptions on the day that a clock shows, and on those about it; as they are written.
fn exceptions_about(turn: Timestamp, shown: civil::DateTime) -> impl Strategy<Value = Vec<Value>> {
    let quarter = i64::from(shown.hour()) * 4 + i64::from(shown.minute()) / 15;
    let time = move |offset: i64| {
        let quarter = (quarter + offset).rem_euclid(96);
        format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15)
    };
    let drawn = (0..4_u8, -2..=3_i64, -9..=9_i64, 1..=9_i64, any::<bool>());
    let one = drawn.prop_map(move |(kind, day, offset, length, closed)| {
        let date = shown
            .date()
            .saturating_add(jiff::Span::new().days(day))
            .to_string();
        let hours = json!([{ "from": time(offset), "to": time(offset + length) }]);
        let hours = if closed || time(offset) == time(offset + length) {
            json!([])
        } else {
            hours
        };
        let after = |minutes: i64| Timestamp::from_ms(turn.ms() + minutes * 60_000).unwrap();
        match kind {
            0 | 1 => json!({ "date": date, "hours": hours }),
            2 => json!({ "yearly": &date[5..], "hours": hours }),
            _ => json!({ "from": after(offset * 37), "to": after((offset + length) * 37) }),
        }
    });
    vec(one, 0..4)
}

/// What is drawn beside hours and exceptions.
#[derive(Debug, Clone, Copy)]
struct Draw {
    length: u32,
    interval: u32,
    spans_closed_hours: bool,
    asked: Asked,
}

fn draw() -> impl Strategy<Value = Draw> {
    let length = select(vec![
        15, 30, 45, 60, 75, 90, 120, 300, 1380, 1440, 1500, 2640,
    ]);
    let interval = select(vec![15, 30, 45, 60, 105]);
    let drawn = (length, interval, any::<bool>(), asked());
    drawn.prop_map(|(length, interval, spans_closed_hours, asked)| Draw {
        length,
        interval,
        spans_closed_hours,
        asked,
    })
}

/// When somebody asks, and until when and how far ahead they may.
#[derive(Debug, Clone, Copy)]
enum Asked {
    /// Long before, without a notice.
    LongBefore,
    /// So many minutes after the clocks are turned, or before.
    About {
        minutes: i64,
        notice: u32,
        horizon_days: u32,
    },
}

fn asked() -> impl Strategy<Value = Asked> {
    let notice = select(vec![0, 0, 60, 1440, 1500]);
    let about = (-3_000..2_000_i64, notice, 0..4_u32);
    let about = about.prop_map(|(minutes, notice, horizon_days)| Asked::About {
        minutes,
        notice,
        horizon_days,
    });
    prop_oneof![Just(Asked::LongBefore), about]
}

impl Asked {
    /// When it is then.
    fn now(self, turn: Timestamp) -> Timestamp {
        match self {
            Self::LongBefore => at(FIRST),
            Self::About { minutes, .. } => {
                Timestamp::from_ms(turn.ms() + minutes * 60_000 + 1).unwrap()
            }
        }
    }

    /// The settings that say so.
    fn settings(self) -> Value {
        match self {
            Self::LongBefore => json!({ "lastDay": "9999-12-31" }),
            Self::About {
                notice,
                horizon_days,
                ..
            } => json!({ "bookNotice": notice, "horizonDays": horizon_days }),
        }
    }

    /// Why a start may not be asked for, by the other library's dates.
    fn refuses(self, wall: &Wall, turn: Timestamp, start: Timestamp) -> Option<RejectionKind> {
        let Self::About {
            notice,
            horizon_days,
            ..
        } = self
        else {
            return None;
        };
        let now = self.now(turn);
        if start < now {
            return Some(RejectionKind::Past);
        }
        if start < now.plus_ms(u64::from(notice) * 60_000) {
            return Some(RejectionKind::NoticeTooShort);
        }
        let days = jiff::Span::new().days(horizon_days);
        let last = wall.shows(now).date().checked_add(days).unwrap();
        (wall.shows(start).date() > last).then_some(RejectionKind::BeyondHorizon)
    }
}

fn drawn_terms(zone: Tz, hours: &WeeklyHours, exceptions: &[Value], draw: Draw) -> Terms {
    let mut fields = json!({
        "timezone": zone.name(),
        "hours": hours,
        "durations": [draw.length],
        "spansClosedHours": draw.spans_closed_hours,
    });
    let asked = draw.asked.settings().as_object().unwrap().clone();
    fields.as_object_mut().unwrap().extend(asked);
    let mut terms = terms(settings_with(&fields));
    for (number, when) in (1..).zip(exceptions) {
        terms.exceptions.add(exception(number, "Closed", when));
    }
    terms
}

/// Compares masks and a list of the day about `turn`.
fn compare(
    (zone, wall): (Tz, &Wall),
    turn: Timestamp,
    (hours, exceptions): (&WeeklyHours, &[Value]),
    draw: Draw,
) {
    let told = || {
        format!(
            "{zone} about {turn}, {draw:?}: {} {}",
            json!(hours),
            json!(exceptions)
        )
    };
    let day = Day::of(turn).start().ms();
    let after = |days: i64| Timestamp::from_ms(day + days * DAY_MS).unwrap();
    let quarters = quarters(wall, hours, exceptions, &(after(-1)..after(5)));
    let open = |at: &Timestamp| !quarters[at].is_empty() && !shut(exceptions, *at);
    let terms = drawn_terms(zone, hours, exceptions, draw);

    for date in Day::of(after(-1)).through(Day::of(after(1))) {
        let slots = SlotMask::FULL.slots().filter(|slot| open(&date.at(*slot)));
        let expected = slots.fold(SlotMask::EMPTY, |mask, slot| mask | SlotMask::run(slot, 1));
        assert_eq!(
            terms.opening_times().mask(date),
            expected,
            "{date}, {}",
            told()
        );
    }

    let query = ListQuery {
        duration: minutes(draw.length),
        interval: minutes(draw.interval),
        window: after(-1)..after(2),
    };
    let free = |_| Ok::<_, Infallible>(domain::calendar::Taken::default());
    let listed = list(&terms, &query, draw.asked.now(turn), free).unwrap();
    let listed: Vec<_> = listed
        .iter()
        .map(|slot| (slot.span.start(), slot.unavailable))
        .collect();

    let on_lattice = |opened: &Vec<u16>| {
        opened
            .iter()
            .any(|since| u32::from(*since) % draw.interval == 0)
    };
    let starts = quarters
        .range(query.window.clone())
        .filter(|(_, opened)| on_lattice(opened));
    let expected = starts.map(|(start, _)| {
        let quarter = |nth: u32| start.plus_ms(u64::from(nth) * SLOT_MS.unsigned_abs());
        let count = draw.length / 15;
        let had = if draw.spans_closed_hours {
            open(start) && (open(&quarter(count - 1)) || open(&quarter(count)))
        } else {
            (0..count).all(|nth| open(&quarter(nth)))
        };
        let refused = draw.asked.refuses(wall, turn, *start);
        (*start, refused.or((!had).then_some(RejectionKind::Closed)))
    });
    assert_eq!(listed, expected.collect::<Vec<_>>(), "{}", told());
}

#[test]
fn another_library_says_the_same_of_every_zone_at_each_turn_of_its_clocks() {
    let mut runner = TestRunner::default();
    let mut compared = 0;
    for (zone, wall) in comparable() {
        let mut moments = wall.turns();
        // A zone that turns none is looked at on some days all the same.
        let any_day = (0..6_i64 * 365)
            .prop_map(|days| Timestamp::from_ms(at(FIRST).ms() + (days + 2) * DAY_MS).unwrap());
        moments.push(any_day.new_tree(&mut runner).unwrap().current());
        for turn in moments {
            let shown = wall.shows(turn);
            let drawn = (hours_about(shown), exceptions_about(turn, shown), draw());
            let (hours, exceptions, draw) = drawn.new_tree(&mut runner).unwrap().current();
            compare((zone, &wall), turn, (&hours, &exceptions), draw);
            compared += 1;
        }
    }
    assert!(compared > 2_000, "{compared}");
}

/// The zones for which both libraries have the same tables for these years, each with what
/// the other one says. A country that changed its mind between the ages of the tables is
/// left out; nearly all are there.
fn comparable() -> Vec<(Tz, Wall)> {
    let zones = TZ_VARIANTS.into_iter().map(|zone| (zone, Wall::of(zone)));
    let same: Vec<_> = zones.filter(|(zone, wall)| agree(*zone, wall)).collect();
    assert!(same.len() * 100 > TZ_VARIANTS.len() * 95, "{}", same.len());
    same
}

/// Whether both say the same of each week, and on either side of each turn of the clocks.
fn agree(zone: Tz, wall: &Wall) -> bool {
    let weeks = (at(FIRST).ms()..at(LAST).ms()).step_by(7 * 86_400_000);
    let turns = wall.turns().into_iter();
    let turns = turns.flat_map(|turn| [turn.ms() - SLOT_MS, turn.ms()]);
    weeks.chain(turns).all(|ms| {
        let moment = Timestamp::from_ms(ms).unwrap();
        let ours = moment.to_datetime().with_timezone(&zone).naive_local();
        ours.format("%Y-%m-%dT%H:%M:%S").to_string() == wall.shows(moment).to_string()
    })
}

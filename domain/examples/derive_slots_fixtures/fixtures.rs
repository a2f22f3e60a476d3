//! Random days as a viewer meets them: a list, holds, and what each start is.

use std::{collections::BTreeMap, convert::Infallible};

use domain::{
    calendar::{Day, SeatCount, Seats, SlotCount, SlotIndex, SlotMask, Span, Taken, Timestamp},
    hours::local_day,
    ids::HoldId,
    listing::{self, ListQuery, ListedSlot},
    offer::{self, DaySlots, Refusal},
    rejection::Rejection,
    resource::{ResourceSettings, Terms},
    resource_day::DayTaken,
};
use serde_json::{Value, json};

/// How many days.
const SEEDS: u64 = 200;

const QUARTER_MS: u64 = 900_000;

const ZONES: [&str; 7] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Asia/Kathmandu",
];

/// Among them days on which clocks change, one that is 22 hours long, and New Year.
const DATES: [&str; 8] = [
    "2026-11-24",
    "2026-03-29",
    "2026-10-25",
    "2026-03-08",
    "2026-11-01",
    "2026-04-05",
    "2026-10-04",
    "2026-12-31",
];

/// All cases: a JSON array, a case a line.
pub(crate) fn document() -> String {
    let cases: Vec<String> = (1..=SEEDS).map(|seed| case(seed).to_string()).collect();
    format!("[\n{}\n]\n", cases.join(",\n"))
}

/// A linear congruential generator (Knuth's MMIX): the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        let index = usize::try_from(self.below(all.len() as u64)).unwrap_or(0);
        all[index].clone()
    }
}

/// A day of a resource at one moment.
struct World {
    terms: Terms,
    query: ListQuery,
    bookings: Vec<Span>,
    holds: Vec<(HoldId, Span)>,
    own: Option<HoldId>,
}

fn case(seed: u64) -> Value {
    let mut random = Random(seed);
    let (settings, hours) = settings(&mut random);
    let date: Day = random.of(&DATES).parse().expect("a date");
    let window = local_day(settings.zone(), date.date());
    let duration = random.of(settings.durations());
    let query = ListQuery {
        duration,
        interval: settings.interval(),
        window: window.clone(),
        quantity: SeatCount::ONE,
    };
    let mut world = World {
        terms: Terms::new(settings),
        query,
        bookings: Vec::new(),
        holds: Vec::new(),
        own: None,
    };
    for _ in 0..random.below(5) {
        world.book(&mut random);
    }
    for _ in 0..2 + random.below(6) {
        world.hold(&mut random, seed);
    }
    if random.chance(60) {
        world.own = world.holds.first().map(|(id, _)| *id);
    }
    let passed = if random.chance(25) { 24 } else { 1 };
    let now = window.start.plus_ms(random.below(passed) * 3_600_000);
    let listed = world.list(now);
    let expected = world.states(&listed, now);

    // Later, without another list: some bookings went, others came, time passed.
    world.bookings.retain(|_| random.chance(60));
    for _ in 0..random.below(4) {
        world.book(&mut random);
    }
    let later = now.plus_ms(random.below(8) * QUARTER_MS);
    json!({
        "seed": seed,
        "timezone": world.terms.settings.fields().timezone,
        "spansClosedHours": world.terms.settings.fields().spans_closed_hours,
        "hours": hours,
        "date": date,
        "durationMinutes": duration,
        "slots": listed.iter().map(slot).collect::<Vec<_>>(),
        "holds": world.holds.iter().map(|(id, span)| json!({
            "holdId": id, "start": span.start(), "end": span.end(),
        })).collect::<Vec<_>>(),
        "own": world.own,
        "expected": expected,
        "later": {
            "now": later,
            "busy": world.busy(),
            "expected": world.states(&listed, later),
        },
    })
}

/// Settings of a resource, and the hours that it has every day.
fn settings(random: &mut Random) -> (ResourceSettings, Value) {
    let durations = random.of(&[
        vec![60, 120, 300],
        vec![30, 60],
        vec![45, 90],
        vec![120, 1_440],
        vec![240, 2_640],
    ]);
    let hours = random.of(&[
        Value::Null,
        json!([{"from": "09:00", "to": "17:00"}]),
        json!([{"from": "08:00", "to": "12:30"}, {"from": "14:00", "to": "24:00"}]),
        json!([{"from": "20:00", "to": "03:00"}]),
    ]);
    let mut fields = json!({
        "name": "A room",
        "timezone": random.of(&ZONES),
        "durations": durations,
        "slotInterval": random.of(&[60, 90, 120]),
        "spansClosedHours": random.chance(50),
    });
    if !hours.is_null() {
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let open = days.into_iter().map(|day| (day.to_owned(), hours.clone()));
        fields["hours"] = Value::Object(open.collect());
    }
    let settings = serde_json::from_value(fields).expect("settings that a resource can have");
    (settings, hours)
}

impl World {
    /// Books a stretch that nothing is in the way of, if the first try is one.
    fn book(&mut self, random: &mut Random) {
        let quarters = u32::try_from(1 + random.below(16)).unwrap_or(1);
        let length = SlotCount::from_minutes(quarters * 15).expect("whole quarter hours");
        let span = self.somewhere(random, length);
        if self.is_free(span) {
            self.bookings.push(span);
        }
    }

    /// Holds a duration on offer, where nothing is in the way.
    fn hold(&mut self, random: &mut Random, seed: u64) {
        let length = random.of(self.terms.settings.durations());
        let span = self.somewhere(random, length);
        if self.is_free(span) {
            let number = u128::from(seed) << 64 | self.holds.len() as u128;
            let id = uuid::Builder::from_custom_bytes(number.to_be_bytes()).into_uuid();
            self.holds.push((HoldId::new(id), span));
        }
    }

    /// A span that may meet one of the list: it starts up to a span before the
    /// window, or within it.
    fn somewhere(&self, random: &mut Random, length: SlotCount) -> Span {
        let reach = u64::from(length.get());
        let first = self.query.window.start.ms() - i64::from(length.get()) * 900_000;
        let first = Timestamp::from_ms(first).expect("a time after 1970");
        let start = first.plus_ms(random.below(96 + 2 * reach) * QUARTER_MS);
        Span::new(start, length).expect("an aligned span")
    }

    fn is_free(&self, span: Span) -> bool {
        let held = self.holds.iter().map(|(_, held)| held);
        !self
            .bookings
            .iter()
            .chain(held)
            .any(|other| other.overlaps(span))
    }

    /// What everybody is listed.
    fn list(&self, now: Timestamp) -> Vec<ListedSlot> {
        listing::list(&self.terms, &self.query, now, |day| {
            Ok::<_, Infallible>(DayTaken::of_booking(Taken::slots(self.booked(day))))
        })
        .expect("a duration on offer")
    }

    fn booked(&self, day: Day) -> SlotMask {
        union(self.bookings.iter(), day)
    }

    fn held_by_others(&self, day: Day) -> SlotMask {
        let others = self.holds.iter().filter(|(id, _)| Some(*id) != self.own);
        union(others.map(|(_, span)| span), day)
    }

    /// The busy slots of every day that a listed span touches.
    fn busy(&self) -> BTreeMap<String, Vec<u8>> {
        let last = self.query.window.end;
        let last = last.plus_ms(u64::from(self.query.duration.minutes()) * 60_000);
        let days = Day::of(self.query.window.start).through(Day::of(last));
        let slots = |day| self.booked(day).slots().map(SlotIndex::get).collect();
        days.map(|day| (day.to_string(), slots(day))).collect()
    }

    /// What each start is, by the rule that holding and booking ask.
    fn states(&self, listed: &[ListedSlot], now: Timestamp) -> Vec<&'static str> {
        let state = |slot: &ListedSlot| self.state(slot.span, now);
        listed.iter().map(state).collect()
    }

    fn state(&self, span: Span, now: Timestamp) -> &'static str {
        let day = |day| {
            let taken = DayTaken {
                booked: Seats::one(self.booked(day)),
                held: Seats::one(self.held_by_others(day)),
                buffers: Seats::default(),
            };
            let slots = DaySlots::of(&self.terms, day, SeatCount::ONE, &taken);
            Ok::<_, Infallible>(slots)
        };
        match offer::require_available(&self.terms, self.terms.settings.extent(span), now, day) {
            Ok(()) => "available",
            Err(Refusal::Rejected(rejection)) => match rejection {
                Rejection::HeldByOther { .. } => "reserved",
                rejection => rejection.code(),
            },
        }
    }
}

fn union<'a>(spans: impl Iterator<Item = &'a Span>, day: Day) -> SlotMask {
    spans.fold(SlotMask::EMPTY, |mask, span| mask | span.mask_on(day))
}

/// As the API lists it.
fn slot(listed: &ListedSlot) -> Value {
    let (start, end) = (listed.span.start(), listed.span.end());
    match listed.unavailable {
        None => json!({"start": start, "end": end, "available": true}),
        Some(unavailable) => {
            json!({"start": start, "end": end, "available": false, "reason": unavailable.code()})
        }
    }
}

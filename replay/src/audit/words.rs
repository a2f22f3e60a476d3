//! Events in words for people.

use std::{fmt::Display, time::Duration};

use chrono_tz::Tz;
use domain::{
    booking::BookingEvent,
    calendar::{Day, SeatCount, SlotIndex, SlotMask, Span, Taken, Timestamp},
    event::Event,
    hours::{DayHours, When},
    resource::{ResourceEvent, ResourceSettings},
    resource_day::{FreedReason, ReleaseReason, ResourceDayEvent},
};
use eventlog::Actor;

use crate::zone::{local, local_stretch};

/// How ids are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ids {
    /// By their last twelve digits.
    Short,
    /// Whole.
    Full,
}

impl Ids {
    /// Whole, when that is asked for.
    pub(crate) const fn of(full: bool) -> Self {
        if full { Self::Full } else { Self::Short }
    }

    /// An id as it is written.
    pub(super) fn write(self, id: impl Display) -> String {
        let whole = id.to_string();
        match (self, whole.rsplit_once('-')) {
            (Self::Short, Some((_, last))) => last.to_owned(),
            _ => whole,
        }
    }

    /// Who it was.
    pub(super) fn who(self, actor: &Actor) -> String {
        match actor {
            Actor::Session(session) => format!("session {}", self.write(session)),
            Actor::ManageToken => "manage token".into(),
            Actor::Admin(key) => format!("admin {key}"),
            Actor::System => "system".into(),
        }
    }

    /// What it happened to.
    pub(super) fn which(self, event: &Event) -> String {
        let hold = |id| format!("hold {}", self.write(id));
        let booking = |id| format!("booking {}", self.write(id));
        match event {
            Event::Resource(_) => "the resource".into(),
            Event::Booking(BookingEvent::BookingConfirmed(made)) => booking(made.booking_id),
            Event::Booking(BookingEvent::BookingRescheduled(moved)) => booking(moved.booking_id),
            Event::Booking(BookingEvent::BookingCancelled(ended)) => booking(ended.booking_id),
            Event::Booking(BookingEvent::AttendeeErased(erased)) => booking(erased.booking_id),
            Event::ResourceDay(ResourceDayEvent::SlotsBooked(booked)) => booking(booked.booking_id),
            Event::ResourceDay(ResourceDayEvent::SlotsFreed(freed)) => booking(freed.booking_id),
            Event::ResourceDay(event) => event.hold_id().map(hold).unwrap_or_default(),
        }
    }
}

/// A resource by its name, and by its seats where they are more than one.
fn named(settings: &ResourceSettings) -> String {
    of_seats(quoted(&settings.fields().name), settings.capacity())
}

/// What is told, and of how many seats where they are more than one.
fn of_seats(told: String, quantity: SeatCount) -> String {
    if quantity.is_one() {
        told
    } else {
        format!("{told}; {quantity}")
    }
}

/// What else there is to say of an event.
pub(super) struct Details {
    pub(super) ids: Ids,
    /// The day of its stream.
    pub(super) day: Option<Day>,
    /// Whether slots are told with their date.
    pub(super) dated: bool,
    /// How long a hold that it ends had lasted.
    pub(super) held: Option<Duration>,
    /// By whose clock times are told, too.
    pub(super) zone: Option<Tz>,
}

impl Details {
    /// Says it.
    pub(super) fn of(&self, event: &Event) -> String {
        match event {
            Event::Resource(ResourceEvent::ResourceRegistered(registered)) => {
                named(&registered.settings)
            }
            Event::Resource(ResourceEvent::ResourceChanged(changed)) => named(&changed.settings),
            Event::Resource(ResourceEvent::ResourceRetired(_)) => String::new(),
            Event::Resource(ResourceEvent::ExceptionAdded(added)) => {
                let exception = &added.exception;
                let label = quoted(exception.label().as_str());
                let id = self.ids.write(exception.id());
                format!("{label}, {id}: {}", when_in_words(exception.when()))
            }
            Event::Resource(ResourceEvent::ExceptionRemoved(removed)) => {
                self.ids.write(removed.exception_id)
            }
            Event::Booking(BookingEvent::BookingConfirmed(made)) => {
                of_seats(self.span(made.span), made.quantity)
            }
            Event::Booking(BookingEvent::BookingRescheduled(moved)) => {
                format!(
                    "from {}; to {}",
                    self.span(moved.from),
                    self.span(moved.span)
                )
            }
            Event::Booking(BookingEvent::BookingCancelled(ended)) => {
                format!("was {}", self.span(ended.span))
            }
            Event::Booking(BookingEvent::AttendeeErased(_)) => "who it is for".into(),
            Event::ResourceDay(event) => self.of_day(event),
        }
    }

    fn of_day(&self, event: &ResourceDayEvent) -> String {
        let ended = |renewals: u32| match (self.held, renewals) {
            (None, _) => "held since nobody knows when".into(),
            (Some(held), 0) => format!("held for {}, not renewed", lasting(held)),
            (Some(held), 1) => format!("held for {}, renewed once", lasting(held)),
            (Some(held), many) => format!("held for {}, renewed {many} times", lasting(held)),
        };
        match event {
            ResourceDayEvent::HoldPlaced(placed) => {
                let until = self.instant(placed.lease_expires_at);
                let span = of_seats(self.span(placed.span), placed.quantity);
                format!("{span}; leased to {until}")
            }
            ResourceDayEvent::HoldRenewed(renewed) => {
                format!("leased to {}", self.instant(renewed.lease_expires_at))
            }
            ResourceDayEvent::HoldReleased(end) => ended(end.renewals),
            ResourceDayEvent::HoldExpired(end) => {
                let lease = self.instant(end.lease_expires_at);
                format!("{}; its lease ended {lease}", ended(end.renewals))
            }
            ResourceDayEvent::HoldConsumed(end) => {
                let booking = self.ids.write(end.booking_id);
                format!("{}; by booking {booking}", ended(end.renewals))
            }
            ResourceDayEvent::SlotsBooked(booked) => self.taken(booked.taken()),
            ResourceDayEvent::SlotsFreed(freed) => self.taken(freed.taken()),
            ResourceDayEvent::RenewalsCompacted(compacted) => format!(
                "{} renewals from before {}, sequences {} to {} of the day",
                compacted.renewals,
                self.instant(compacted.recorded_before),
                compacted.first,
                compacted.last
            ),
            ResourceDayEvent::HoldsCompacted(compacted) => format!(
                "{} events of unbooked holds from before {}, sequences {} to {} of the day",
                compacted.events,
                self.instant(compacted.recorded_before),
                compacted.first,
                compacted.last
            ),
        }
    }

    /// Says when it was decided, beside what else is `told`: before it was recorded, since
    /// the partition was ahead of the clock.
    pub(super) fn and_decided(&self, told: &str, at: Timestamp) -> String {
        let decided = format!("decided at {}", self.instant(at));
        if told.is_empty() {
            decided
        } else {
            format!("{told}; {decided}")
        }
    }

    /// What is left of an event that retention has emptied.
    pub(super) fn of_emptied(&self, event: &Event) -> String {
        let left = match (event, self.held) {
            (Event::ResourceDay(ResourceDayEvent::HoldPlaced(placed)), _) => {
                format!("{}; ", self.span(placed.span))
            }
            (_, Some(held)) => format!("held for {}; ", lasting(held)),
            _ => String::new(),
        };
        format!("{left}what else it said is emptied")
    }

    /// Slots of the stream's day, and those that buffers keep free.
    fn taken(&self, taken: Taken) -> String {
        let slots = match (taken.slots.is_empty(), taken.buffer.is_empty()) {
            (_, true) => self.slots(taken.slots),
            (true, false) => format!("buffer {}", self.slots(taken.buffer)),
            (false, false) => format!(
                "{}; buffer {}",
                self.slots(taken.slots),
                self.slots(taken.buffer)
            ),
        };
        of_seats(slots, taken.quantity)
    }

    /// Slots of the stream's day.
    fn slots(&self, mask: SlotMask) -> String {
        let Some(day) = self.day else {
            return mask.to_string();
        };
        let told = slots(day, mask);
        let told = if self.dated {
            format!("{day} {told}")
        } else {
            told
        };
        match self.zone {
            Some(zone) => format!("{told} ({})", local_slots(day, mask, zone)),
            None => told,
        }
    }

    fn span(&self, span: Span) -> String {
        let told = stretch(span);
        match self.zone {
            Some(zone) => format!("{told} ({})", local_stretch(span.start(), span.end(), zone)),
            None => told,
        }
    }

    fn instant(&self, time: Timestamp) -> String {
        let told = instant(time);
        match self.zone {
            Some(zone) => format!("{told} ({})", local(time, zone).format("%H:%M:%S%.3f%:z")),
            None => told,
        }
    }
}

/// What happened, in two or three words.
pub(super) const fn what(event: &Event) -> &'static str {
    match event {
        Event::Resource(ResourceEvent::ResourceRegistered(_)) => "registered",
        Event::Resource(ResourceEvent::ResourceChanged(_)) => "settings changed",
        Event::Resource(ResourceEvent::ResourceRetired(_)) => "retired",
        Event::Resource(ResourceEvent::ExceptionAdded(_)) => "exception added",
        Event::Resource(ResourceEvent::ExceptionRemoved(_)) => "exception removed",
        Event::Booking(BookingEvent::BookingConfirmed(_)) => "booking made",
        Event::Booking(BookingEvent::BookingRescheduled(_)) => "booking moved",
        Event::Booking(BookingEvent::BookingCancelled(_)) => "booking cancelled",
        Event::Booking(BookingEvent::AttendeeErased(_)) => "attendee erased",
        Event::ResourceDay(event) => match event {
            ResourceDayEvent::HoldPlaced(_) => "hold placed",
            ResourceDayEvent::HoldRenewed(_) => "hold renewed",
            ResourceDayEvent::HoldReleased(end) => match end.reason {
                ReleaseReason::Left => "hold released",
                ReleaseReason::Moved => "hold moved away",
            },
            ResourceDayEvent::HoldExpired(_) => "hold expired",
            ResourceDayEvent::HoldConsumed(_) => "hold booked",
            ResourceDayEvent::SlotsBooked(_) => "slots booked",
            ResourceDayEvent::SlotsFreed(freed) => match freed.reason {
                FreedReason::Cancelled => "slots freed",
                FreedReason::Rescheduled => "slots moved away",
            },
            ResourceDayEvent::RenewalsCompacted(_) => "renewals emptied",
            ResourceDayEvent::HoldsCompacted(_) => "holds emptied",
        },
    }
}

/// When an exception is, and what it says of the hours.
pub(crate) fn when_in_words(when: &When) -> String {
    match when {
        When::Date(date, hours) => format!("{date} {}", hours_of(hours)),
        When::Yearly(date, hours) => format!("every year on {date} {}", hours_of(hours)),
        When::Stretch { from, to } => format!("{} to {} closed", instant(*from), instant(*to)),
    }
}

/// The hours of a date.
fn hours_of(hours: &DayHours) -> String {
    let intervals = hours.intervals().iter().map(ToString::to_string);
    let intervals: Vec<_> = intervals.collect();
    if intervals.is_empty() {
        "closed".into()
    } else {
        format!("open {}", intervals.join(", "))
    }
}

fn quoted(name: &str) -> String {
    format!("{name:?}")
}

/// An instant, to the millisecond.
pub(super) fn instant(time: Timestamp) -> String {
    time.to_string().replace('T', " ").replace('Z', "")
}

/// A minute of a day.
fn minute(time: Timestamp) -> String {
    let mut text = instant(time);
    text.truncate("2026-11-24 13:00".len());
    text
}

fn stretch(span: Span) -> String {
    let (start, end) = (minute(span.start()), minute(span.end()));
    let same_day = Day::of(span.start()) == Day::of(span.end());
    let end = if same_day {
        &end["2026-11-24 ".len()..]
    } else {
        &end
    };
    format!("{start} to {end}")
}

/// Slots of a day as stretches of its hours.
pub(crate) fn slots(day: Day, slots: SlotMask) -> String {
    let hour = |slot: u8| match SlotIndex::new(slot) {
        Ok(slot) => minute(day.at(slot))["2026-11-24 ".len()..].to_owned(),
        Err(_) => "24:00".into(),
    };
    let runs = slots.runs();
    let runs = runs.map(|run| format!("{} to {}", hour(*run.start()), hour(run.end() + 1)));
    runs.collect::<Vec<_>>().join(", ")
}

/// Slots of a day as stretches by the clock of a zone.
pub(crate) fn local_slots(day: Day, slots: SlotMask, zone: Tz) -> String {
    let at = |slot: u8| match SlotIndex::new(slot) {
        Ok(slot) => day.at(slot),
        Err(_) => day.end(),
    };
    let runs = slots.runs();
    let runs = runs.map(|run| local_stretch(at(*run.start()), at(run.end() + 1), zone));
    runs.collect::<Vec<_>>().join(", ")
}

/// A length of time, to what one wants to know of it.
fn lasting(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, _) => format!("{:.1} s", time.as_secs_f64()),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

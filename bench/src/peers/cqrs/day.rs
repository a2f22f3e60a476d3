use cqrs_es::{Aggregate, DomainEvent, EventEnvelope, View, event_sink::EventSink};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A resource's day as an aggregate of cqrs-es.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct BookedDay {
    booked: Vec<Booked>,
}

/// A booking of slots of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Booked {
    booking_id: Uuid,
    first_slot: u8,
    slots: u8,
}

/// What can be asked of a day.
#[derive(Debug)]
pub(super) enum DayCommand {
    Book(SlotsBooked),
    Cancel(Uuid),
}

/// What happened to a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum DayEvent {
    SlotsBooked(SlotsBooked),
    BookingCancelled { booking_id: Uuid },
}

/// Slots were booked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SlotsBooked {
    pub(super) booking_id: Uuid,
    pub(super) session_id: Uuid,
    pub(super) first_slot: u8,
    pub(super) slots: u8,
    pub(super) attendee: String,
}

/// The slots are taken.
#[derive(Debug)]
pub(super) struct Taken;

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the slots are taken")
    }
}

impl std::error::Error for Taken {}

impl DomainEvent for DayEvent {
    fn event_type(&self) -> String {
        match self {
            Self::SlotsBooked(_) => "SlotsBooked".into(),
            Self::BookingCancelled { .. } => "BookingCancelled".into(),
        }
    }

    fn event_version(&self) -> String {
        "1.0".into()
    }
}

impl Aggregate for BookedDay {
    const TYPE: &'static str = "day";
    type Command = DayCommand;
    type Event = DayEvent;
    type Error = Taken;
    type Services = ();

    async fn handle(
        &mut self,
        command: DayCommand,
        _services: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Taken> {
        let event = match command {
            DayCommand::Book(book) => {
                let end = book.first_slot + book.slots;
                let free = self.booked.iter().all(|other| {
                    end <= other.first_slot || other.first_slot + other.slots <= book.first_slot
                });
                if !free {
                    return Err(Taken);
                }
                DayEvent::SlotsBooked(book)
            }
            DayCommand::Cancel(booking_id) => DayEvent::BookingCancelled { booking_id },
        };
        sink.write(event, self).await;
        Ok(())
    }

    fn apply(&mut self, event: DayEvent) {
        apply(&mut self.booked, &event);
    }
}

/// The day as it is read.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct DayView {
    booked: Vec<Booked>,
}

impl View<BookedDay> for DayView {
    fn update(&mut self, event: &EventEnvelope<BookedDay>) {
        apply(&mut self.booked, &event.payload);
    }
}

fn apply(booked: &mut Vec<Booked>, event: &DayEvent) {
    match event {
        DayEvent::SlotsBooked(event) => booked.push(Booked {
            booking_id: event.booking_id,
            first_slot: event.first_slot,
            slots: event.slots,
        }),
        DayEvent::BookingCancelled { booking_id } => {
            booked.retain(|booked| booked.booking_id != *booking_id);
        }
    }
}

//! Stream by stream: sequences, what a day's events say of each other, and the
//! stock repository.

use domain::{
    booking::Booking,
    event::Event,
    partition::Partition,
    resource::Resource,
    resource_day::{ResourceDay, ResourceDayEvent},
    stream::StreamId,
};
use eventlog::Position;
use futures::TryStreamExt;
use sqlx::{PgConnection, PgPool};

use crate::{
    column,
    error::{ReplayError, failed},
    meter::Meter,
    stored::StoredEvent,
};

use super::{Faults, Promise, emptied::Emptied, stock::Stock};

/// Verifies a partition stream by stream.
pub(super) async fn verify(
    connection: &mut PgConnection,
    (stock, meter): (&PgPool, &Meter),
    partition: Partition,
    faults: &mut Faults,
) -> Result<(), ReplayError> {
    let stock = Stock::new(stock);
    let mut rows = sqlx::query_as::<_, StoredEvent>(include_str!("by_stream.sql"))
        .bind(column::partition(partition))
        .fetch(connection);
    let mut current: Option<Stream> = None;
    while let Some(row) = rows.try_next().await.map_err(failed("reading streams"))? {
        let name = row.stream_name();
        if current.as_ref().is_none_or(|stream| stream.name != name) {
            if let Some(ended) = current.take() {
                ended.end(&stock, faults).await;
            }
            current = Some(Stream::new(&row));
        }
        if let Some(stream) = &mut current {
            stream.take(&row, faults);
        }
        meter.add(1);
    }
    if let Some(ended) = current {
        ended.end(&stock, faults).await;
    }
    Ok(())
}

/// The state of an aggregate, whichever.
#[derive(Debug)]
pub(super) enum Folded {
    Resource(Resource),
    Day(ResourceDay),
    Booking(Booking),
}

/// A stream as far as it is read.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) name: String,
    pub(super) aggregate_id: String,
    pub(super) sequence: i64,
    pub(super) position: Position,
    /// None once an event did not read, and where the name is none of ours.
    pub(super) state: Option<Folded>,
    /// What retention has emptied of it.
    emptied: Emptied,
}

impl Stream {
    fn new(first: &StoredEvent) -> Self {
        Self {
            name: first.stream_name(),
            aggregate_id: first.aggregate_id.clone(),
            sequence: 0,
            position: Position::START,
            state: first.stream().map(|stream| match stream {
                StreamId::Resource(_) => Folded::Resource(Resource::default()),
                StreamId::ResourceDay(..) => Folded::Day(ResourceDay::default()),
                StreamId::Booking(_) => Folded::Booking(Booking::default()),
            }),
            emptied: Emptied::default(),
        }
    }

    /// Compares what can only be compared at its end.
    async fn end(self, stock: &Stock, faults: &mut Faults) {
        self.emptied.compare(&self.name, faults);
        stock.compare(&self, faults).await;
    }

    fn take(&mut self, row: &StoredEvent, faults: &mut Faults) {
        let mut found = |promise, says: String| {
            faults.found_at(promise, row.position(), self.name.as_str(), says);
        };
        let next = self.sequence + 1;
        if row.sequence != next {
            let says = format!("its sequence is {} where {next} comes next", row.sequence);
            found(Promise::Sequences, says);
        }
        if row.position() < self.position {
            let (sequence, before) = (self.sequence, self.position);
            let says = format!("sequence {sequence} before it stands after it, at {before}");
            found(Promise::Sequences, says);
        }
        self.sequence = row.sequence;
        self.position = row.position();
        if row.is_emptied() {
            self.emptied.row(row.sequence, row.position());
        }
        let Ok(event) = row.event() else {
            // Said where the row was read by its position.
            self.state = None;
            return;
        };
        match (&mut self.state, event) {
            (Some(Folded::Resource(resource)), Event::Resource(event)) => resource.evolve(&event),
            (Some(Folded::Booking(booking)), Event::Booking(event)) => booking.evolve(&event),
            (Some(Folded::Day(day)), Event::ResourceDay(event)) => {
                check_day(day, &event, &mut found);
                self.emptied.told(&event);
                day.evolve(&event);
            }
            _ => {}
        }
    }
}

/// What an event says against the day that it comes to.
fn check_day(day: &ResourceDay, event: &ResourceDayEvent, found: &mut impl FnMut(Promise, String)) {
    match event {
        ResourceDayEvent::SlotsBooked(booked) => {
            let shared = booked.slots & day.booked();
            if !shared.is_empty() {
                let says = format!("slots {shared} were booked already");
                found(Promise::Bookings, says);
            }
            let held = booked.slots & day.held_against(None);
            if !held.is_empty() {
                found(Promise::Holds, format!("slots {held} were under a hold"));
            }
        }
        ResourceDayEvent::HoldPlaced(placed) => {
            let booked = placed.slots & day.booked();
            let held = placed.slots & day.held_against(None);
            if !booked.is_empty() {
                found(Promise::Holds, format!("slots {booked} were booked"));
            }
            if !held.is_empty() {
                found(Promise::Holds, format!("slots {held} were under a hold"));
            }
        }
        ResourceDayEvent::SlotsFreed(freed) => {
            let had = day.slots_of(freed.booking_id);
            if had != freed.slots {
                let says = format!("it frees slots {}, the booking had {had}", freed.slots);
                found(Promise::Bookings, says);
            }
        }
        ResourceDayEvent::HoldRenewed(_)
        | ResourceDayEvent::HoldReleased(_)
        | ResourceDayEvent::HoldExpired(_)
        | ResourceDayEvent::HoldConsumed(_)
        | ResourceDayEvent::RenewalsCompacted(_)
        | ResourceDayEvent::HoldsCompacted(_) => {}
    }
}

//! Stream by stream: sequences, what a day's events say of each other, and the
//! stock repository.

use domain::{
    booking::Booking, calendar::Taken, event::Event, ids::BookingId, partition::Partition,
    resource::Resource, resource_day::ResourceDay, stream::StreamId,
};
use eventlog::Position;
use futures::TryStreamExt;
use sqlx::{Executor, PgConnection, PgPool};

use crate::{
    column,
    error::{ReplayError, failed},
    meter::Meter,
    stored::StoredEvent,
};

use super::{
    Faults, Promise,
    decided::{check_booking, check_day, check_resource},
    emptied::Emptied,
    seats_then::{SeatsThen, freed_by},
    stock::Stock,
};

/// Rows are found by their positions as a rule, and not by the index of the streams.
const SORTED: &str = "set local enable_indexscan = off; set local enable_indexonlyscan = off";

/// Rows are found in the table, whatever the indexes say.
const BY_TABLE: &str = "set local enable_indexscan = off; set local enable_indexonlyscan = off; \
    set local enable_bitmapscan = off";

/// Undoes both.
const BY_INDEX: &str = "set local enable_indexscan = on; set local enable_indexonlyscan = on; \
    set local enable_bitmapscan = on";

/// Lets what comes next use the indexes again.
pub(super) async fn use_indexes(connection: &mut PgConnection) -> Result<(), ReplayError> {
    let done = connection.execute(BY_INDEX).await;
    done.map_err(failed("choosing a plan"))?;
    Ok(())
}

/// Verifies a partition stream by stream.
pub(super) async fn verify(
    connection: &mut PgConnection,
    (stock, meter, broken_index): (Option<&PgPool>, &Meter, bool),
    partition: Partition,
    faults: &mut Faults,
) -> Result<(), ReplayError> {
    let stock = stock.map(Stock::new);
    // An index that lacks a row must not hide it.
    connection
        .execute(if broken_index { BY_TABLE } else { SORTED })
        .await
        .map_err(failed("choosing a plan"))?;
    let mut rows = sqlx::query_as::<_, StoredEvent>(include_str!("by_stream.sql"))
        .bind(column::partition(partition))
        .fetch(connection);
    // Resources come before their days.
    let mut seats = SeatsThen::default();
    let mut current: Option<Stream> = None;
    while let Some(row) = rows.try_next().await.map_err(failed("reading streams"))? {
        let name = row.stream_name();
        if current.as_ref().is_none_or(|stream| stream.name != name) {
            if let Some(ended) = current.take() {
                ended.end(stock.as_ref(), faults).await;
            }
            current = Some(Stream::new(&row));
        }
        if let Some(stream) = &mut current {
            stream.take(&row, &mut seats, faults);
        }
        meter.add(1);
    }
    if let Some(ended) = current {
        ended.end(stock.as_ref(), faults).await;
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
    /// What its last event freed, of a day.
    let_go: Option<(BookingId, Taken)>,
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
            let_go: None,
            emptied: Emptied::default(),
        }
    }

    /// Compares what can only be compared at its end.
    async fn end(self, stock: Option<&Stock>, faults: &mut Faults) {
        if faults.taints.has_stream(&self.name) {
            return;
        }
        self.emptied.compare(&self.name, faults);
        if let Some(stock) = stock {
            stock.compare(&self, faults).await;
        }
    }

    fn take(&mut self, row: &StoredEvent, seats: &mut SeatsThen, faults: &mut Faults) {
        let tainted = faults.taints.has_stream(&self.name);
        let told = tainted || faults.taints.has_any_of(row);
        self.check_sequence(row, tainted, faults);
        if row.is_emptied() {
            self.emptied.row(row.sequence, row.position());
        }
        let Ok(event) = row.event() else {
            // Said where the row was read by its position.
            self.state = None;
            return;
        };
        let mut wrong = false;
        let mut found = |promise, says: String| {
            wrong = true;
            if !told {
                faults.found_at(promise, row.position(), self.name.as_str(), says);
            }
        };
        match (&mut self.state, row.stream(), event) {
            (
                Some(Folded::Resource(resource)),
                Some(StreamId::Resource(id)),
                Event::Resource(event),
            ) => {
                check_resource(resource, &event, &mut found);
                seats.take(&id, &event, row.position());
                resource.evolve(&event);
            }
            (Some(Folded::Booking(booking)), _, Event::Booking(event)) => {
                check_booking(booking, &event, &mut found);
                booking.evolve(&event);
            }
            (
                Some(Folded::Day(day)),
                Some(StreamId::ResourceDay(id, _)),
                Event::ResourceDay(event),
            ) => {
                let seats = seats.of(&id, &event, row.position(), self.let_go.take());
                check_day(day, &event, seats, &mut found);
                self.let_go = freed_by(&event);
                self.emptied.told(&event);
                day.evolve(&event);
            }
            _ => {}
        }
        if wrong {
            faults.taints.about(row);
        }
    }

    /// Checks that the row is the stream's next.
    fn check_sequence(&mut self, row: &StoredEvent, tainted: bool, faults: &mut Faults) {
        let next = self.sequence + 1;
        let position = row.position();
        let says = if row.sequence != next && faults.taints.is_everything() {
            // A row is missing, which was told: this is which.
            let name = &self.name;
            faults.add(
                Promise::Positions,
                &format!("; {name} lacks sequence {next}"),
            );
            None
        } else if row.sequence != next {
            let sequence = row.sequence;
            Some(format!(
                "its sequence is {sequence} where {next} comes next"
            ))
        } else if position < self.position {
            let (sequence, before) = (self.sequence, self.position);
            Some(format!(
                "sequence {sequence} before it stands after it, at {before}"
            ))
        } else {
            None
        };
        self.sequence = row.sequence;
        self.position = position;
        if let (Some(says), false) = (says, tainted) {
            faults.found_at(Promise::Sequences, position, self.name.as_str(), says);
            faults.taints.row(row);
        }
    }
}

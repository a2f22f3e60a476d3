use std::collections::HashSet;

use sqlx::types::Uuid;

use crate::stored::StoredEvent;

/// Things that are kept apart; a log in which more are touched is touched as a whole.
const THINGS_MAX: usize = 10_000;

/// What faults of the log have touched. Whatever else is wrong with that follows from
/// them, and would hide them if it were told too.
#[derive(Debug, Default)]
pub(super) struct Taints {
    all: bool,
    streams: HashSet<String>,
    /// Holds and bookings.
    things: HashSet<Uuid>,
}

impl Taints {
    /// Notes that nobody knows what is touched: rows are missing.
    pub(super) const fn everything(&mut self) {
        self.all = true;
    }

    /// Notes a row, its stream, and all that it may be about.
    pub(super) fn row(&mut self, row: &StoredEvent) {
        self.streams.insert(row.stream_name());
        self.streams.insert(format!("Resource {}", row.resource_id));
        self.about(row);
    }

    /// Notes the hold and the booking that a row is about.
    pub(super) fn about(&mut self, row: &StoredEvent) {
        self.things.extend(row.columns.hold_id);
        self.things.extend(row.columns.booking_id);
        if let (Some(stream), Ok(event)) = (row.stream(), row.event()) {
            let told = eventlog::TypedColumns::of(&stream, &event);
            self.things.extend(told.hold_id);
            self.things.extend(told.booking_id);
        }
        self.all |= self.things.len() > THINGS_MAX;
    }

    /// Notes a hold or a booking.
    pub(super) fn thing(&mut self, id: Uuid) {
        self.things.insert(id);
    }

    /// Whether everything may be touched.
    pub(super) const fn is_everything(&self) -> bool {
        self.all
    }

    /// Whether a stream is touched.
    pub(super) fn has_stream(&self, name: &str) -> bool {
        self.all || self.streams.contains(name)
    }

    /// Whether the hold or the booking that a row is about is touched.
    pub(super) fn has_any_of(&self, row: &StoredEvent) -> bool {
        let things = [row.columns.hold_id, row.columns.booking_id];
        self.all || things.into_iter().flatten().any(|id| self.has_thing(id))
    }

    /// Whether a hold or a booking is touched.
    pub(super) fn has_thing(&self, id: Uuid) -> bool {
        self.all || self.things.contains(&id)
    }
}

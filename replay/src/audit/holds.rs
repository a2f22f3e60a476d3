use std::{collections::HashMap, time::Duration};

use domain::{
    calendar::{Day, Span, Timestamp},
    event::Event,
    ids::HoldId,
    resource_day::{HoldPlaced, ResourceDayEvent},
    stream::StreamId,
};
use sqlx::PgConnection;

use crate::{ReplayError, column, error::failed, stored::StoredEvent};

/// The holds that live at the place that a history has come to.
#[derive(Debug, Default)]
pub(crate) struct LiveHolds(HashMap<HoldId, Placed>);

/// How a hold began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub(super) span: Span,
    placed_at: Timestamp,
}

impl Placed {
    const fn of(placed: &HoldPlaced) -> Self {
        Self {
            span: placed.span,
            placed_at: placed.placed_at,
        }
    }

    /// How long the hold had lasted at a time.
    pub(super) fn lasted(&self, until: Timestamp) -> Duration {
        until.since(self.placed_at)
    }
}

/// The hold that an event ends, if it ends one.
pub(super) const fn ended(event: &ResourceDayEvent) -> Option<HoldId> {
    match event {
        ResourceDayEvent::HoldReleased(_)
        | ResourceDayEvent::HoldExpired(_)
        | ResourceDayEvent::HoldConsumed(_) => event.hold_id(),
        _ => None,
    }
}

impl LiveHolds {
    /// Notes a hold that an event places.
    pub(super) fn note(&mut self, event: &ResourceDayEvent) {
        if let ResourceDayEvent::HoldPlaced(placed) = event {
            self.0.insert(placed.hold_id, Placed::of(placed));
        }
    }

    /// Takes the hold that an event on `day` ends, at the end of its last day; it may
    /// have been placed before the history begins, and then it is looked up.
    pub(super) async fn take(
        &mut self,
        connection: &mut PgConnection,
        row: &StoredEvent,
        (id, day): (HoldId, Day),
    ) -> Result<Option<Placed>, ReplayError> {
        let known = match self.0.get(&id) {
            Some(known) => Some(*known),
            None => look_up(connection, row, id).await?,
        };
        match known {
            Some(placed) if placed.span.last_day() != day => self.0.insert(id, placed),
            _ => self.0.remove(&id),
        };
        Ok(known)
    }
}

/// Finds how a hold was placed on the day of the row that ends it.
async fn look_up(
    connection: &mut PgConnection,
    row: &StoredEvent,
    id: HoldId,
) -> Result<Option<Placed>, ReplayError> {
    let found: Option<StoredEvent> = sqlx::query_as(include_str!("placed.sql"))
        .bind(column::partition(row.partition()))
        .bind(&row.aggregate_id)
        .bind(id.uuid())
        .fetch_optional(connection)
        .await
        .map_err(failed("looking for a hold"))?;
    let placed = found.and_then(|row| row.event().ok());
    Ok(match placed {
        Some(Event::ResourceDay(ResourceDayEvent::HoldPlaced(placed))) => Some(Placed::of(&placed)),
        _ => None,
    })
}

/// The day of a stream, if it is a day's.
pub(super) const fn day_of(stream: &StreamId) -> Option<Day> {
    match stream {
        StreamId::ResourceDay(_, day) => Some(*day),
        StreamId::Resource(_) | StreamId::Booking(_) => None,
    }
}

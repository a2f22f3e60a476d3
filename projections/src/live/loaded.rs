use std::collections::HashMap;

use domain::{
    calendar::Extent, event::Event, ids::ResourceId, partition::Partition, stream::StreamId,
};
use eventlog::{Log, LogError, MaskColumn, Position, RecordedEvent, StreamEvents, on_connection};
use sqlx::{
    FromRow,
    types::{
        Uuid,
        chrono::{DateTime, NaiveDate, Utc},
    },
};

use crate::{
    column,
    view::{Generation, View},
};

use super::{
    DayState, HeldSpan,
    change::DayChange,
    day::{DayEntry, DayKey},
    resource::ResourceEntry,
};

/// Something read from the database: the fold of all its events up to `through`, and
/// perhaps of some of those up to `reached`.
#[derive(Debug)]
pub(super) struct Loaded<K, V> {
    pub(super) key: K,
    pub(super) value: V,
    pub(super) through: Position,
    /// What is in memory must be up to here before this is part of it.
    pub(super) reached: Position,
}

/// Reads days from the views, in one query.
pub(super) async fn days_by_views(
    log: &Log,
    partition: Partition,
    keys: &[DayKey],
) -> Result<Vec<Loaded<DayKey, DayEntry>>, LogError> {
    let wanted = || keys.iter();
    let resources: Vec<_> = wanted().map(|key| key.resource.as_str()).collect();
    let starts = wanted().map(|key| column::time(key.day.start()));
    let query = sqlx::query_as(include_str!("load_days.sql"))
        .bind(column::partition(partition))
        .bind(resources)
        .bind(wanted().map(|key| key.day.date()).collect::<Vec<_>>())
        .bind(starts.collect::<Vec<_>>())
        .bind([View::DailyAvailability, View::Presence].map(View::name))
        .bind(Generation::LIVE.number());
    let doing = "loading days";
    let rows: Vec<Row> = on_connection(log.pool(), doing, async |connection| {
        let rows = query.fetch_all(connection).await;
        rows.map_err(column::failed(doing))
    })
    .await?;
    let mut rows: HashMap<_, _> = rows
        .into_iter()
        .map(|row| ((row.resource_id.clone(), row.date), row))
        .collect();
    let load = |key: &DayKey| {
        let row = rows.remove(&(key.resource.to_string(), key.day.date()));
        row.and_then(|row| row.load(key))
            .ok_or_else(|| LogError::Corrupt {
                partition,
                reason: format!("the views of {} on {}", key.resource, key.day),
            })
    };
    wanted().map(load).collect()
}

#[derive(FromRow)]
struct Row {
    checkpoint: i64,
    reached: i64,
    resource_id: String,
    date: NaiveDate,
    busy: Option<MaskColumn>,
    buffer: Option<MaskColumn>,
    seats: Option<String>,
    buffer_seats: Option<String>,
    busy_changed_at: Option<i64>,
    hold_ids: Option<Vec<Uuid>>,
    span_starts: Option<Vec<DateTime<Utc>>>,
    span_slots: Option<Vec<i32>>,
    buffers_before: Option<Vec<i16>>,
    buffers_after: Option<Vec<i16>>,
    quantities: Option<Vec<i16>>,
}

impl Row {
    /// The day, unless a column is not as we write it.
    fn load(self, key: &DayKey) -> Option<Loaded<DayKey, DayEntry>> {
        let ids = self.hold_ids.unwrap_or_default().into_iter();
        let starts = self.span_starts.unwrap_or_default();
        let slots = self.span_slots.unwrap_or_default();
        let mut holds = Vec::with_capacity(ids.len());
        let before = self.buffers_before.unwrap_or_default().into_iter();
        let mut buffers = before.zip(self.buffers_after.unwrap_or_default());
        let mut quantities = self.quantities.unwrap_or_default().into_iter();
        for (id, (start, slots)) in ids.zip(starts.into_iter().zip(slots)) {
            let span = column::read_span(start, slots)?;
            let (before, after) = buffers.next()?;
            let buffers = column::read_buffers(before, after)?;
            let quantity = column::read_quantity(quantities.next()?)?;
            let taken = Extent::new(span, buffers).on(key.day);
            holds.push(HeldSpan {
                hold_id: domain::ids::HoldId::new(id),
                span,
                buffers,
                slots: taken.slots,
                buffer: taken.buffer,
                quantity,
            });
        }
        holds.sort_unstable_by_key(HeldSpan::key);
        let through = column::read_position(self.checkpoint);
        let state = DayState {
            day: key.day,
            booked: column::read_seats(self.busy, self.seats.as_deref())?,
            buffers: column::read_seats(self.buffer, self.buffer_seats.as_deref())?,
            busy_changed_at: column::read_position(self.busy_changed_at.unwrap_or_default()),
            holds,
        };
        Some(Loaded {
            key: key.clone(),
            value: DayEntry::new(state, through),
            through,
            reached: column::read_position(self.reached),
        })
    }
}

/// Reads days from their streams: dearer than the views, and right even when
/// the views are far behind. `known` is a position that the log has reached.
pub(super) async fn days_by_streams(
    log: &Log,
    partition: Partition,
    keys: &[DayKey],
    known: Position,
) -> Result<Vec<Loaded<DayKey, DayEntry>>, LogError> {
    let stream = |key: &DayKey| StreamId::ResourceDay(key.resource.clone(), key.day);
    let streams: Vec<_> = keys.iter().map(stream).collect();
    let streams = log.read_streams(partition, &streams).await?;
    let load = |(key, stream): (&DayKey, StreamEvents)| {
        let mut value = DayEntry::empty(key.day);
        for recorded in &stream.events {
            if let Event::ResourceDay(event) = &recorded.event
                && let Some(change) = DayChange::of(event)
            {
                value.apply(&change, recorded.position);
            }
        }
        let through = through(&stream.events, known);
        Loaded {
            key: key.clone(),
            value,
            through,
            reached: through,
        }
    };
    Ok(keys.iter().zip(streams).map(load).collect())
}

/// Reads resources from their streams, which are short. `known` is a position
/// that the log has reached.
pub(super) async fn resources(
    log: &Log,
    partition: Partition,
    ids: &[ResourceId],
    known: Position,
) -> Result<Vec<Loaded<ResourceId, ResourceEntry>>, LogError> {
    let streams: Vec<_> = ids.iter().cloned().map(StreamId::Resource).collect();
    let streams = log.read_streams(partition, &streams).await?;
    let load = |(id, stream): (&ResourceId, StreamEvents)| {
        let mut value = ResourceEntry::default();
        for recorded in &stream.events {
            if let Event::Resource(event) = &recorded.event {
                value.apply(event, recorded.position);
            }
        }
        let through = through(&stream.events, known);
        Loaded {
            key: id.clone(),
            value,
            through,
            reached: through,
        }
    };
    Ok(ids.iter().zip(streams).map(load).collect())
}

/// Up to where a whole stream is known: to its last event, and to any position
/// that the log had reached when it was read.
fn through(events: &[RecordedEvent], known: Position) -> Position {
    let last = events.last().map_or(Position::START, |last| last.position);
    last.max(known)
}

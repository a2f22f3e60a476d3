//! The log as an event store of [`cqrs_es`], so that its `CqrsFramework` runs
//! on our streams.
//!
//! The server does not write through this: its commands touch several streams,
//! which one append must cover, and its batches hold many commands. What a
//! framework writes here is one aggregate's events alone, checked against that
//! aggregate's expected version alone. It is the seam for tests and tools.

mod aggregate;
mod context;
mod error;
mod metadata;

pub use aggregate::LoggedAggregate;
pub use context::CqrsContext;

use std::collections::HashMap;

use cqrs_es::{AggregateError, EventEnvelope, EventStore};
use domain::{event::Event, stream::StreamId};

use crate::{AppendOutcome, Batch, Head, Log, LogError, Metadata, PendingEvent, PreparedBatch};
use error::{from_log, unexpected};

/// A log as [`cqrs_es`] sees it. Cheap to clone.
///
/// Aggregates are addressed as the log stores them: `studio-a`,
/// `studio-a/2026-11-24`, a booking's UUID.
#[derive(Debug, Clone)]
pub struct CqrsStore {
    log: Log,
}

impl CqrsStore {
    /// On `log`.
    pub const fn new(log: Log) -> Self {
        Self { log }
    }

    async fn load<A: LoggedAggregate>(
        &self,
        aggregate_id: &str,
    ) -> Result<(CqrsContext<A>, Vec<EventEnvelope<A>>), AggregateError<A::Error>> {
        let stream = StreamId::parse(A::TYPE, aggregate_id).map_err(unexpected)?;
        let partition = match &stream {
            StreamId::Resource(resource) | StreamId::ResourceDay(resource, _) => {
                self.log.partition_of(resource)
            }
            StreamId::Booking(booking) => booking.partition(),
        };
        let mut context = CqrsContext::<A>::new(stream.clone(), partition);
        let read = self.log.read_streams(partition, &[stream]).await;
        let events = read
            .map_err(from_log)?
            .into_iter()
            .flat_map(|stream| stream.events);
        let mut envelopes = Vec::new();
        for recorded in events {
            context.saw(&recorded.event);
            let sequence = recorded.sequence;
            let payload = A::of(recorded.event).ok_or_else(|| {
                unexpected(format!("{aggregate_id} holds another aggregate's event"))
            })?;
            context.aggregate.apply(payload.clone());
            envelopes.push(envelope(
                aggregate_id,
                sequence,
                payload,
                metadata::to_map(&recorded.metadata).map_err(unexpected)?,
            ));
        }
        Ok((context, envelopes))
    }

    /// Appends at the head as it is now: what else was appended to the
    /// partition meanwhile does not concern this aggregate.
    async fn append<A: LoggedAggregate>(
        &self,
        context: &CqrsContext<A>,
        events: &[PendingEvent],
    ) -> Result<(), LogError> {
        let head = self.log.head(context.partition).await?;
        let batch = self.batch(context, head, events)?;
        if let AppendOutcome::Appended(_) = self.log.append(&batch).await? {
            return Ok(());
        }
        let locked = self.log.lock_head(context.partition).await?;
        let batch = self.batch(context, locked.head(), events)?;
        match locked.append(&batch).await? {
            AppendOutcome::Appended(_) => Ok(()),
            AppendOutcome::Missed => Err(LogError::HistoryChanged {
                partition: context.partition,
            }),
        }
    }

    fn batch<A: LoggedAggregate>(
        &self,
        context: &CqrsContext<A>,
        expected: Head,
        events: &[PendingEvent],
    ) -> Result<PreparedBatch, LogError> {
        let batch = Batch {
            partition: context.partition,
            expected,
            recorded_at: self.log.clock().decide_at()?.max(expected.last_at),
            events: events.to_vec(),
            keys: Vec::new(),
        };
        batch.prepare()
    }
}

impl<A: LoggedAggregate> EventStore<A> for CqrsStore {
    type AC = CqrsContext<A>;

    async fn load_events(
        &self,
        aggregate_id: &str,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        self.load(aggregate_id).await.map(|(_, events)| events)
    }

    async fn load_aggregate(
        &self,
        aggregate_id: &str,
    ) -> Result<CqrsContext<A>, AggregateError<A::Error>> {
        self.load(aggregate_id).await.map(|(context, _)| context)
    }

    async fn commit(
        &self,
        events: Vec<A::Event>,
        mut context: CqrsContext<A>,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let recorded: Metadata = metadata::from_map(&metadata).map_err(unexpected)?;
        let aggregate_id = context.stream.aggregate_id();
        let mut pending = Vec::with_capacity(events.len());
        let mut envelopes = Vec::with_capacity(events.len());
        for payload in events {
            let event: Event = payload.clone().into();
            context.saw(&event);
            pending.push(PendingEvent {
                stream: context.stream.clone(),
                sequence: context.sequence,
                event,
                metadata: recorded.clone(),
                resource: context.resource().map_err(unexpected)?,
            });
            envelopes.push(envelope(
                &aggregate_id,
                context.sequence,
                payload,
                metadata.clone(),
            ));
        }
        self.append(&context, &pending).await.map_err(from_log)?;
        Ok(envelopes)
    }
}

fn envelope<A: LoggedAggregate>(
    aggregate_id: &str,
    sequence: u64,
    payload: A::Event,
    metadata: HashMap<String, String>,
) -> EventEnvelope<A> {
    EventEnvelope {
        aggregate_id: aggregate_id.to_owned(),
        sequence: usize::try_from(sequence).unwrap_or(usize::MAX),
        payload,
        metadata,
    }
}

//! The events that say that a resource has exceptions to its hours.

use domain::{
    event::Event,
    hours::Exception,
    ids::ResourceId,
    resource::{self, Resource, ResourceCommand, ResourceEvent, ResourceRefusal},
    stream::StreamId,
};
use eventlog::{Actor, AppendOutcome, Batch, Log, LogError, Metadata, PendingEvent};

use crate::error::ReplayError;

/// What came of it.
pub(super) enum Recorded {
    /// It has all of them; this many are new.
    Added(usize),
    /// It has none of them.
    Refused(ResourceRefusal),
}

/// Appends that a resource has these exceptions, as far as the log does not say so:
/// all of them, or none.
pub(super) async fn record(
    log: &Log,
    id: &ResourceId,
    exceptions: &[Exception],
) -> Result<Recorded, ReplayError> {
    let partition = log.partition_of(id);
    let stream = StreamId::Resource(id.clone());
    let now = log.read_clock().await?;
    let mut locked = log.lock_head(partition).await?;
    let head = locked.head();
    let now = now.max(head.last_at);
    let (mut state, mut sequence) = (Resource::default(), 0);
    let read = locked.read_streams(std::slice::from_ref(&stream)).await?;
    for recorded in read.into_iter().flat_map(|stream| stream.events) {
        if let Event::Resource(event) = &recorded.event {
            state.evolve(event);
        }
        sequence = recorded.sequence;
    }
    let command = ResourceCommand::AddExceptions {
        exceptions: exceptions.to_vec(),
        now,
    };
    let events = match resource::decide(&state, &command) {
        Ok(events) => events,
        Err(refusal) => return Ok(Recorded::Refused(refusal)),
    };
    let is_added = |event: &&ResourceEvent| matches!(event, ResourceEvent::ExceptionAdded(_));
    let added = events.iter().filter(is_added).count();
    if events.is_empty() {
        return Ok(Recorded::Added(0));
    }
    let pending = events.into_iter().zip(sequence + 1..);
    let pending = pending.map(|(event, sequence)| PendingEvent {
        stream: stream.clone(),
        sequence,
        event: event.into(),
        metadata: by_command_line(),
        resource: id.clone(),
    });
    let batch = Batch {
        partition,
        expected: head,
        recorded_at: now,
        events: pending.collect(),
        keys: Vec::new(),
    };
    match locked.append(&batch.prepare()?).await? {
        AppendOutcome::Appended(_) => Ok(Recorded::Added(added)),
        // Nobody else can have moved it.
        AppendOutcome::Missed => Err(LogError::HistoryChanged { partition }.into()),
    }
}

fn by_command_line() -> Metadata {
    Metadata {
        actor: Actor::Admin("command-line".into()),
        request_id: None,
        causation: "AddExceptions".into(),
    }
}

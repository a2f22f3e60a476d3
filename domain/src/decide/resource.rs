use crate::{
    calendar::Timestamp,
    command::{AddExceptions, PutResource, RemoveException},
    event::{Event, StreamEvent},
    facts::Facts,
    ids::{ExceptionId, ResourceId},
    rejection::Rejection,
    resource::{self, Resource, ResourceCommand, ResourceEvent, ResourceRefusal},
    stream::StreamId,
};

use super::{Decision, Outcome, Undecided};

pub(super) fn put(
    facts: &impl Facts,
    put: &PutResource,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    let state = facts.resource(&put.resource)?;
    let settings = Box::new(put.settings.clone());
    let command = ResourceCommand::Put {
        settings: settings.clone(),
        now,
    };
    let registered = !matches!(state, Resource::Open(_));
    Ok(Decision {
        events: decide(state, &command, &put.resource)?,
        outcome: Outcome::ResourcePut {
            settings,
            registered,
        },
    })
}

pub(super) fn retire(
    facts: &impl Facts,
    id: &ResourceId,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    let state = facts.resource(id)?;
    Ok(Decision {
        events: decide(state, &ResourceCommand::Retire { now }, id)?,
        outcome: Outcome::ResourceRetired,
    })
}

pub(super) fn add_exceptions(
    facts: &impl Facts,
    add: &AddExceptions,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    let command = ResourceCommand::AddExceptions {
        exceptions: add.exceptions.clone(),
        now,
    };
    let events = decide(facts.resource(&add.resource)?, &command, &add.resource)?;
    let mut added: Vec<ExceptionId> = Vec::new();
    for (_, event) in &events {
        if let Event::Resource(ResourceEvent::ExceptionAdded(event)) = event
            && !added.contains(&event.exception.id())
        {
            added.push(event.exception.id());
        }
    }
    Ok(Decision {
        events,
        outcome: Outcome::ExceptionsAdded { added },
    })
}

pub(super) fn remove_exception(
    facts: &impl Facts,
    remove: &RemoveException,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    let command = ResourceCommand::RemoveException {
        exception: remove.exception,
        now,
    };
    let state = facts.resource(&remove.resource)?;
    Ok(Decision {
        events: decide(state, &command, &remove.resource)?,
        outcome: Outcome::ExceptionRemoved,
    })
}

fn decide(
    state: &Resource,
    command: &ResourceCommand,
    id: &ResourceId,
) -> Result<Vec<StreamEvent>, Rejection> {
    let events = resource::decide(state, command).map_err(|refusal| match refusal {
        ResourceRefusal::Unknown => Rejection::ResourceUnknown(id.clone()),
        ResourceRefusal::Retired => Rejection::ResourceRetired(id.clone()),
        ResourceRefusal::TooManyExceptions => Rejection::TooManyExceptions(id.clone()),
    })?;
    let stream = StreamId::Resource(id.clone());
    let on_stream = |event: ResourceEvent| (stream.clone(), event.into());
    Ok(events.into_iter().map(on_stream).collect())
}

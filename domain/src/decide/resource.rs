use crate::{
    calendar::Timestamp,
    command::PutResource,
    event::StreamEvent,
    facts::Facts,
    ids::ResourceId,
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

fn decide(
    state: &Resource,
    command: &ResourceCommand,
    id: &ResourceId,
) -> Result<Vec<StreamEvent>, Rejection> {
    let events = resource::decide(state, command).map_err(|refusal| match refusal {
        ResourceRefusal::Unknown => Rejection::ResourceUnknown(id.clone()),
    })?;
    let stream = StreamId::Resource(id.clone());
    let on_stream = |event: ResourceEvent| (stream.clone(), event.into());
    Ok(events.into_iter().map(on_stream).collect())
}

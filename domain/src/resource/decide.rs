use crate::{
    calendar::Timestamp,
    hours::{EXCEPTIONS_MAX, Exception, Exceptions},
    ids::ExceptionId,
};

use super::{
    ExceptionAdded, ExceptionRemoved, Resource, ResourceChanged, ResourceCommand, ResourceEvent,
    ResourceRegistered, ResourceRetired, ResourceSettings, Terms,
};

/// Why a resource refuses a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResourceRefusal {
    /// Nobody registered it.
    #[error("there is no such resource")]
    Unknown,
    /// It is retired.
    #[error("the resource is retired")]
    Retired,
    /// It would carry more than [`EXCEPTIONS_MAX`] exceptions.
    #[error("the resource would carry more than {EXCEPTIONS_MAX} exceptions")]
    TooManyExceptions,
}

/// Decides a command on one resource. Same inputs, same events.
///
/// What is so already is no event and no refusal: the settings it has, an exception
/// that it has or, when it is to be taken out, has not, and to retire what is retired.
/// An exception that says something else than the one of its id takes its place.
///
/// # Errors
///
/// [`ResourceRefusal::Unknown`] when what nobody registered is to retire or to have
/// exceptions; [`ResourceRefusal::Retired`] when what is retired is to have others;
/// [`ResourceRefusal::TooManyExceptions`].
pub fn decide(
    state: &Resource,
    command: &ResourceCommand,
) -> Result<Vec<ResourceEvent>, ResourceRefusal> {
    match command {
        ResourceCommand::Put { settings, now } => Ok(put(state, settings, *now)),
        ResourceCommand::AddExceptions { exceptions, now } => {
            add(&open(state)?.exceptions, exceptions, *now)
        }
        ResourceCommand::RemoveException { exception, now } => {
            Ok(remove(&open(state)?.exceptions, *exception, *now))
        }
        ResourceCommand::Retire { now } => match state {
            Resource::Unknown => Err(ResourceRefusal::Unknown),
            Resource::Retired(_) => Ok(vec![]),
            Resource::Open(_) => Ok(vec![ResourceEvent::ResourceRetired(ResourceRetired {
                retired_at: *now,
            })]),
        },
    }
}

fn put(state: &Resource, settings: &ResourceSettings, now: Timestamp) -> Vec<ResourceEvent> {
    match state {
        Resource::Open(present) if present.settings == *settings => vec![],
        Resource::Open(_) => vec![ResourceEvent::ResourceChanged(ResourceChanged {
            settings: settings.clone(),
            changed_at: now,
        })],
        Resource::Unknown | Resource::Retired(_) => {
            vec![ResourceEvent::ResourceRegistered(ResourceRegistered {
                settings: settings.clone(),
                registered_at: now,
            })]
        }
    }
}

const fn open(state: &Resource) -> Result<&Terms, ResourceRefusal> {
    match state {
        Resource::Unknown => Err(ResourceRefusal::Unknown),
        Resource::Retired(_) => Err(ResourceRefusal::Retired),
        Resource::Open(terms) => Ok(terms),
    }
}

fn add(
    present: &Exceptions,
    exceptions: &[Exception],
    now: Timestamp,
) -> Result<Vec<ResourceEvent>, ResourceRefusal> {
    let mut after = present.clone();
    let mut events = Vec::new();
    for (nth, exception) in exceptions.iter().enumerate() {
        // Of several of one id the last is meant: asked twice, it must be so already.
        if exceptions[nth + 1..]
            .iter()
            .any(|later| later.id() == exception.id())
        {
            continue;
        }
        match after.get(exception.id()) {
            Some(known) if known == exception => continue,
            Some(_) => events.push(removed(exception.id(), now)),
            None => {}
        }
        after.add(exception.clone());
        events.push(ResourceEvent::ExceptionAdded(ExceptionAdded {
            exception: exception.clone(),
            added_at: now,
        }));
    }
    if after.len() > EXCEPTIONS_MAX {
        return Err(ResourceRefusal::TooManyExceptions);
    }
    Ok(events)
}

fn remove(present: &Exceptions, exception: ExceptionId, now: Timestamp) -> Vec<ResourceEvent> {
    let known = present.get(exception);
    known.map(|_| removed(exception, now)).into_iter().collect()
}

const fn removed(exception_id: ExceptionId, removed_at: Timestamp) -> ResourceEvent {
    ResourceEvent::ExceptionRemoved(ExceptionRemoved {
        exception_id,
        removed_at,
    })
}

use super::{
    Resource, ResourceChanged, ResourceCommand, ResourceEvent, ResourceRegistered, ResourceRetired,
};

/// Why a resource refuses a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResourceRefusal {
    /// Nobody registered it.
    #[error("there is no such resource")]
    Unknown,
}

/// Decides a command on one resource. Same inputs, same events.
///
/// Putting the settings it has, and retiring what is retired, are no event and
/// no refusal.
///
/// # Errors
///
/// [`ResourceRefusal::Unknown`] when what nobody registered is to retire.
pub fn decide(
    state: &Resource,
    command: &ResourceCommand,
) -> Result<Vec<ResourceEvent>, ResourceRefusal> {
    match (command, state) {
        (ResourceCommand::Put { settings, .. }, Resource::Open(present))
            if **settings == *present =>
        {
            Ok(vec![])
        }
        (ResourceCommand::Put { settings, now }, Resource::Open(_)) => {
            Ok(vec![ResourceEvent::ResourceChanged(ResourceChanged {
                settings: settings.as_ref().clone(),
                changed_at: *now,
            })])
        }
        (ResourceCommand::Put { settings, now }, Resource::Unknown | Resource::Retired(_)) => Ok(
            vec![ResourceEvent::ResourceRegistered(ResourceRegistered {
                settings: settings.as_ref().clone(),
                registered_at: *now,
            })],
        ),
        (ResourceCommand::Retire { .. }, Resource::Unknown) => Err(ResourceRefusal::Unknown),
        (ResourceCommand::Retire { .. }, Resource::Retired(_)) => Ok(vec![]),
        (ResourceCommand::Retire { now }, Resource::Open(_)) => {
            Ok(vec![ResourceEvent::ResourceRetired(ResourceRetired {
                retired_at: *now,
            })])
        }
    }
}

//! Resources to look at: what `--demo` registers in an empty database.

use domain::{
    command::{AddExceptions, Command, PutResource},
    hours::Exception,
    ids::ResourceId,
    resource::ResourceSettings,
};
use eventlog::{Actor, Log, Position};

use executor::{Executor, Request};

use crate::application::StartError;

/// Ids and settings, as events and requests write them.
const RESOURCES: &[(&str, &str)] = &[
    (
        "studio-a",
        r#"{"name":"Studio A","timezone":"Europe/Berlin","durations":[60,120,300]}"#,
    ),
    (
        "studio-b",
        r#"{"name":"Studio B","timezone":"Europe/Berlin","durations":[60,120,300]}"#,
    ),
    (
        "meeting-room",
        r#"{"name":"Meeting room","timezone":"Europe/Berlin","durations":[30,60,120],"hours":{
            "mon":[{"from":"08:00","to":"18:00"}],
            "tue":[{"from":"08:00","to":"18:00"}],
            "wed":[{"from":"08:00","to":"18:00"}],
            "thu":[{"from":"08:00","to":"18:00"}],
            "fri":[{"from":"08:00","to":"18:00"}]}}"#,
    ),
    (
        "yoga-class",
        r#"{"name":"Yoga class","timezone":"Europe/Berlin","durations":[60],"slotInterval":120,
            "capacity":8,"showSeatsLeft":true,"hours":{
            "mon":[{"from":"09:00","to":"20:00"}],
            "wed":[{"from":"09:00","to":"20:00"}],
            "fri":[{"from":"09:00","to":"20:00"}]}}"#,
    ),
];

/// Exceptions to the hours of one of them, as events write them.
const EXCEPTIONS: (&str, &[&str]) = (
    "meeting-room",
    &[
        r#"{"exceptionId":"0dc3a2b6-5b1e-8c57-9a54-6f3b1d2c4e01","label":"New Year","yearly":"01-01","hours":[]}"#,
        r#"{"exceptionId":"0dc3a2b6-5b1e-8c57-9a54-6f3b1d2c4e02","label":"Christmas Eve","yearly":"12-24","hours":[{"from":"08:00","to":"12:00"}]}"#,
        r#"{"exceptionId":"0dc3a2b6-5b1e-8c57-9a54-6f3b1d2c4e03","label":"Christmas","yearly":"12-25","hours":[]}"#,
    ],
);

/// Registers the demo's resources, unless anything was ever written.
///
/// # Errors
///
/// [`StartError::Log`], [`StartError::Demo`].
pub(crate) async fn seed(log: &Log, executor: &Executor) -> Result<(), StartError> {
    for partition in log.partitions() {
        if log.head(partition).await?.position > Position::START {
            return Ok(());
        }
    }
    for (resource, settings) in resources() {
        tracing::info!(%resource, "registering a resource of the demo");
        let put = Command::PutResource(PutResource { resource, settings });
        execute(executor, put).await?;
    }
    if let Some(except) = exceptions() {
        execute(executor, Command::AddExceptions(except)).await?;
    }
    Ok(())
}

async fn execute(executor: &Executor, command: Command) -> Result<(), StartError> {
    let request = Request {
        command,
        expected: None,
        actor: Actor::System,
        request_id: None,
        booking_key: None,
    };
    let executed = executor.execute(request).await;
    executed.map(|_| ()).map_err(StartError::Demo)
}

fn exceptions() -> Option<AddExceptions> {
    let (resource, written) = EXCEPTIONS;
    let read = |text: &&str| serde_json::from_str::<Exception>(text).ok();
    Some(AddExceptions {
        resource: resource.parse().ok()?,
        // All of them read, as the test below shows.
        exceptions: written.iter().filter_map(read).collect(),
    })
}

fn resources() -> impl Iterator<Item = (ResourceId, ResourceSettings)> {
    // All of them read, as the test below shows.
    RESOURCES
        .iter()
        .filter_map(|(id, settings)| Some((id.parse().ok()?, serde_json::from_str(settings).ok()?)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_resource_of_the_demo_is_legal() {
        assert_eq!(super::resources().count(), super::RESOURCES.len());
        let exceptions = super::exceptions().map(|except| except.exceptions.len());
        assert_eq!(exceptions, Some(super::EXCEPTIONS.1.len()));
    }
}

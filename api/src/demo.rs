//! Resources to look at: what `--demo` registers in an empty database.

use domain::{
    command::{Command, PutResource},
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
];

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
        let request = Request {
            command: Command::PutResource(PutResource { resource, settings }),
            expected: None,
            actor: Actor::System,
            request_id: None,
            booking_key: None,
        };
        executor.execute(request).await.map_err(StartError::Demo)?;
    }
    Ok(())
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
    }
}

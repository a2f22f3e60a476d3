use std::sync::Arc;

use axum::extract::State;
use domain::{
    command::{Command, PutResource},
    event::Event,
    ids::ResourceId,
    precondition::version_of_resource,
    rejection::{Rejection, RejectionKind},
    resource::{Resource, ResourceSettings},
    stream::StreamId,
};
use serde_json::Value;

use crate::{
    app::App,
    auth::Admin,
    problem::{Code, Problem, contended},
    request::{
        IfMatch, NoParameters, PatchBody, RequestId, ResourcePath, Unique, merge, parse_value,
    },
};

use super::{
    change::{Put, answer},
    settings::Settings,
};

/// How often a change is tried on what was read: each try fails only if somebody else
/// changed the resource in between.
const TRIES_MAX: u32 = 5;

/// Changes some settings of a resource
///
/// As a merge patch (RFC 7396): what is left out stays, null takes a setting away, so that
/// it has its default, and `hours` are changed by the weekday. A retired resource stays
/// retired and is not changed.
#[utoipa::path(
    patch, path = "/v1/resources/{resourceId}", tag = "Resources", operation_id = "patchResource",
    params(
        ("resourceId" = String, Path, description = "The resource."),
        ("If-Match" = Option<String>, Header, description = "Changes it only in the state of one of these ETags, or, with `*`, in any."),
    ),
    request_body(content((Value = "application/merge-patch+json"), (Value = "application/json")),
        description = "Some of the settings of `PUT`."),
    responses((status = 200, description = "It has these settings.", body = super::ResourceBody, headers(
        ("ETag" = String, description = "The resource's new state."),
        ("Slotkeeper-Position" = String, description = "A reader that has applied it sees them.")))),
    security(("adminKey" = []))
)]
pub(crate) async fn patch(
    State(app): State<App>,
    NoParameters: NoParameters,
    Admin(actor): Admin,
    ResourcePath(id): ResourcePath,
    expected: IfMatch,
    request: RequestId,
    PatchBody(Unique(patch)): PatchBody<Unique>,
) -> Result<Put, Problem> {
    for _ in 0..TRIES_MAX {
        let present = find(&app, &id).await?;
        let settings = patched(open(&id, &present)?, patch.clone())?;
        // Decided at the head of the log: settings of others, made since these were read
        // here, are not undone.
        let still = Some(expected.still(version_of_resource(&present)));
        let resource = id.clone();
        let command = Command::PutResource(PutResource { resource, settings });
        let receipt = app.execute_if(still, command, actor.clone(), &request, None);
        match receipt.await {
            Ok(receipt) => return answer(&app, id, &receipt).await,
            Err(problem) if expected.is_open() && is_outdated(&problem) => {}
            Err(problem) => return Err(problem),
        }
    }
    Err(contended("resource"))
}

/// Whether what was read is not what is there any more.
fn is_outdated(problem: &Problem) -> bool {
    problem.code() == Code::Refused(RejectionKind::NotAsSeen)
}

/// A resource from its stream: never stale.
async fn find(app: &App, id: &ResourceId) -> Result<Resource, Problem> {
    let partition = app.log.partition_of(id);
    let streams = [StreamId::Resource(id.clone())];
    let read = app.log.read_streams(partition, &streams).await?;
    let mut resource = Resource::default();
    for recorded in read.iter().flat_map(|stream| &stream.events) {
        if let Event::Resource(event) = &recorded.event {
            resource.evolve(event);
        }
    }
    Ok(resource)
}

fn open<'a>(id: &ResourceId, resource: &'a Resource) -> Result<&'a ResourceSettings, Problem> {
    match resource {
        Resource::Open(terms) => Ok(&terms.settings),
        Resource::Retired(_) => Err(Rejection::ResourceRetired(id.clone()).into()),
        Resource::Unknown => Err(Rejection::ResourceUnknown(id.clone()).into()),
    }
}

/// Settings with a patch put over them, as they are written in requests.
///
/// # Errors
///
/// As a body of `PUT` that says the same.
fn patched(settings: &ResourceSettings, patch: Value) -> Result<ResourceSettings, Problem> {
    let written = serde_json::to_value(Settings::from(settings));
    let mut written = written.map_err(|error| Problem::internal(Arc::new(error)))?;
    merge(&mut written, patch);
    let settings: Settings = parse_value(written)?;
    settings.read()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings() -> ResourceSettings {
        let written = json!({
            "name": "Studio",
            "timezone": "Europe/Berlin",
            "durations": [60, 120],
            "slotInterval": 30,
            "hours": {"mon": [{"from": "09:00", "to": "17:00"}], "tue": [{"from": "09:00", "to": "12:00"}]},
        });
        parse_value::<Settings>(written)
            .and_then(Settings::read)
            .expect("settings")
    }

    fn after(patch: Value) -> ResourceSettings {
        patched(&settings(), patch).expect("settings")
    }

    #[test]
    fn what_is_left_out_stays_and_null_is_the_default() {
        assert_eq!(after(json!({})), settings());
        let renamed = after(json!({"name": "Another"}));
        assert_eq!(renamed.fields().name, "Another");
        assert_eq!(renamed.hours(), settings().hours());
        let by_default = after(json!({"slotInterval": null}));
        assert_eq!(by_default.interval().minutes(), 60);
        assert_eq!(after(json!({"hours": null})).hours(), None);
    }

    #[test]
    fn hours_change_by_the_weekday() {
        let sunday = json!({"hours": {"sun": [{"from": "10:00", "to": "12:00"}], "tue": null}});
        let hours = after(sunday);
        let week = serde_json::to_value(hours.hours()).expect("hours");
        let days: Vec<&String> = week.as_object().expect("a week").keys().collect();
        assert_eq!(days, ["mon", "sun"]);
    }

    #[test]
    fn what_would_be_wrong_in_whole_settings_is_wrong_in_a_part() {
        for (patch, code, field) in [
            (json!({"durations": null}), Code::MissingField, "durations"),
            (json!({"name": 7}), Code::WrongType, "name"),
            (json!({"color": "red"}), Code::UnknownField, "color"),
            (
                json!({"hours": {"someday": []}}),
                Code::UnknownField,
                "hours.someday",
            ),
            (json!({"name": " "}), Code::InvalidSettings, "name"),
            (
                json!({"durations": [50]}),
                Code::InvalidSettings,
                "durations[0]",
            ),
            // Each alone would do.
            (
                json!({"leaseMs": 600_000, "holdMaxMs": 5_000}),
                Code::InvalidSettings,
                "holdMaxMs",
            ),
        ] {
            let problem = patched(&settings(), patch).expect_err("refused");
            assert_eq!((problem.code(), problem.field()), (code, Some(field)));
        }
    }
}

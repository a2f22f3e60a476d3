use axum::{Json, extract::State};
use domain::{
    command::{AddExceptions, Command},
    decide::Outcome,
    hours::{EXCEPTIONS_MAX, Exception},
    ids::ResourceId,
};
use eventlog::Actor;
use holidays::Skipped;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::Admin,
    problem::{Code, Problem},
    request::{JsonBody, NoParameters, RequestId, objects, resource_id},
    routes::wire::ResourceName,
};

use super::{
    body::NewException,
    covered::{CoveredBooking, covered_by},
};

/// Resources of one request at most: each is a write of its own.
const RESOURCES_MAX: usize = 200;

/// Exceptions for many resources.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = HoursExceptions)]
pub(crate) struct Exceptions {
    /// The resources, 1 to 200.
    #[schema(value_type = Vec<String>)]
    resources: Vec<String>,
    /// The exceptions that each is to have.
    #[serde(default, rename = "exceptions", deserialize_with = "objects")]
    new: Vec<NewException>,
    /// A calendar file (`.ics`) whose events are exceptions that each is to have, too.
    /// Their ids are made of the events' UIDs, so that a file sent again adds none.
    #[schema(nullable = false)]
    calendar: Option<String>,
}

/// What became of it, resource by resource.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HoursExceptionsResult)]
pub(crate) struct Results {
    /// In the order of the request.
    results: Vec<ResourceResult>,
    /// The events of the calendar file that no exception can say, in its order.
    skipped: Vec<SkippedEvent>,
}

/// What became of it for one resource: all of the exceptions are there, or none.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HoursExceptionsOfResource)]
pub(crate) struct ResourceResult {
    resource_id: ResourceName,
    /// How many it did not have before.
    added: usize,
    /// How many it had already.
    unchanged: usize,
    /// The bookings that they close the time of, the first hundred of them. They stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bookings: Option<Vec<CoveredBooking>>,
    /// Why none of them is there; absent when they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refused: Option<Refused>,
}

/// Why a resource has not the exceptions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HoursExceptionsRefused)]
pub(crate) struct Refused {
    /// A code of problem details.
    code: &'static str,
    /// What is wrong.
    detail: String,
}

/// An event of a calendar file that no exception can say.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SkippedEvent)]
pub(crate) struct SkippedEvent {
    /// Its UID or, without one, its summary.
    event: String,
    /// Why.
    why: String,
}

impl From<&Skipped> for SkippedEvent {
    fn from(skipped: &Skipped) -> Self {
        Self {
            event: skipped.event.clone(),
            why: skipped.why.to_string(),
        }
    }
}

/// Adds exceptions to the opening hours of many resources
///
/// Each resource has all of them afterwards, or none: the answer tells which. What is
/// there already stays as it is, so that the same request can be sent again.
#[utoipa::path(
    post, path = "/v1/exceptions", tag = "Resources", operation_id = "addExceptions",
    request_body = Exceptions,
    responses((status = 200, description = "What became of it, resource by resource.", body = Results)),
    security(("adminKey" = []))
)]
pub(crate) async fn add_to_many(
    State(app): State<App>,
    NoParameters: NoParameters,
    Admin(actor): Admin,
    request: RequestId,
    JsonBody(body): JsonBody<Exceptions>,
) -> Result<Json<Results>, Problem> {
    let resources = body.resources()?;
    let (exceptions, skipped) = body.exceptions()?;
    let mut results = Vec::new();
    for resource in resources {
        results.push(add(&app, &actor, &request, resource, &exceptions).await);
    }
    let skipped = skipped.iter().map(SkippedEvent::from).collect();
    Ok(Json(Results { results, skipped }))
}

async fn add(
    app: &App,
    actor: &Actor,
    request: &RequestId,
    resource: ResourceId,
    exceptions: &[Exception],
) -> ResourceResult {
    let command = Command::AddExceptions(AddExceptions {
        resource: resource.clone(),
        exceptions: exceptions.to_vec(),
    });
    let executed = app.execute(command, actor.clone(), request, None).await;
    let (added, position) = match executed {
        Ok(receipt) => match receipt.outcome {
            Outcome::ExceptionsAdded { added } => (added.len(), receipt.position),
            _ => return refused(resource, &super::unexpected(&receipt)),
        },
        Err(problem) => return refused(resource, &problem),
    };
    ResourceResult {
        bookings: covered_by(app, &resource, exceptions, position).await,
        resource_id: resource.into(),
        added,
        unchanged: exceptions.len() - added,
        refused: None,
    }
}

fn refused(resource: ResourceId, problem: &Problem) -> ResourceResult {
    ResourceResult {
        resource_id: resource.into(),
        added: 0,
        unchanged: 0,
        bookings: None,
        refused: Some(Refused {
            code: problem.code().as_str(),
            detail: problem.detail().to_owned(),
        }),
    }
}

impl Exceptions {
    fn resources(&self) -> Result<Vec<ResourceId>, Problem> {
        let count = self.resources.len();
        if !(1..=RESOURCES_MAX).contains(&count) {
            return Err(too_many("resources", count, RESOURCES_MAX));
        }
        let ids = self.resources.iter().enumerate();
        ids.map(|(nth, id)| resource_id(&format!("resources[{nth}]"), id))
            .collect()
    }

    /// Those of the list, then those of the calendar file; each id once, the last.
    fn exceptions(&self) -> Result<(Vec<Exception>, Vec<Skipped>), Problem> {
        let mut all = domain::hours::Exceptions::default();
        for (nth, exception) in self.new.iter().enumerate() {
            all.add(exception.read(&format!("exceptions[{nth}]."))?);
        }
        let mut skipped = Vec::new();
        if let Some(calendar) = &self.calendar {
            let read = holidays::read(calendar).map_err(|error| {
                Problem::new(Code::InvalidCalendar, error.to_string()).member("field", "calendar")
            })?;
            for exception in read.exceptions {
                all.add(exception);
            }
            skipped = read.skipped;
        }
        let nothing = all.is_empty() && skipped.is_empty();
        if nothing || all.len() > EXCEPTIONS_MAX {
            return Err(too_many("exceptions", all.len(), EXCEPTIONS_MAX));
        }
        Ok((all.iter().cloned().collect(), skipped))
    }
}

fn too_many(field: &str, count: usize, limit: usize) -> Problem {
    let detail = format!("{field}: there are {count}, and 1 to {limit} can be taken at once");
    let problem = Problem::new(Code::TooManyAtOnce, detail);
    problem.member("field", field).member("limit", limit)
}

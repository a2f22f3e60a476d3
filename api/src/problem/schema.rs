use serde::Serialize;
use utoipa::ToSchema;

use super::Code;

/// An error, as problem details of RFC 9457. A kind of problem may have further
/// members, which `/problems` lists.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProblemBody {
    /// Where this kind of problem is described.
    #[schema(example = "/problems#held_by_other")]
    r#type: String,
    /// What kind it is, for people; the same words each time.
    title: String,
    /// The status of the answer.
    #[schema(example = 409)]
    status: u16,
    /// What is wrong this time, for people.
    detail: String,
    /// The request's id, as in `X-Request-Id` and in the server's log.
    instance: String,
    /// What kind it is, for programs; stable.
    #[schema(schema_with = code_schema)]
    code: String,
    /// What stood in the way, when slots did: stretches of time, ascending.
    #[schema(nullable = false)]
    conflicts: Option<Vec<Conflict>>,
    /// Which field, parameter or header is wrong.
    #[schema(nullable = false)]
    field: Option<String>,
    /// The wrong value, shortened.
    #[schema(nullable = false)]
    value: Option<String>,
    /// The line of the body where it stops making sense, from 1.
    #[schema(nullable = false)]
    line: Option<u64>,
    /// The column of that line, from 1.
    #[schema(nullable = false)]
    column: Option<u64>,
    /// The duration that was asked for, in minutes.
    #[schema(nullable = false)]
    duration: Option<u32>,
    /// The durations that the resource offers, in minutes.
    #[schema(nullable = false)]
    offered: Option<Vec<u32>>,
    /// The start that has passed.
    #[schema(nullable = false)]
    start: Option<String>,
    /// When the booking ended.
    #[schema(nullable = false)]
    end: Option<String>,
    /// The hold that has ended.
    #[schema(nullable = false)]
    hold_id: Option<String>,
    /// What the hold covers.
    #[schema(nullable = false)]
    held: Option<Conflict>,
    /// The limit that was passed.
    #[schema(nullable = false)]
    limit: Option<u64>,
    /// Why the server is not ready, by names.
    #[schema(nullable = false)]
    causes: Option<Vec<String>>,
    /// Milliseconds after which trying again makes sense.
    #[schema(nullable = false)]
    retry_after_ms: Option<u64>,
}

/// A stretch of time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Conflict {
    /// From when.
    #[schema(format = DateTime)]
    start: String,
    /// Until when, exclusive.
    #[schema(format = DateTime)]
    end: String,
}

fn code_schema() -> utoipa::openapi::schema::Object {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .enum_values(Some(Code::ALL.iter().map(|code| code.as_str())))
        .build()
}

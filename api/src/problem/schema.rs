use domain::rejection::{About, RejectionKind};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema,
        schema::{Object, Type},
    },
};

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
    /// Up to five spans that are free, where somebody has what was asked for: the nearest
    /// starts first, then shorter spans. Somebody may be faster again.
    #[schema(nullable = false)]
    alternatives: Option<Vec<Alternative>>,
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
    /// How many seats were asked for.
    #[schema(nullable = false)]
    quantity: Option<u16>,
    /// How many a quarter hour of the resource carries.
    #[schema(nullable = false)]
    capacity: Option<u16>,
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

/// A span that is free.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Alternative {
    /// From when.
    #[schema(format = DateTime)]
    start: String,
    /// Until when, exclusive.
    #[schema(format = DateTime)]
    end: String,
    /// Minutes.
    duration: u32,
}

fn code_schema() -> Object {
    strings(Code::all().into_iter().map(Code::as_str), "")
}

/// Strings of an enumeration, as the document has them.
fn strings(values: impl Iterator<Item = &'static str>, description: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(values))
        .description((!description.is_empty()).then_some(description))
        .build()
}

/// The codes of refusals by what they are about, as the document has them.
fn refusals(about: impl Fn(About) -> bool, description: &str) -> Object {
    let kinds = RejectionKind::ALL.iter().copied();
    let kinds = kinds.filter(|kind| about(kind.about()));
    strings(kinds.map(RejectionKind::code), description)
}

/// Declares a schema that is made of the table of refusals.
macro_rules! refusal_schema {
    ($name:ident, $about:expr, $description:literal) => {
        #[doc = $description]
        pub(crate) struct $name;

        impl ToSchema for $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                refusals($about, $description).into()
            }
        }
    };
}

refusal_schema!(
    Refusal,
    |_| true,
    "A rule said no, against the current state; nothing was written."
);
refusal_schema!(
    SlotRefusal,
    |about| about == About::Slots,
    "Refusals that name the times in the way, as `conflicts`."
);
refusal_schema!(
    UnavailableReason,
    |about| about != About::Request,
    "Which rule refuses a start. Lists leave holds out."
);

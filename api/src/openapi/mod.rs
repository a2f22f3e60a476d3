//! The OpenAPI document: routes describe their requests and successes, and here
//! the problems that each may end in are added.

mod problems;

use utoipa::{
    Modify, OpenApi,
    openapi::{
        ContentBuilder, Ref, RefOr, ResponseBuilder, Schema,
        path::{Operation, PathItem},
        schema::{SchemaType, Type},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{
    problem::{Code, MEDIA_TYPE, ProblemBody, Refusal, SlotRefusal},
    request::MANAGE_TOKEN_HEADER,
    routes,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Slotkeeper",
        description = "Holds and books quarter hours of things that only one party can have at a time.\n\n\
            Times are RFC 3339 in UTC with milliseconds, durations are minutes in multiples of 15. \
            Every write is answered with the header `Slotkeeper-Position`; a read with `?after=` that \
            position shows the write. Errors are problem details with a stable `code`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
        contact(),
    ),
    paths(
        routes::sessions::begin,
        routes::resources::list,
        routes::resources::read,
        routes::resources::put,
        routes::resources::patch,
        routes::resources::retire,
        routes::exceptions::list,
        routes::exceptions::add,
        routes::exceptions::remove,
        routes::exceptions::covered,
        routes::exceptions::add_to_many,
        routes::availability::availability,
        routes::availabilities::availabilities,
        routes::next::next,
        routes::days::day,
        routes::slots::slots,
        routes::presence::presence,
        routes::events::events,
        routes::events::events_of_many,
        routes::heartbeat::beat,
        routes::leave::leave,
        routes::bookings::list,
        routes::bookings::book,
        routes::bookings::read,
        routes::bookings::reschedule,
        routes::bookings::cancel,
        routes::log::follow,
        routes::health::live,
        routes::health::ready,
        routes::metrics::scrape,
        routes::openapi::document,
        routes::problems::problems,
    ),
    components(schemas(ProblemBody, Refusal, SlotRefusal)),
    modifiers(&Security, &OptionalParameters, &Problems),
    tags(
        (name = "Sessions", description = "Anonymous visitors."),
        (name = "Reading", description = "What is free, held and booked: for everyone."),
        (name = "Holding", description = "A session's claim on a span, while it decides."),
        (name = "Booking", description = "Spans that are somebody's."),
        (name = "Resources", description = "What can be booked."),
        (name = "Operating", description = "For those who run the server."),
    )
)]
struct Document;

/// The document, as `/openapi.json` carries it.
pub fn text() -> String {
    document().to_pretty_json().unwrap_or_default()
}

fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The ways to say who asks.
struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = |description: &str| {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
            SecurityScheme::Http(scheme.description(Some(description)).build())
        };
        let session = bearer("The token of `POST /v1/sessions`.");
        components.add_security_scheme("session", session);
        let admin = bearer("SLOTKEEPER_ADMIN_KEY of the server.");
        components.add_security_scheme("adminKey", admin);
        let auditor = bearer("SLOTKEEPER_AUDITOR_KEY of the server.");
        components.add_security_scheme("auditorKey", auditor);
        let manage = ApiKeyValue::with_description(
            MANAGE_TOKEN_HEADER.as_str(),
            "The `manageToken` of the booking.",
        );
        let manage = SecurityScheme::ApiKey(ApiKey::Header(manage));
        components.add_security_scheme("manageToken", manage);
    }
}

/// A parameter that may be left out is not one that may be null.
struct OptionalParameters;

impl Modify for OptionalParameters {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let operations = document.paths.paths.values_mut().flat_map(operations);
        for parameter in operations.flat_map(|operation| operation.parameters.iter_mut().flatten())
        {
            let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema else {
                continue;
            };
            if let SchemaType::Array(types) = &schema.schema_type {
                let present = types.iter().find(|kind| **kind != Type::Null);
                schema.schema_type = present
                    .cloned()
                    .map_or(SchemaType::AnyValue, SchemaType::Type);
            }
        }
    }
}

/// The problems that each operation may end in, by status.
struct Problems;

impl Modify for Problems {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for operation in document.paths.paths.values_mut().flat_map(operations) {
            let id = operation.operation_id.clone().unwrap_or_default();
            let mut codes = problems::of(&id);
            codes.sort_unstable_by_key(|code| (code.status(), *code));
            codes.dedup();
            for same in codes.chunk_by(|one, other| one.status() == other.status()) {
                let status = same[0].status().as_u16().to_string();
                operation.responses.responses.insert(status, response(same));
            }
        }
    }
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let methods = [
        &mut path.get,
        &mut path.put,
        &mut path.post,
        &mut path.patch,
        &mut path.delete,
    ];
    methods.into_iter().filter_map(Option::as_mut)
}

fn response(codes: &[Code]) -> RefOr<utoipa::openapi::Response> {
    let line = |code: &Code| format!("`{}`: {}", code.as_str(), code.title());
    let lines: Vec<String> = codes.iter().map(line).collect();
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new()
        .description(lines.join("\n\n"))
        .content(MEDIA_TYPE, content)
        .build()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_lists_its_problems() {
        for operation in document().paths.paths.values_mut().flat_map(operations) {
            let id = operation.operation_id.clone().expect("an operation id");
            assert!(!problems::of(&id).is_empty(), "{id}");
        }
    }

    /// Nobody should have to find out by a booking that is missing from a list.
    #[test]
    fn every_read_says_whether_it_may_be_stale() {
        for path in document().paths.paths.values() {
            let Some(read) = &path.get else { continue };
            let id = read.operation_id.as_deref().expect("an operation id");
            let tags = read.tags.clone().unwrap_or_default();
            if tags == ["Operating"] {
                continue;
            }
            let words = read.description.as_deref().unwrap_or_default();
            assert!(words.contains("stale"), "{id}: {words}");
            let parameters = read.parameters.iter().flatten();
            let waits = parameters
                .clone()
                .any(|parameter| parameter.name == "after");
            // A stream is told where to go on.
            assert!(waits || id == "watchDays", "{id} can't wait for a write");
        }
    }

    #[test]
    fn every_code_is_some_operations_but_those_of_no_route() {
        let mut listed: Vec<Code> = document()
            .paths
            .paths
            .values_mut()
            .flat_map(operations)
            .flat_map(|operation| problems::of(operation.operation_id.as_deref().unwrap_or("")))
            .collect();
        listed.extend([Code::NotFound, Code::MethodNotAllowed]);
        for code in Code::all() {
            assert!(listed.contains(&code), "{}", code.as_str());
        }
    }
}

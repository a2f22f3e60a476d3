use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use serde_json::{Value, error::Category};
use serde_path_to_error::Path;

use super::object::Object;
use crate::{
    app::App,
    problem::{Code, Problem, shortened},
};

/// How much of a body that is too large is read and dropped before the answer:
/// a connection that is closed on unread bytes may take the answer with it.
const DRAIN_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A JSON body, read in full and parsed, unknown fields refused.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        require_json(request.headers())?;
        let body = read_body(request.into_body(), app).await?;
        parse_json(&body).map(Self)
    }
}

/// As [`JsonBody`]; no body at all is an empty object.
#[derive(Debug)]
pub(crate) struct OptionalJsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for OptionalJsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let body = read_body(body, app).await?;
        if body.is_empty() {
            return parse_json(b"{}").map(Self);
        }
        require_json(&parts.headers)?;
        parse_json(&body).map(Self)
    }
}

/// The media type of RFC 7396: what is there is new, what is left out stays.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// As [`JsonBody`], of a change: what is left out stays as it is.
#[derive(Debug)]
pub(crate) struct PatchBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for PatchBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if media_type(request.headers()).as_deref() != Some(MERGE_PATCH) {
            require_json(request.headers())?;
        }
        let body = read_body(request.into_body(), app).await?;
        parse_json(&body).map(Self)
    }
}

/// The media type of the body, without its parameters, in lower case.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next().unwrap_or_default();
    Some(essence.trim().to_ascii_lowercase())
}

fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let found = media_type(headers);
    match found.as_deref() {
        Some("application/json") => Ok(()),
        Some(other) => Err(unsupported(other, "application/json")),
        None => Err(unsupported("", "application/json")),
    }
}

/// The refusal of a media type.
pub(crate) fn unsupported(found: &str, right: &str) -> Problem {
    let right = format!("this is read as {right} only");
    Problem::value(Code::UnsupportedMediaType, "Content-Type", found, right)
}

/// A body in full, within the limits of size and time.
pub(crate) async fn read_body(body: Body, app: &App) -> Result<Bytes, Problem> {
    let limit = app.limits.body_bytes;
    let patience = app.limits.body_timeout();
    match tokio::time::timeout(patience, collect(body, limit)).await {
        Ok(read) => read,
        Err(_) => Err(Problem::new(
            Code::RequestTimeout,
            format!("the body did not arrive within {} ms", patience.as_millis()),
        )),
    }
}

async fn collect(mut body: Body, limit: usize) -> Result<Bytes, Problem> {
    let mut read = BytesMut::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| {
            Problem::new(Code::MalformedRequest, "the body broke off before its end")
        })?;
        let Ok(chunk) = frame.into_data() else {
            continue;
        };
        length = length.saturating_add(chunk.len());
        if length <= limit {
            read.extend_from_slice(&chunk);
        } else if length > DRAIN_BYTES_MAX {
            break;
        }
    }
    if length > limit {
        return Err(Problem::new(
            Code::BodyTooLarge,
            format!("the body has more than {limit} bytes"),
        )
        .member("limit", limit));
    }
    Ok(read.freeze())
}

/// What some editors and languages put before all text that is UTF-8. JSON has no place for
/// it, and its readers may pass it over (RFC 8259).
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Parses JSON, saying where it stops making sense.
pub(crate) fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    let mut reader = serde_json::Deserializer::from_slice(body);
    let Object(parsed) = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| refused(error.path(), error.inner()))?;
    reader.end().map_err(|error| malformed(&error))?;
    Ok(parsed)
}

/// Reads what was put together of several bodies, saying which field makes no sense.
pub(crate) fn parse_value<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    let read = serde_path_to_error::deserialize(value);
    let Object(read) = read.map_err(|error| refused(error.path(), error.inner()))?;
    Ok(read)
}

fn refused(path: &Path, error: &serde_json::Error) -> Problem {
    if error.classify() != Category::Data {
        return malformed(error);
    }
    // serde's words are the only thing that tells the kinds apart; the tests
    // below would notice if they changed.
    let words = error.to_string();
    let named = words.split('`').nth(1).unwrap_or_default();
    let (code, field) = match () {
        () if words.starts_with("unknown field") => (Code::UnknownField, join(path, named)),
        () if words.starts_with("missing field") => (Code::MissingField, join(path, named)),
        () if words.starts_with("duplicate field") => (Code::DuplicateField, join(path, named)),
        () => (Code::WrongType, join(path, "")),
    };
    let detail = format!("{}: {}", shortened(&field), without_place(&words));
    placed(Problem::new(code, detail).member("field", field), error)
}

/// A field's path with the name of a field below it.
fn join(path: &Path, name: &str) -> String {
    let parents: Vec<String> = path
        .iter()
        .map(ToString::to_string)
        .filter(|segment| segment != "?" && segment != name)
        .collect();
    let parents = parents.join(".");
    match (parents.is_empty(), name.is_empty()) {
        (true, true) => "body".into(),
        (false, true) => parents,
        (true, false) => shortened(name),
        (false, false) => format!("{parents}.{}", shortened(name)),
    }
}

/// serde's words without the place that it adds to them, and not too long: they
/// quote what the client sent.
fn without_place(words: &str) -> String {
    const CHARS_MAX: usize = 200;
    let words = words.split(" at line ").next().unwrap_or(words);
    words.chars().take(CHARS_MAX).collect()
}

fn malformed(error: &serde_json::Error) -> Problem {
    let detail = format!("the body is not JSON: {error}");
    placed(Problem::new(Code::MalformedJson, detail), error)
}

fn placed(problem: Problem, error: &serde_json::Error) -> Problem {
    // What was put together has no lines.
    if error.line() == 0 {
        return problem;
    }
    problem
        .member("line", error.line())
        .member("column", error.column())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[serde(deserialize_with = "crate::request::object")]
        #[expect(dead_code, reason = "read by serde")]
        inner: Inner,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "read by serde")]
        minutes: i64,
    }

    fn problem(body: &str) -> (Code, String) {
        let problem = parse_json::<Outer>(body.as_bytes()).expect_err(body);
        (problem.code(), problem.field().unwrap_or_default().into())
    }

    #[test]
    fn a_byte_order_mark_before_a_body_is_passed_over_and_nowhere_else() {
        let body = r#"{"inner":{"minutes":5}}"#;
        let parsed = |body: &str| parse_json::<Outer>(body.as_bytes()).is_ok();
        assert!(parsed(body) && parsed(&format!("\u{feff}{body}")));
        for wrong in [
            format!("\u{feff}\u{feff}{body}"),
            format!("{body}\u{feff}"),
            format!(" \u{feff}{body}"),
            "\u{feff}".into(),
        ] {
            assert!(!parsed(&wrong), "{wrong:?}");
        }
    }

    #[test]
    fn each_fault_of_a_body_has_its_code_and_its_place() {
        let cases = [
            (r#"{"inner":{"minutes":5}"#, Code::MalformedJson, ""),
            (r#"{"inner":{"minutes":5}} x"#, Code::MalformedJson, ""),
            (
                r#"{"inner":{"minutes":"5"}}"#,
                Code::WrongType,
                "inner.minutes",
            ),
            (
                r#"{"inner":{"minutes":5,"x":1}}"#,
                Code::UnknownField,
                "inner.x",
            ),
            (r#"{"inner":{}}"#, Code::MissingField, "inner.minutes"),
            (
                r#"{"inner":{"minutes":5,"minutes":6}}"#,
                Code::DuplicateField,
                "inner.minutes",
            ),
            ("{}", Code::MissingField, "inner"),
            ("[1]", Code::WrongType, "body"),
            (r#"[{"minutes":5}]"#, Code::WrongType, "body"),
            (r#"{"inner":[5]}"#, Code::WrongType, "inner"),
            ("7", Code::WrongType, "body"),
            ("", Code::MalformedJson, ""),
        ];
        for (body, code, field) in cases {
            assert_eq!(problem(body), (code, field.to_owned()), "{body}");
        }
    }
}

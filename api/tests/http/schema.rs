//! Holds answers to the OpenAPI document: as much of JSON Schema as it uses.

use std::sync::LazyLock;

use reqwest::Method;
use serde_json::{Map, Value};

use crate::answer::Answer;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&api::openapi::text()).unwrap());

/// The document.
pub(crate) fn document() -> &'static Value {
    &DOCUMENT
}

/// The path of the document that a request's path is at, if any.
fn template(path: &str) -> Option<&'static str> {
    let path = path.split('?').next().unwrap();
    let matches = |template: &str| {
        let (one, other) = (template.split('/'), path.split('/'));
        one.clone().count() == other.clone().count()
            && one.zip(other).all(|(part, segment)| {
                part == segment || (part.starts_with('{') && !segment.is_empty())
            })
    };
    let paths = DOCUMENT["paths"].as_object().unwrap();
    // A literal path goes before one with parameters.
    let literal = paths.keys().find(|template| *template == path);
    let found = literal.or_else(|| paths.keys().find(|template| matches(template)));
    found.map(String::as_str)
}

/// Fails unless the document says that the request may be answered so.
pub(crate) fn hold_to_document(method: &Method, path: &str, answer: &Answer) {
    let operation = template(path)
        .map(|template| &DOCUMENT["paths"][template][method.as_str().to_lowercase()])
        .filter(|operation| operation.is_object());
    let Some(operation) = operation else {
        let code = answer.body["code"].as_str();
        let nowhere = matches!(
            code,
            Some("not_found" | "method_not_allowed" | "too_many_requests")
        );
        assert!(
            nowhere,
            "{method} {path} is not in the document: {answer:?}"
        );
        check_problem(answer);
        return;
    };
    let status = answer.status.as_u16().to_string();
    let response = &operation["responses"][&status];
    assert!(
        response.is_object(),
        "{method} {path} has no {status}: {answer:?}"
    );
    if let Some(code) = answer.body["code"].as_str() {
        let listed = response["description"].as_str().unwrap();
        assert!(
            listed.contains(&format!("`{code}`")),
            "{method} {path} does not list {code}"
        );
    }
    let Some(content) = response["content"].as_object() else {
        assert!(answer.text.is_empty(), "{method} {path}: {answer:?}");
        return;
    };
    let kind = answer.header("content-type");
    let kind = kind.split(';').next().unwrap();
    let media = content.get(kind);
    let media = media.unwrap_or_else(|| panic!("{method} {path} does not answer {kind}"));
    if kind.contains("json") {
        check(&media["schema"], &answer.body);
    }
}

fn check_problem(answer: &Answer) {
    check(&DOCUMENT["components"]["schemas"]["Problem"], &answer.body);
}

/// Fails unless `value` is as `schema` says, with no property more.
#[track_caller]
fn check(schema: &Value, value: &Value) {
    let mut faults = Vec::new();
    faults_of(schema, value, "$", &mut faults);
    assert!(faults.is_empty(), "{faults:#?} in {value:#}");
}

fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            let pointer = reference.strip_prefix('#').unwrap();
            resolved(DOCUMENT.pointer(pointer).unwrap())
        }
        None => schema,
    }
}

fn faults_of(schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let schema = resolved(schema);
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = |choice: &Value| {
            let mut faults = Vec::new();
            faults_of(choice, value, at, &mut faults);
            faults.is_empty()
        };
        if choices.iter().filter(|choice| fits(choice)).count() != 1 {
            faults.push(format!("{at}: none or several of oneOf"));
        }
        return;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        Value::Null => true,
        one => one == kind,
    };
    if !allowed {
        faults.push(format!("{at}: {kind} is not {}", schema["type"]));
        return;
    }
    if let Some(known) = schema["enum"].as_array()
        && !known.contains(value)
    {
        faults.push(format!("{at}: {value} is not in the enum"));
    }
    match value {
        Value::String(text) => faults_of_text(schema, text, at, faults),
        Value::Array(items) => {
            for (nth, item) in items.iter().enumerate() {
                faults_of(&schema["items"], item, &format!("{at}[{nth}]"), faults);
            }
        }
        Value::Object(fields) => faults_of_object(schema, fields, at, faults),
        Value::Number(_) => {
            let low = schema["minimum"].as_i64().unwrap_or(i64::MIN);
            if value.as_i64().is_some_and(|number| number < low) {
                faults.push(format!("{at}: {value} is below {low}"));
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn faults_of_text(schema: &Value, text: &str, at: &str, faults: &mut Vec<String>) {
    let shape = match schema["format"].as_str() {
        Some("date-time") => "0000-00-00T00:00:00.000Z",
        Some("date") => "0000-00-00",
        Some("uuid") => "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        _ => return,
    };
    let same = |(wanted, found): (char, char)| match wanted {
        '0' => found.is_ascii_digit(),
        'x' => found.is_ascii_hexdigit(),
        literal => found == literal,
    };
    if shape.len() != text.len() || !shape.chars().zip(text.chars()).all(same) {
        faults.push(format!("{at}: {text:?} is not of the form {shape}"));
    }
}

fn faults_of_object(
    schema: &Value,
    fields: &Map<String, Value>,
    at: &str,
    faults: &mut Vec<String>,
) {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    gather(schema, &mut properties, &mut required);
    for name in required {
        if !fields.contains_key(&name) {
            faults.push(format!("{at}: {name} is missing"));
        }
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        faults_of_part(part, fields, at, faults);
    }
    let others = &schema["additionalProperties"];
    for (name, value) in fields {
        let at = format!("{at}.{name}");
        match properties.get(name) {
            Some(property) => faults_of(property, value, &at, faults),
            None if others.is_object() => faults_of(others, value, &at, faults),
            None if schema["type"] == "object" && properties.is_empty() => {}
            None => faults.push(format!("{at}: not in the schema")),
        }
    }
}

/// A part of a schema is held to the whole value: one that takes no other properties than its
/// own takes none of the other parts either.
fn faults_of_part(part: &Value, fields: &Map<String, Value>, at: &str, faults: &mut Vec<String>) {
    let part = resolved(part);
    if part["additionalProperties"] != false {
        return;
    }
    let (mut properties, mut required) = (Map::new(), Vec::new());
    gather(part, &mut properties, &mut required);
    let strangers = fields.keys().filter(|name| !properties.contains_key(*name));
    faults.extend(strangers.map(|name| format!("{at}.{name}: a part of the schema refuses it")));
}

/// All properties of a schema, those of its parts among them.
fn gather(schema: &Value, properties: &mut Map<String, Value>, required: &mut Vec<String>) {
    let schema = resolved(schema);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        gather(part, properties, required);
    }
    if let Some(own) = schema["properties"].as_object() {
        properties.extend(own.clone());
    }
    let names = schema["required"].as_array().into_iter().flatten();
    required.extend(names.map(|name| name.as_str().unwrap().to_owned()));
}

//! Errors as clients see them: problem details (RFC 9457) with a stable code.

mod code;
mod convert;
mod schema;

use std::{error::Error, fmt, sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{calendar::Span, rejection::Conflicts};
use eventlog::GlobalPosition;
use serde_json::{Map, Value, json};

use crate::request::POSITION_HEADER;

pub use code::Code;
pub(crate) use convert::{contended, outcome_unknown, too_many_streams};
pub(crate) use schema::{ProblemBody, Refusal, SlotRefusal, UnavailableReason};

/// How much of a wrong value is shown back, in characters: enough to find it.
const VALUE_CHARS_MAX: usize = 64;

/// The media type of problem details.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// An error answer. Its body is written where the request's id is known.
#[derive(Debug, Clone)]
pub(crate) struct Problem(Box<Report>);

#[derive(Debug, Clone)]
struct Report {
    code: Code,
    detail: String,
    members: Map<String, Value>,
    retry_after: Option<Duration>,
    position: Option<GlobalPosition>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl Problem {
    /// A problem of this kind; `detail` says what is wrong this time.
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self(Box::new(Report {
            code,
            detail: detail.into(),
            members: Map::new(),
            retry_after: None,
            position: None,
            source: None,
        }))
    }

    /// A value that can't be read: which, what it is, and what would be right.
    pub(crate) fn value(
        code: Code,
        field: &str,
        value: impl fmt::Display,
        right: impl fmt::Display,
    ) -> Self {
        let value = shortened(&value.to_string());
        Self::new(code, format!("{field} is {value:?}: {right}"))
            .member("field", field)
            .member("value", value)
    }

    /// A fault of the server: logged with its causes, told without them.
    pub(crate) fn internal(source: Arc<dyn Error + Send + Sync>) -> Self {
        Self::new(
            Code::Internal,
            "the server met a fault of its own; it is in its log",
        )
        .caused_by(source)
    }

    /// An extension member.
    pub(crate) fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.members.insert(name.into(), value.into());
        self
    }

    /// The slots that stood in the way.
    pub(crate) fn conflicts(self, conflicts: &Conflicts) -> Self {
        let interval = |(start, end): &(_, _)| json!({"start": start, "end": end});
        let intervals: Vec<Value> = conflicts.intervals().iter().map(interval).collect();
        self.member("conflicts", intervals)
    }

    /// What can be had instead; says nothing when there is nothing.
    pub(crate) fn alternatives(self, spans: &[Span]) -> Self {
        let span = |span: &Span| {
            let duration = span.length().minutes();
            json!({"start": span.start(), "end": span.end(), "duration": duration})
        };
        if spans.is_empty() {
            return self;
        }
        self.member("alternatives", spans.iter().map(span).collect::<Vec<_>>())
    }

    /// When trying again makes sense.
    pub(crate) fn retry_after(mut self, after: Duration) -> Self {
        self.0.retry_after = Some(after);
        let ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
        self.member("retryAfterMs", ms)
    }

    /// The position that the refusal was checked at.
    pub(crate) fn at(mut self, position: GlobalPosition) -> Self {
        self.0.position = Some(position);
        self
    }

    /// What brought it about, for the log alone.
    pub(crate) fn caused_by(mut self, source: Arc<dyn Error + Send + Sync>) -> Self {
        self.0.source = Some(source);
        self
    }

    /// What is wrong this time.
    pub(crate) fn detail(&self) -> &str {
        &self.0.detail
    }

    pub(crate) const fn code(&self) -> Code {
        self.0.code
    }

    /// Which field it is about, if it is about one.
    #[cfg(test)]
    pub(crate) fn field(&self) -> Option<&str> {
        self.0.members.get("field").and_then(Value::as_str)
    }

    /// The causes, outermost first, for the log.
    pub(crate) fn causes(&self) -> Option<String> {
        let mut next = Some(self.source()?);
        let mut causes = Vec::new();
        while let Some(error) = next {
            causes.push(error.to_string());
            next = error.source();
        }
        Some(causes.join(": "))
    }

    /// The body, for the request of this id.
    pub(crate) fn body(&self, request_id: &str) -> Body {
        let Report {
            code,
            detail,
            members,
            ..
        } = self.0.as_ref();
        let mut body = members.clone();
        body.insert("type".into(), format!("/problems#{}", code.as_str()).into());
        body.insert("title".into(), code.title().into());
        body.insert("status".into(), code.status().as_u16().into());
        body.insert("detail".into(), detail.as_str().into());
        body.insert("instance".into(), request_id.into());
        body.insert("code".into(), code.as_str().into());
        Body::from(Value::Object(body).to_string())
    }

    fn headers(&self, headers: &mut HeaderMap) {
        let report = self.0.as_ref();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if report.code.status() == axum::http::StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"slotkeeper\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(after) = report.retry_after {
            // Whole seconds, rounded up: a client that waits them has waited enough.
            let seconds = after.as_millis().div_ceil(1000);
            let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        let position = report.position.map(|position| position.to_string());
        if let Some(position) = position.and_then(|text| text.parse().ok()) {
            headers.insert(POSITION_HEADER, position);
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.as_str(), self.0.detail)
    }
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.0.source.as_ref()?;
        Some(source.as_ref())
    }
}

impl IntoResponse for Problem {
    /// Leaves the problem in the response's extensions; [`crate::request`] puts
    /// in the body, since it alone knows the request's id.
    fn into_response(self) -> Response {
        let mut response = self.code().status().into_response();
        self.headers(response.headers_mut());
        response.extensions_mut().insert(self);
        response
    }
}

/// The beginning of a wrong value.
pub(crate) fn shortened(value: &str) -> String {
    let mut shown: String = value.chars().take(VALUE_CHARS_MAX).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    shown
}

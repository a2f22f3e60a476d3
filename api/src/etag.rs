//! Strong entity tags: what changes exactly when the body does.

use std::{convert::Infallible, fmt};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, IntoResponseParts, Response, ResponseParts},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    precondition::{Version, version_of_resource},
    resource::Resource,
};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A strong entity tag, quotes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ETag(String);

impl ETag {
    /// The tag of a body that is a function of `facts`: a hash of their JSON.
    pub(crate) fn of(facts: &impl Serialize) -> Self {
        Self::of_bytes(&serde_json::to_vec(facts).unwrap_or_default())
    }

    /// The tag of a body that is just these bytes.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        let digest = Sha256::digest(bytes);
        Self(format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest[..18])))
    }

    /// The tag of what has this version, which `If-Match` may name.
    pub(crate) fn of_version(version: Version) -> Self {
        Self(format!("\"{version}\""))
    }

    /// The tag of a resource's settings and of whether it is open.
    pub(crate) fn of_resource(resource: &Resource) -> Self {
        version_of_resource(resource).map_or_else(|| Self::of(&()), Self::of_version)
    }

    /// Adds the header to an answer that is no answer to a condition.
    pub(crate) fn tell(&self, headers: &mut HeaderMap) {
        if let Ok(tag) = HeaderValue::from_str(&self.0) {
            headers.insert(header::ETAG, tag);
        }
    }

    /// 304 when the request has the body already, else the body with its tag.
    pub(crate) fn answer(&self, request: &HeaderMap, body: impl FnOnce() -> Response) -> Response {
        let mut response = if self.is_in(request) {
            metrics::counter!(crate::telemetry::metrics::names::NOT_MODIFIED).increment(1);
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            body()
        };
        let headers = response.headers_mut();
        self.tell(headers);
        // May be kept, and must be asked about each time.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }

    /// Whether `If-None-Match` names this tag; weak ones match too, as RFC 9110
    /// has it for this header.
    fn is_in(&self, request: &HeaderMap) -> bool {
        let values = request.get_all(header::IF_NONE_MATCH).iter();
        let tags = values.filter_map(|value| value.to_str().ok());
        tags.flat_map(|value| value.split(',')).any(|tag| {
            let tag = tag.trim();
            tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.0
        })
    }
}

/// As a part of an answer: `(tag, Json(…))`.
impl IntoResponseParts for ETag {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        self.tell(response.headers_mut());
        Ok(response)
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, value.parse().expect("a value"));
        headers
    }

    #[test]
    fn a_tag_matches_itself_in_a_list_and_no_other() {
        let tag = ETag::of(&1);
        assert!(tag.is_in(&asked(&tag.0)));
        assert!(tag.is_in(&asked(&format!("\"x\", W/{}", tag.0))));
        assert!(tag.is_in(&asked("*")));
        assert!(!tag.is_in(&asked(&ETag::of(&2).0)));
        assert!(!tag.is_in(&HeaderMap::new()));
    }
}

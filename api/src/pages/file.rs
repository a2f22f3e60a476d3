use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use bytes::Bytes;

use crate::etag::ETag;

use super::Coding;

/// What a page may do: nothing but what this server gives it.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// Who may show a page in a frame: the policy ends with it.
const NO_FRAMES: &str = "'none'";

/// The type of pages.
const HTML: &str = "text/html; charset=utf-8";

/// The folder of files whose names change with their content.
const HASHED: &str = "assets/";

/// The script that pages of other origins load.
const ELEMENT: &str = "embed.js";

/// A file in every form that it is sent in.
#[derive(Debug)]
pub(crate) struct File {
    /// Of every answer, whatever its form and status.
    always: Vec<(HeaderName, HeaderValue)>,
    content_type: HeaderValue,
    /// How long it may be kept without asking.
    cache_control: HeaderValue,
    plain: Form,
    /// Smallest first.
    compressed: Vec<(Coding, Form)>,
}

/// The bytes of an answer, and their tag.
#[derive(Debug)]
struct Form {
    bytes: Bytes,
    etag: ETag,
}

impl Form {
    fn new(bytes: Bytes) -> Self {
        let etag = ETag::of_bytes(&bytes);
        Self { bytes, etag }
    }
}

impl File {
    pub(super) fn new(
        path: &str,
        bytes: Bytes,
        compressed: impl Iterator<Item = (Coding, Bytes)>,
    ) -> Self {
        let compressed: Vec<_> = compressed
            .map(|(coding, bytes)| (coding, Form::new(bytes)))
            .collect();
        let mut always = headers(path);
        if !compressed.is_empty() {
            let vary = HeaderValue::from_static("accept-encoding");
            always.push((header::VARY, vary));
        }
        let cache_control = if path.starts_with(HASHED) {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        Self {
            always,
            content_type: HeaderValue::from_static(content_type(path)),
            cache_control: HeaderValue::from_static(cache_control),
            plain: Form::new(bytes),
            compressed,
        }
    }

    /// Lets pages of these origins show it in a frame, which none may else.
    pub(super) fn framed_by(mut self, origins: &str) -> Self {
        let policy = CONTENT_SECURITY_POLICY.strip_suffix(NO_FRAMES);
        let policy = format!("{}{origins}", policy.unwrap_or_default());
        for (name, value) in &mut self.always {
            if *name == header::CONTENT_SECURITY_POLICY {
                *value = HeaderValue::try_from(&policy).expect("origins are plain text");
            }
        }
        self
    }

    /// The answer to a request for it: in the smallest form that is accepted, 304 when
    /// the request has that form already.
    pub(crate) fn answer(&self, request: &HeaderMap) -> Response {
        let accepted = |(coding, _): &&(Coding, Form)| coding.is_accepted_by(request);
        let (coding, form) = match self.compressed.iter().find(accepted) {
            Some((coding, form)) => (Some(*coding), form),
            None => (None, &self.plain),
        };
        let mut answer = form.etag.answer(request, || {
            let mut response = Response::new(Body::from(form.bytes.clone()));
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, self.content_type.clone());
            if let Some(coding) = coding {
                let name = HeaderValue::from_static(coding.name());
                headers.insert(header::CONTENT_ENCODING, name);
            }
            response
        });
        let headers = answer.headers_mut();
        headers.insert(header::CACHE_CONTROL, self.cache_control.clone());
        headers.extend(self.always.iter().cloned());
        answer
    }
}

/// What browsers are told of a file besides its content.
fn headers(path: &str) -> Vec<(HeaderName, HeaderValue)> {
    let shared = path == ELEMENT;
    let whose = if shared {
        "cross-origin"
    } else {
        "same-origin"
    };
    let mut headers = vec![
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            whose,
        ),
    ];
    if shared {
        headers.push((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    }
    if content_type(path) == HTML {
        headers.push((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY));
        headers.push((
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ));
    }
    let value = |(name, value)| (name, HeaderValue::from_static(value));
    headers.into_iter().map(value).collect()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => HTML,
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    fn file(path: &str) -> File {
        let compressed =
            Coding::ALL.map(|coding| (coding, Bytes::from_static(coding.name().as_bytes())));
        File::new(
            path,
            Bytes::from_static(b"as it is"),
            compressed.into_iter(),
        )
    }

    fn asking(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        let value =
            |(name, value): &(HeaderName, &str)| (name.clone(), value.parse().expect("a value"));
        pairs.iter().map(value).collect()
    }

    fn told<'a>(answer: &'a Response, name: &str) -> &'a str {
        let value = answer.headers().get(name).map(HeaderValue::to_str);
        value.map_or("", |value| value.expect("text"))
    }

    #[test]
    fn each_form_has_a_tag_of_its_own_and_is_sent_once() {
        let file = file("index.html");
        let mut tags = Vec::new();
        for (accepted, coding) in [("br, gzip", "br"), ("gzip", "gzip"), ("identity", "")] {
            let asked = asking(&[(header::ACCEPT_ENCODING, accepted)]);
            let answer = file.answer(&asked);
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(told(&answer, "content-encoding"), coding);
            assert_eq!(told(&answer, "content-type"), "text/html; charset=utf-8");
            assert_eq!(told(&answer, "vary"), "accept-encoding");
            let tag = told(&answer, "etag").to_owned();
            assert!(tag.starts_with('"') && !tags.contains(&tag), "{tag}");

            let asked = [
                (header::ACCEPT_ENCODING, accepted),
                (header::IF_NONE_MATCH, &tag),
            ];
            let same = file.answer(&asking(&asked));
            assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
            assert_eq!(told(&same, "etag"), tag);
            assert_eq!(told(&same, "vary"), "accept-encoding");
            assert_eq!(
                told(&same, "content-security-policy"),
                CONTENT_SECURITY_POLICY
            );
            tags.push(tag);
        }
        // A tag of another form is no reason to keep what was not asked for.
        let asked = [
            (header::ACCEPT_ENCODING, "gzip"),
            (header::IF_NONE_MATCH, tags[0].as_str()),
        ];
        assert_eq!(file.answer(&asking(&asked)).status(), StatusCode::OK);
    }

    #[test]
    fn what_has_its_hash_in_its_name_is_kept_for_good_and_all_else_is_asked_about() {
        for (path, kept) in [
            (
                "assets/base-1a2b3c4d.js",
                "public, max-age=31536000, immutable",
            ),
            ("index.html", "no-cache"),
            ("embed.js", "no-cache"),
            ("icon.svg", "no-cache"),
        ] {
            let answer = file(path).answer(&HeaderMap::new());
            assert_eq!(told(&answer, "cache-control"), kept, "{path}");
        }
    }

    #[test]
    fn other_origins_may_load_the_element_and_nothing_else() {
        for (path, whose, origin) in [
            ("embed.js", "cross-origin", "*"),
            ("index.html", "same-origin", ""),
            ("assets/base-1a2b3c4d.js", "same-origin", ""),
        ] {
            let answer = file(path).answer(&HeaderMap::new());
            assert_eq!(
                told(&answer, "cross-origin-resource-policy"),
                whose,
                "{path}"
            );
            assert_eq!(
                told(&answer, "access-control-allow-origin"),
                origin,
                "{path}"
            );
            assert_eq!(told(&answer, "referrer-policy"), "no-referrer", "{path}");
        }
    }

    #[test]
    fn a_file_that_is_not_compressed_varies_with_nothing() {
        let plain = File::new("photo.bin", Bytes::from_static(b"x"), std::iter::empty());
        let answer = plain.answer(&asking(&[(header::ACCEPT_ENCODING, "br")]));
        assert_eq!(told(&answer, "content-encoding"), "");
        assert_eq!(told(&answer, "vary"), "");
        assert_eq!(told(&answer, "content-type"), "application/octet-stream");
    }
}

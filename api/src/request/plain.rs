use axum::http::{HeaderMap, header};

use crate::problem::{Code, Problem, shortened};

/// Refuses a body that was encoded: nothing here decodes one, since a small body could then
/// become any size.
///
/// # Errors
///
/// `content_encoded`.
pub(super) fn require_plain(headers: &HeaderMap) -> Result<(), Problem> {
    let codings = headers.get_all(header::CONTENT_ENCODING).iter();
    let codings = codings.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let mut encoded = codings.filter(|coding| !coding.trim().eq_ignore_ascii_case("identity"));
    let Some(coding) = encoded.next() else {
        return Ok(());
    };
    let coding = shortened(&coding);
    let detail = format!("Content-Encoding is {coding:?}: send the body as it is, without one");
    Err(Problem::new(Code::ContentEncoded, detail)
        .member("field", "Content-Encoding")
        .member("value", coding))
}

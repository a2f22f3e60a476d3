use axum::http::{HeaderMap, header};

use crate::problem::{Code, Problem};

/// The bearer token of a request, if it brings one.
///
/// # Errors
///
/// `authorization_malformed` when the header is there and is something else.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let token = value
        .to_str()
        .ok()
        .filter(|_| values.next().is_none())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()));
    token.map(Some).ok_or_else(|| {
        Problem::new(
            Code::AuthorizationMalformed,
            "Authorization is to be one header of the form: Bearer TOKEN",
        )
        .member("field", "Authorization")
    })
}

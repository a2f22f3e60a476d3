use axum::http::{HeaderMap, HeaderName, header};

use crate::problem::{Code, Problem};

use super::{IDEMPOTENCY_KEY_HEADER, LAST_EVENT_ID_HEADER, MANAGE_TOKEN_HEADER};

/// Headers that say one thing. Of two nobody can tell which is meant, and to take the
/// first is to guess. `Authorization` is refused where it is read, as one that can't be.
const SINGLE: [HeaderName; 4] = [
    header::CONTENT_TYPE,
    IDEMPOTENCY_KEY_HEADER,
    LAST_EVENT_ID_HEADER,
    MANAGE_TOKEN_HEADER,
];

/// Refuses a request that has one of the headers twice that are to be there once, be it
/// with the same value.
///
/// # Errors
///
/// `repeated_header`.
pub(super) fn require_single(headers: &HeaderMap) -> Result<(), Problem> {
    let repeated = SINGLE.into_iter().find(|name| {
        let mut values = headers.get_all(name).iter();
        values.nth(1).is_some()
    });
    let Some(name) = repeated else {
        return Ok(());
    };
    let detail = format!("{name} is there more than once; send it once");
    Err(Problem::new(Code::RepeatedHeader, detail).member("field", name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_header_that_says_one_thing_is_refused_when_it_is_there_twice() {
        for name in SINGLE {
            let mut headers = HeaderMap::new();
            headers.append(&name, "one".parse().expect("a value"));
            headers.append(header::ACCEPT, "one".parse().expect("a value"));
            headers.append(header::ACCEPT, "two".parse().expect("a value"));
            assert!(require_single(&headers).is_ok());
            for second in ["one", "two"] {
                let mut headers = headers.clone();
                headers.append(&name, second.parse().expect("a value"));
                let problem = require_single(&headers).expect_err("it is there twice");
                assert_eq!(problem.code(), Code::RepeatedHeader);
                assert_eq!(problem.field(), Some(name.as_str()));
            }
        }
    }
}

use std::{
    convert::Infallible,
    fmt,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use uuid::Uuid;

use crate::random;

use super::REQUEST_ID_HEADER;

/// The longest id that a client may give a request, in bytes.
const CLIENT_ID_BYTES_MAX: usize = 64;

/// A request's id: the client's, when it sent a sane one, else a fresh one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(Arc<str>);

impl RequestId {
    /// The id of the request with these headers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        // Of two nobody can tell which is meant.
        let mut sent = headers.get_all(REQUEST_ID_HEADER).iter();
        let sent = sent.next().filter(|_| sent.next().is_none());
        let sent = sent.and_then(|id| id.to_str().ok());
        match sent.filter(|id| is_sane(id)) {
            Some(id) => Self(id.into()),
            None => Self::fresh(),
        }
    }

    /// An id that no other request has: nobody is let in by it, so that one draw of
    /// lots does for all of a process.
    fn fresh() -> Self {
        static FIRST: LazyLock<u128> = LazyLock::new(|| random::uuid().as_u128());
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // The count takes the lowest 62 bits, beside those that tell the version.
        let id = Uuid::from_u128(*FIRST ^ u128::from(count & (u64::MAX >> 2)));
        Self((&*id.hyphenated().encode_lower(&mut Uuid::encode_buffer())).into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// It stands in logs, in events and in a header: nothing in it may need escaping.
fn is_sane(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    (1..=CLIENT_ID_BYTES_MAX).contains(&id.len()) && id.bytes().all(plain)
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let known = parts.extensions.get::<Self>().cloned();
        Ok(known.unwrap_or_else(|| Self::of(&parts.headers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_would_need_escaping_is_replaced() {
        let mut headers = HeaderMap::new();
        for (sent, kept) in [
            ("trace-1", true),
            ("a b", false),
            ("\"", false),
            ("", false),
        ] {
            headers.insert(REQUEST_ID_HEADER, sent.parse().expect("a header value"));
            assert_eq!(RequestId::of(&headers).as_str() == sent, kept, "{sent:?}");
        }
        headers.insert(REQUEST_ID_HEADER, "x".repeat(65).parse().expect("a value"));
        assert_eq!(RequestId::of(&headers).as_str().len(), 36);
    }
}

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{calendar::Timestamp, ids::SessionId};
use hmac::Mac;

use crate::random;

use super::mac;

/// What the signatures are for: keeps them apart from any other use of the key.
const PURPOSE: &[u8] = b"slotkeeper/session/1";

/// Issues and checks the tokens of anonymous visitors.
///
/// `ID.EXPIRES.MAC`: the session's sixteen bytes and the signature in base64url,
/// the expiry in milliseconds since 1970. Nothing is stored; the secret alone
/// tells ours from others.
pub(crate) struct SessionTokens {
    secret: [u8; 32],
    lifetime: Duration,
}

/// A session that was just begun.
#[derive(Debug)]
pub(crate) struct IssuedSession {
    pub(crate) id: SessionId,
    pub(crate) token: String,
    /// The first instant at which the token is no longer taken.
    pub(crate) expires_at: Timestamp,
}

/// Why a token names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// It is not of the form of a token.
    Malformed,
    /// It was not signed with this secret, or was changed since.
    Forged,
    /// It was ours until then.
    Expired(Timestamp),
}

impl SessionTokens {
    pub(crate) const fn new(secret: [u8; 32], lifetime: Duration) -> Self {
        Self { secret, lifetime }
    }

    /// Begins a session.
    pub(crate) fn issue(&self, now: Timestamp) -> IssuedSession {
        let id = SessionId::new(random::uuid());
        let lifetime_ms = u64::try_from(self.lifetime.as_millis()).unwrap_or(u64::MAX);
        let expires_at = now.plus_ms(lifetime_ms);
        let signature = self.signature(id, expires_at).finalize().into_bytes();
        let token = format!(
            "{}.{}.{}",
            URL_SAFE_NO_PAD.encode(id.uuid()),
            expires_at.ms(),
            URL_SAFE_NO_PAD.encode(signature)
        );
        IssuedSession {
            id,
            token,
            expires_at,
        }
    }

    /// Whose token this is, at `now`.
    pub(crate) fn check(&self, token: &str, now: Timestamp) -> Result<SessionId, TokenError> {
        let (id, expires_at, signature) = read(token).ok_or(TokenError::Malformed)?;
        self.signature(id, expires_at)
            .verify_slice(&signature)
            .map_err(|_| TokenError::Forged)?;
        if expires_at <= now {
            return Err(TokenError::Expired(expires_at));
        }
        Ok(id)
    }

    fn signature(&self, id: SessionId, expires_at: Timestamp) -> hmac::Hmac<sha2::Sha256> {
        let expires_at = expires_at.ms().to_be_bytes();
        mac(&self.secret, &[PURPOSE, id.uuid().as_bytes(), &expires_at])
    }
}

fn read(token: &str) -> Option<(SessionId, Timestamp, Vec<u8>)> {
    let mut parts = token.split('.');
    let (id, expires_at, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let id: [u8; 16] = URL_SAFE_NO_PAD.decode(id).ok()?.try_into().ok()?;
    let expires_at = Timestamp::from_ms(expires_at.parse().ok()?).ok()?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    Some((
        SessionId::new(uuid::Uuid::from_bytes(id)),
        expires_at,
        signature,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIME_MS: u64 = 60_000;

    fn tokens(secret: u8) -> SessionTokens {
        SessionTokens::new([secret; 32], Duration::from_millis(LIFETIME_MS))
    }

    #[test]
    fn a_token_names_its_session_until_it_expires() {
        let now = Timestamp::EPOCH.plus_ms(1_000_000);
        let issued = tokens(1).issue(now);
        let last = now.plus_ms(LIFETIME_MS - 1);
        assert_eq!(tokens(1).check(&issued.token, last), Ok(issued.id));
        assert_eq!(
            tokens(1).check(&issued.token, issued.expires_at),
            Err(TokenError::Expired(issued.expires_at))
        );
    }

    #[test]
    fn a_token_of_another_secret_or_with_another_expiry_is_forged() {
        let now = Timestamp::EPOCH;
        let issued = tokens(1).issue(now);
        assert_eq!(tokens(2).check(&issued.token, now), Err(TokenError::Forged));

        let later = (issued.expires_at.ms() + 1).to_string();
        let prolonged = issued
            .token
            .replace(&issued.expires_at.ms().to_string(), &later);
        assert_eq!(tokens(1).check(&prolonged, now), Err(TokenError::Forged));
    }

    #[test]
    fn what_is_no_token_is_malformed() {
        for text in ["", "a", "a.b", "a.b.c", "a.1.b.c", "AAAA.1.AAAA", "..."] {
            let checked = tokens(1).check(text, Timestamp::EPOCH);
            assert_eq!(checked, Err(TokenError::Malformed), "{text:?}");
        }
    }
}

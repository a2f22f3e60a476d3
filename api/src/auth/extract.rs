use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{
    command::Asker,
    ids::{BookingId, SessionId},
};
use eventlog::Actor;

use crate::{
    app::App,
    limits::{Client, Limit},
    problem::{Code, Problem},
    request::MANAGE_TOKEN_HEADER,
};

use super::{SharedKey, bearer::bearer};

/// A visitor, by the session token of the request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session(pub(crate) SessionId);

impl Session {
    /// Whose token this is.
    ///
    /// # Errors
    ///
    /// `session_token_malformed`, `session_token_forged`, `session_token_expired`.
    pub(crate) fn of(token: &str, app: &App) -> Result<Self, Problem> {
        let now = app.log.clock().now();
        let checked = app.keys.sessions.check(token, now);
        checked.map(Self).map_err(|error| error.problem(now))
    }
}

impl FromRequestParts<App> for Session {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = bearer(&parts.headers)?.ok_or_else(|| {
            Problem::new(
                Code::SessionTokenMissing,
                "send the token of POST /v1/sessions as Authorization: Bearer TOKEN",
            )
        })?;
        Self::of(token, app)
    }
}

/// What the endpoints of one shared key answer to those who lack it.
struct Refusals {
    key: &'static str,
    missing: Code,
    wrong: Code,
    not_configured: Code,
}

const ADMIN: Refusals = Refusals {
    key: "SLOTKEEPER_ADMIN_KEY",
    missing: Code::AdminKeyMissing,
    wrong: Code::AdminKeyWrong,
    not_configured: Code::AdminKeyNotConfigured,
};

const AUDITOR: Refusals = Refusals {
    key: "SLOTKEEPER_AUDITOR_KEY",
    missing: Code::AuditorKeyMissing,
    wrong: Code::AuditorKeyWrong,
    not_configured: Code::AuditorKeyNotConfigured,
};

impl Refusals {
    fn check<'a>(
        &self,
        key: Option<&'a SharedKey>,
        parts: &Parts,
        app: &App,
    ) -> Result<&'a SharedKey, Problem> {
        let Some(key) = key else {
            let detail = format!("{} is not set on this server", self.key);
            return Err(Problem::new(self.not_configured, detail));
        };
        let Some(candidate) = bearer(&parts.headers)? else {
            let detail = "send the key as Authorization: Bearer KEY";
            return Err(Problem::new(self.missing, detail));
        };
        let Client { address } = Client::of(parts)?;
        let attempt = app.limits.attempt(Limit::FailedKeys, address)?;
        if key.is(candidate) {
            attempt.succeeded();
            return Ok(key);
        }
        let detail = "the bearer token is another than the key that is asked for";
        Err(Problem::new(self.wrong, detail))
    }
}

/// A holder of the admin key.
#[derive(Debug, Clone)]
pub(crate) struct Admin(pub(crate) Actor);

impl FromRequestParts<App> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let key = ADMIN.check(app.keys.admin.as_ref(), parts, app)?;
        Ok(Self(Actor::Admin(key.id().into())))
    }
}

/// A holder of the auditor key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Auditor;

impl FromRequestParts<App> for Auditor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        AUDITOR.check(app.keys.auditor.as_ref(), parts, app)?;
        Ok(Self)
    }
}

/// What a request brings to show that it may manage a booking; whether it may is
/// known with the booking's id.
#[derive(Debug)]
pub(crate) struct ManagerCredentials {
    pub(crate) client: Client,
    manage_token: Option<String>,
    admin: Option<Actor>,
    session: Option<SessionId>,
}

/// Somebody who may manage a booking.
#[derive(Debug)]
pub(crate) struct Manager {
    pub(crate) actor: Actor,
    /// Whose holds do not stand in the way.
    pub(crate) session: Option<SessionId>,
}

impl Manager {
    /// Who asks, for the rules that are for visitors alone.
    pub(crate) const fn asker(&self) -> Asker {
        match self.actor {
            Actor::Session(_) | Actor::ManageToken => Asker::Visitor,
            Actor::Admin(_) | Actor::System => Asker::Operator,
        }
    }
}

impl FromRequestParts<App> for ManagerCredentials {
    type Rejection = Problem;

    /// The bearer token is the admin key or a session's token; a wrong one is
    /// refused even beside a manage token, since its sender means something by it.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let manage_token = parts.headers.get(MANAGE_TOKEN_HEADER);
        let manage_token = manage_token.map(|token| token.to_str().unwrap_or_default().to_owned());
        let client = Client::of(parts)?;
        let Some(token) = bearer(&parts.headers)? else {
            return Ok(Self {
                client,
                manage_token,
                admin: None,
                session: None,
            });
        };
        let attempt = app.limits.attempt(Limit::FailedKeys, client.address)?;
        let admin = app.keys.admin.as_ref().filter(|admin| admin.is(token));
        let session = admin.is_none().then(|| Session::of(token, app));
        if session.as_ref().is_none_or(was_made_here) {
            attempt.succeeded();
        }
        let session = session.transpose().map_err(|problem| {
            // Without a manage token the bearer can only be meant as the admin key.
            if manage_token.is_none() {
                let detail = "the bearer token is neither the admin key nor a session's token";
                Problem::new(Code::AdminKeyWrong, detail)
            } else {
                problem
            }
        })?;
        Ok(Self {
            client,
            manage_token,
            admin: admin.map(|admin| Actor::Admin(admin.id().into())),
            session: session.map(|Session(id)| id),
        })
    }
}

/// Whether it is a session's token that was made here, be it over: nobody guesses a key so.
fn was_made_here(session: &Result<Session, Problem>) -> bool {
    match session {
        Ok(_) => true,
        Err(problem) => problem.code() == Code::SessionTokenExpired,
    }
}

impl ManagerCredentials {
    /// The manager of `booking` that the request comes from.
    ///
    /// # Errors
    ///
    /// `manage_token_missing`, `manage_token_wrong`, `too_many_requests`. None of them costs
    /// a query: whether there is such a booking is told to who may manage it.
    pub(crate) fn of(self, booking: BookingId, app: &App) -> Result<Manager, Problem> {
        let session = self.session;
        if let Some(actor) = self.admin {
            return Ok(Manager { actor, session });
        }
        let Some(token) = self.manage_token else {
            let detail = "send the booking's token as Slotkeeper-Manage-Token, or the admin key";
            return Err(Problem::new(Code::ManageTokenMissing, detail));
        };
        let address = self.client.address;
        let attempt = app.limits.attempt(Limit::FailedManageTokens, address)?;
        if app.keys.bookings.is(&token, booking) {
            attempt.succeeded();
            let actor = Actor::ManageToken;
            Ok(Manager { actor, session })
        } else {
            let detail = "the token of Slotkeeper-Manage-Token is not this booking's";
            Err(Problem::new(Code::ManageTokenWrong, detail))
        }
    }
}

//! Visitors: what a session can ask.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{answer::Answer, server::Server};

/// Somebody with a session.
pub(crate) struct Visitor<'a> {
    pub(crate) server: &'a Server,
    pub(crate) token: String,
}

impl Visitor<'_> {
    /// Posts JSON in the name of the session.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = |request: RequestBuilder| request.bearer_auth(&self.token).json(body);
        self.server.send(Method::POST, path, request).await
    }

    /// Claims a span of studio-a.
    pub(crate) async fn beat(&self, start: &str, minutes: u32) -> Answer {
        let body = json!({"start": start, "duration": minutes});
        self.post("/v1/resources/studio-a/heartbeat", &body).await
    }

    /// Renews a hold on studio-a.
    pub(crate) async fn renew(&self, hold: &str, start: &str, minutes: u32) -> Answer {
        let body = json!({"start": start, "duration": minutes, "holdId": hold});
        self.post("/v1/resources/studio-a/heartbeat", &body).await
    }

    /// Lets go of whatever it holds of studio-a.
    pub(crate) async fn leave(&self) -> Answer {
        self.post("/v1/resources/studio-a/leave", &json!({})).await
    }

    /// Books a span of studio-a.
    pub(crate) async fn book(&self, start: &str, minutes: u32) -> Answer {
        let body = booking("studio-a", start, minutes);
        self.post("/v1/bookings", &body).await
    }

    /// Books under an idempotency key.
    pub(crate) async fn book_as(&self, key: &str, body: &Value) -> Answer {
        let request = |request: RequestBuilder| {
            let request = request.header("Idempotency-Key", key);
            request.bearer_auth(&self.token).json(body)
        };
        self.server
            .send(Method::POST, "/v1/bookings", request)
            .await
    }
}

/// The body of a booking.
pub(crate) fn booking(resource: &str, start: &str, minutes: u32) -> Value {
    json!({
        "resourceId": resource,
        "start": start,
        "duration": minutes,
        "attendee": {"name": "Ann Example", "email": "ann@example.com", "notes": "Brings a cello."},
    })
}

/// Manages a booking by its token.
pub(crate) fn managing(token: &str) -> impl FnOnce(RequestBuilder) -> RequestBuilder + use<'_> {
    move |request| request.header("Slotkeeper-Manage-Token", token)
}

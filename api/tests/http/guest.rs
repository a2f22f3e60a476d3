//! Guests: clients at addresses of their own, behind the proxy that a test is.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{answer::Answer, server::Server, visitor::booking};

/// A place that requests come from.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) server: &'a Server,
    pub(crate) address: &'a str,
}

impl<'a> Place<'a> {
    pub(crate) fn new(server: &'a Server, address: &'a str) -> Self {
        Self { server, address }
    }

    /// Sends a request from here, after `change`.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        change: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Answer {
        let from_here =
            |request: RequestBuilder| change(request.header("x-forwarded-for", self.address));
        self.server.send(method, path, from_here).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, |request| request).await
    }

    /// Asks for a session.
    pub(crate) async fn session(&self) -> Answer {
        self.send(Method::POST, "/v1/sessions", |request| request)
            .await
    }

    /// Somebody here with a session of their own.
    pub(crate) async fn guest(self) -> Guest<'a> {
        let begun = self.session().await.expect(201);
        Guest {
            place: self,
            token: begun.text_of("token"),
        }
    }
}

/// Somebody with a session at a place.
#[derive(Clone)]
pub(crate) struct Guest<'a> {
    pub(crate) place: Place<'a>,
    pub(crate) token: String,
}

impl<'a> Guest<'a> {
    /// The same session at another place.
    pub(crate) fn at(&self, place: Place<'a>) -> Self {
        let token = self.token.clone();
        Self { place, token }
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = |request: RequestBuilder| request.bearer_auth(&self.token).json(body);
        self.place.send(Method::POST, path, request).await
    }

    /// Claims an hour of a resource.
    pub(crate) async fn hold(&self, resource: &str, start: &str) -> Answer {
        let path = format!("/v1/resources/{resource}/heartbeat");
        self.post(&path, &json!({"start": start, "duration": 60}))
            .await
    }

    /// Renews a hold on an hour of a resource.
    pub(crate) async fn renew(&self, resource: &str, start: &str, hold: &str) -> Answer {
        let path = format!("/v1/resources/{resource}/heartbeat");
        let body = json!({"start": start, "duration": 60, "holdId": hold});
        self.post(&path, &body).await
    }

    /// Lets go of what it holds of a resource.
    pub(crate) async fn leave(&self, resource: &str) -> Answer {
        let path = format!("/v1/resources/{resource}/leave");
        self.post(&path, &json!({})).await
    }

    /// Books an hour of a resource.
    pub(crate) async fn book(&self, resource: &str, start: &str) -> Answer {
        self.post("/v1/bookings", &booking(resource, start, 60))
            .await
    }
}

/// A room that is always open, whose holds live for longer than any test takes.
pub(crate) fn room() -> Value {
    json!({
        "name": "Room", "timezone": "UTC", "durations": [60], "leaseMs": 600_000,
        "lastDay": "9999-12-31",
    })
}

/// An hour of spring 2031, each `nth` another one.
pub(crate) fn hour(nth: usize) -> String {
    let (day, hour) = (nth / 24, nth % 24);
    let (month, day) = (day / 28 + 3, day % 28 + 1);
    assert!(month <= 12, "an hour of the year");
    format!("2031-{month:02}-{day:02}T{hour:02}:00:00.000Z")
}

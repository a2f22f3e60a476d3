//! Two servers, and what can be asked of either.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    server::{ADMIN_KEY, DEADLINE, studio},
};

/// Where to ask.
#[derive(Clone)]
pub(super) struct Nodes {
    pub(super) bases: [String; 2],
    pub(super) client: Client,
}

impl Nodes {
    /// Asks a node, which must answer with this status.
    pub(super) async fn ask(
        &self,
        node: usize,
        (method, path, status): (Method, &str, u16),
        change: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Answer {
        let url = format!("{}{path}", self.bases[node % 2]);
        let request = change(self.client.request(method.clone(), url));
        let answer = request.timeout(DEADLINE).send().await.unwrap();
        Answer::read(method, path, answer).await.expect(status)
    }

    pub(super) async fn get(&self, node: usize, path: &str) -> Answer {
        let asked = (Method::GET, path, 200);
        self.ask(node, asked, |request| request).await
    }

    /// A room's bookings of a day, cancelled ones too, by their ids.
    pub(super) async fn list(&self, node: usize, room: &str, day: &str, after: &str) -> Value {
        let path = format!("/v1/bookings?resourceId={room}&from={day}&to={day}&limit=500{after}");
        let admin = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
        let answer = self.ask(node, (Method::GET, &path, 200), admin).await;
        assert_eq!(
            answer.body["nextCursor"],
            Value::Null,
            "more than a day has"
        );
        answer.body["bookings"].clone()
    }

    pub(super) async fn put(&self, room: &str) {
        let path = format!("/v1/resources/{room}");
        let mut settings = studio();
        settings["durations"] = json!([15]);
        let put = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY).json(&settings);
        self.ask(0, (Method::PUT, &path, 201), put).await;
    }

    pub(super) async fn session(&self) -> String {
        let asked = (Method::POST, "/v1/sessions", 201);
        self.ask(0, asked, |request| request).await.text_of("token")
    }
}

/// The bookings of a list: id, status, and when something happened last.
pub(super) fn entries(list: &Value) -> impl Iterator<Item = (String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = list.as_array().unwrap().iter();
    list.map(move |entry| {
        let fields = ["bookingId", "status", "changedAt"];
        let [id, status, changed_at] = fields.map(|field| text(&entry[field]));
        (id, status, changed_at)
    })
}

//! What the server's own log says, and what it never says.

use std::fs;

use eventlog::testing::TestDatabase;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use crate::{
    node::Node,
    server::{ADMIN_KEY, studio},
    visitor::booking,
};

async fn answered(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

/// Books, reads, cancels and fails, and returns the secrets of it.
async fn walk(base: &str) -> Vec<String> {
    let client = Client::new();
    let put = client.put(format!("{base}/v1/resources/studio-a"));
    answered(put.bearer_auth(ADMIN_KEY).json(&studio())).await;
    let (_, session) = answered(client.post(format!("{base}/v1/sessions"))).await;
    let session = session["token"].as_str().unwrap().to_owned();
    let book = client.post(format!("{base}/v1/bookings"));
    let body = booking("studio-a", "2031-03-03T13:00:00Z", 60);
    let (status, made) = answered(book.bearer_auth(&session).json(&body)).await;
    assert_eq!(status, 201);
    let token = made["manageToken"].as_str().unwrap().to_owned();
    let path = format!("{base}/v1/bookings/{}", made["bookingId"].as_str().unwrap());
    let read = client.get(&path).header("Slotkeeper-Manage-Token", &token);
    assert_eq!(answered(read).await.0, 200);
    let wrong = client.get(format!("{path}?secret-of-the-query=1"));
    answered(wrong.header("Slotkeeper-Manage-Token", &token)).await;
    let mut spoilt = body.clone();
    spoilt["attendee"] = Value::from("Ann Example");
    let book = client.post(format!("{base}/v1/bookings"));
    let refused = book.bearer_auth(&session).json(&spoilt);
    let refused = refused.header("X-Request-Id", "trace-9");
    assert_eq!(answered(refused).await.0, 400);
    vec![session, token]
}

#[tokio::test]
async fn the_log_holds_no_person_no_key_no_token_and_no_query() {
    let database = TestDatabase::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let file = fs::File::create(&path).unwrap();
    let node = Node::telling_all(&database.url(), file).await;
    let mut secrets = walk(&node.base).await;
    node.terminate().await;

    let log = fs::read_to_string(&path).unwrap();
    secrets.push(ADMIN_KEY.into());
    let never = [
        "Ann Example",
        "ann@example.com",
        "cello",
        "secret-of-the-query",
    ];
    secrets.extend(never.map(str::to_owned));
    for secret in secrets {
        let found = log.lines().find(|line| line.contains(&secret));
        assert_eq!(found, None, "{secret}");
    }
    let line = log.lines().find(|line| line.contains("trace-9")).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["http.route"], "/v1/bookings");
    assert_eq!(line["http.status"], 400);
    assert_eq!(line["problem.code"], "wrong_type");
}

//! What the log says of commands that are refused.

use std::collections::BTreeSet;

use eventlog::testing::TestDatabase;
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::{
    io::{BufReader, Lines},
    process::ChildStderr,
};

use crate::{
    node::Node,
    server::{ADMIN_KEY, DEADLINE, studio},
    visitor::booking,
};

/// The log that docs/audit.md goes through.
const PAGE_S_LOG: &str = include_str!("../../../replay/tests/fixtures/server.log");

/// The line of the next refusal, and all before it.
async fn refusal(log: &mut Lines<BufReader<ChildStderr>>) -> (Value, String) {
    let mut before = String::new();
    loop {
        let line = tokio::time::timeout(DEADLINE, log.next_line()).await;
        let line = line.unwrap().unwrap().expect("the log goes on");
        let read: Value = serde_json::from_str(&line).unwrap();
        if is_refusal(&read) {
            return (read, before + &line);
        }
        before += &line;
    }
}

fn is_refusal(line: &Value) -> bool {
    let message = line["message"].as_str();
    message.is_some_and(|message| message.starts_with("refused "))
}

/// A session's token and id.
async fn session(client: &Client, base: &str) -> (String, String) {
    let begun = client.post(format!("{base}/v1/sessions")).send().await;
    let begun: Value = begun.unwrap().json().await.unwrap();
    let text = |name: &str| begun[name].as_str().unwrap().to_owned();
    (text("token"), text("sessionId"))
}

fn keys(line: &Value) -> BTreeSet<&String> {
    line.as_object().unwrap().keys().collect()
}

#[tokio::test]
async fn a_refused_command_leaves_one_line_that_tells_all_but_persons() {
    let database = TestDatabase::new().await;
    let (node, mut log) = Node::telling(&database.url()).await;
    let (client, base) = (Client::new(), node.base.clone());
    let put = client.put(format!("{base}/v1/resources/studio-a"));
    let put = put.bearer_auth(ADMIN_KEY).json(&studio()).send().await;
    assert_eq!(put.unwrap().status(), 201);
    let (ann, bob) = (session(&client, &base).await, session(&client, &base).await);
    let post = async |path: &str, token: &str, body: Value| -> Response {
        let request = client.post(format!("{base}{path}")).bearer_auth(token);
        let request = request.header("X-Request-Id", "the-complaint-s");
        request.json(&body).send().await.unwrap()
    };
    let start = "2031-03-03T13:00:00.000Z";
    let beat = json!({"start": start, "duration": 60});
    let held = post("/v1/resources/studio-a/heartbeat", &ann.0, beat).await;
    assert_eq!(held.status(), 200);
    let refused = post("/v1/bookings", &bob.0, booking("studio-a", start, 60)).await;
    assert_eq!(refused.status(), 409);
    let position = refused.headers()["slotkeeper-position"].to_str().unwrap();
    let position: Vec<u64> = position
        .split('.')
        .skip(1)
        .map(|part| part.parse().unwrap())
        .collect();

    let (line, log_so_far) = refusal(&mut log).await;
    for (field, value) in [
        ("command", json!("BookSlots")),
        ("problem.code", json!("held_by_other")),
        ("request", json!("the-complaint-s")),
        ("actor", json!(format!("session:{}", bob.1))),
        ("session", json!(bob.1)),
        ("resource", json!("studio-a")),
        ("span.start", json!(start)),
        ("span.end", json!("2031-03-03T14:00:00.000Z")),
        ("partition", json!(position[0])),
        ("position", json!(position[1])),
    ] {
        assert_eq!(line[field], value, "{field}: {line:#}");
    }
    for personal in ["Ann Example", "ann@example.com", "cello", &bob.0] {
        assert!(!log_so_far.contains(personal), "{log_so_far}");
    }
    // The page's lines are such lines.
    let page: Vec<Value> = PAGE_S_LOG
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut page = page.iter().filter(|line| is_refusal(line));
    assert_eq!(keys(page.next().unwrap()), keys(&line));
    node.terminate().await;
}

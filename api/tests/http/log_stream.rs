//! The log, as an auditor follows it.

use std::collections::HashMap;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::{
    server::{ADMIN_KEY, AUDITOR_KEY, Server, studio},
    stream::{Block, Stream},
};

fn auditor(request: RequestBuilder) -> RequestBuilder {
    request.bearer_auth(AUDITOR_KEY)
}

/// The next event, past comments.
async fn next(stream: &mut Stream) -> (Block, Value) {
    loop {
        let block = stream.next().await.unwrap();
        if !block.is_comment() {
            let data = block.data();
            assert_eq!(block.event(), data["eventType"].as_str());
            return (block, data);
        }
    }
}

#[tokio::test]
async fn an_auditor_sees_every_event_once_and_in_the_order_of_its_partition() {
    let server = Server::with_studio().await;
    server.put("studio-b", studio()).await.expect(201);
    let ann = server.visitor().await;
    let mut stream = Stream::open(&server, "/v1/log", auditor).await;
    ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);

    let mut last: HashMap<u64, u64> = HashMap::new();
    let mut kinds = Vec::new();
    for _ in 0..6 {
        let (_, event) = next(&mut stream).await;
        let partition = event["partition"].as_u64().unwrap();
        let position = event["position"].as_u64().unwrap();
        let before = last.insert(partition, position).unwrap_or_default();
        assert_eq!(position, before + 1);
        assert_eq!(event["hash"].as_str().unwrap().len(), 64);
        kinds.push(event["eventType"].as_str().unwrap().to_owned());
    }
    kinds.sort_unstable();
    let mut all = [
        "ResourceRegistered",
        "ResourceRegistered",
        "HoldPlaced",
        "HoldConsumed",
        "SlotsBooked",
        "BookingConfirmed",
    ];
    all.sort_unstable();
    assert_eq!(kinds, all);
    let text = String::from_utf8(stream.bytes.clone()).unwrap();
    assert!(!text.contains("Ann"), "attendees are sealed: {text}");
}

#[tokio::test]
async fn a_cursor_goes_on_where_it_was_given() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let mut stream = Stream::open(&server, "/v1/log", auditor).await;
    let (first, _) = next(&mut stream).await;
    let (_, second) = next(&mut stream).await;
    drop(stream);
    let path = format!("/v1/log?after={}", first.id().unwrap());
    let mut resumed = Stream::open(&server, &path, auditor).await;
    assert_eq!(next(&mut resumed).await.1, second);
    let by_header = |request| auditor(request).header("Last-Event-ID", first.id().unwrap());
    let mut resumed = Stream::open(&server, "/v1/log", by_header).await;
    assert_eq!(next(&mut resumed).await.1, second);
}

#[tokio::test]
async fn only_auditors_read_the_log_and_only_from_its_own_cursors() {
    let server = Server::with_studio().await;
    let path = "/v1/log";
    server.get(path).await.problem(401, "auditor_key_missing");
    let admin = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    server
        .send(Method::GET, path, admin)
        .await
        .problem(403, "auditor_key_wrong");
    let positions = ".0".repeat(8);
    for (after, status, code) in [
        ("nonsense".to_owned(), 400, "invalid_cursor"),
        ("0123456789abcdef.1".to_owned(), 400, "invalid_cursor"),
        (format!("0123456789abcdef{positions}"), 409, "epoch_changed"),
    ] {
        let path = format!("{path}?after={after}");
        let refused = server.send(Method::GET, &path, auditor).await;
        refused.problem(status, code);
    }
}

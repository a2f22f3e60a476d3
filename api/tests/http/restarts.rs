//! A server with a PostgreSQL of its own, stopped in every way.

use std::{fs::Permissions, os::unix::fs::PermissionsExt};

use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    node::Node,
    server::{ADMIN_KEY, studio},
    visitor::booking,
};

/// A data folder that the user of the private PostgreSQL can reach.
fn data_folder() -> TempDir {
    tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o755))
        .tempdir()
        .unwrap()
}

async fn json_of(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap())
}

#[tokio::test]
async fn a_killed_server_starts_again_with_everything_booked_and_every_session() {
    let (folder, client) = (data_folder(), Client::new());
    let data = folder.path().to_str().unwrap();
    let node = Node::alone(data).await;
    let put = client.put(format!("{}/v1/resources/studio-a", node.base));
    let put = put.bearer_auth(ADMIN_KEY).json(&studio());
    assert_eq!(json_of(put).await.0, 201);
    let begin = client.post(format!("{}/v1/sessions", node.base));
    let (_, session) = json_of(begin).await;
    let book = |base: &str| {
        let body = booking("studio-a", "2031-03-03T13:00:00Z", 60);
        let request = client.post(format!("{base}/v1/bookings")).json(&body);
        let request = request.header("Idempotency-Key", "order-1");
        request.bearer_auth(session["token"].as_str().unwrap())
    };
    let (status, first) = json_of(book(&node.base)).await;
    assert_eq!(status, 201);
    node.kill().await;

    let node = Node::alone(data).await;
    let day = format!("{}/v1/resources/studio-a/days/2031-03-03", node.base);
    let (_, day) = json_of(client.get(day)).await;
    assert_eq!(day["busySlots"], json!([52, 53, 54, 55]));
    assert_eq!(json_of(book(&node.base)).await, (201, first));
    node.terminate().await;
}

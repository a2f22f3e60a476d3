//! A server with a PostgreSQL of its own, stopped in every way.

use std::{fs::Permissions, os::unix::fs::PermissionsExt, path::Path};

use eventlog::private_postgres::PrivatePostgres;
use reqwest::Client;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    node::Node,
    server::{ADMIN_KEY, DEADLINE, studio},
    visitor::booking,
};

/// Waits until the server is ready, or is not for this cause.
async fn ready(client: &Client, node: &Node, cause: Option<&str>) {
    let noticed = async {
        loop {
            let (status, body) = json_of(client.get(format!("{}/health/ready", node.base))).await;
            let causes = body["causes"].as_array().into_iter().flatten();
            let named = causes
                .filter_map(Value::as_str)
                .any(|named| Some(named) == cause);
            if named || (cause.is_none() && status == 200) {
                return;
            }
        }
    };
    tokio::time::timeout(DEADLINE, noticed).await.unwrap();
}

/// `kill -9` of the first process of the private PostgreSQL whose files are here.
fn kill_postmaster(cluster: &Path) {
    let file = std::fs::read_to_string(cluster.join("postmaster.pid")).unwrap();
    let pid = file.lines().next().unwrap().parse().unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
}

#[tokio::test]
async fn a_private_postgres_that_was_killed_is_started_again() {
    let (folder, client) = (data_folder(), Client::new());
    let node = Node::alone(folder.path().to_str().unwrap()).await;
    let put = || {
        let put = client.put(format!("{}/v1/resources/studio-a", node.base));
        put.bearer_auth(ADMIN_KEY).json(&studio())
    };
    assert_eq!(json_of(put()).await.0, 201);
    for _ in 0..2 {
        kill_postmaster(&folder.path().join("postgres/cluster"));
        let changed = async { while json_of(put()).await.0 != 200 {} };
        tokio::time::timeout(DEADLINE, changed).await.unwrap();
        ready(&client, &node, None).await;
    }
    node.terminate().await;
}

#[tokio::test]
async fn a_private_postgres_that_can_not_start_is_named_until_it_can() {
    let (folder, client) = (data_folder(), Client::new());
    let node = Node::alone(folder.path().to_str().unwrap()).await;
    // As root it may lie outside of the data folder.
    let home = folder.path().join("postgres").canonicalize().unwrap();
    let (cluster, away) = (home.join("cluster"), home.join("away"));
    // It works on where it is, by whatever name.
    std::fs::rename(&cluster, &away).unwrap();
    kill_postmaster(&away);
    ready(&client, &node, Some("private_postgres")).await;
    assert!(!cluster.exists(), "an empty one takes nobody's place");
    std::fs::rename(&away, &cluster).unwrap();
    ready(&client, &node, None).await;
    node.terminate().await;
}

#[tokio::test]
async fn a_private_postgres_whose_starter_has_ended_is_taken_over() {
    let (folder, client) = (data_folder(), Client::new());
    let starter = PrivatePostgres::start(folder.path()).await.unwrap();
    let node = Node::alone(folder.path().to_str().unwrap()).await;
    starter.stop().await.unwrap();
    let put = || {
        let put = client.put(format!("{}/v1/resources/studio-a", node.base));
        put.bearer_auth(ADMIN_KEY).json(&studio())
    };
    let changed = async { while json_of(put()).await.0 != 200 {} };
    tokio::time::timeout(DEADLINE, changed).await.unwrap();
    ready(&client, &node, None).await;
    // It is this server's now, and goes with it.
    node.terminate().await;
    let again = PrivatePostgres::start(folder.path()).await.unwrap();
    again.stop().await.unwrap();
}

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

//! Holds, as two visitors meet them.

use serde_json::json;

use crate::{
    server::{Server, studio},
    stream::Stream,
};

const EVENTS: &str = "/v1/resources/studio-a/events?from=2031-03-03&to=2031-03-03";

#[tokio::test]
async fn a_hold_blocks_the_spans_that_overlap_it_and_no_others() {
    let server = Server::with_studio().await;
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    let held = ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    assert_eq!(held.body["start"], "2031-03-03T13:00:00.000Z");
    assert_eq!(held.body["end"], "2031-03-03T14:00:00.000Z");
    assert_eq!(held.body["expiresInMs"], 5000);
    assert_eq!(held.body["heartbeatEveryMs"], 2500);

    let refused = bob.beat("2031-03-03T10:00:00Z", 300).await;
    let refused = refused.problem(409, "held_by_other");
    let conflict =
        json!([{"start": "2031-03-03T13:00:00.000Z", "end": "2031-03-03T14:00:00.000Z"}]);
    assert_eq!(refused.body["conflicts"], conflict);
    assert_eq!(
        refused.body["detail"],
        "slots are held by another session: 2031-03-03T13:00:00.000Z to 2031-03-03T14:00:00.000Z"
    );
    bob.beat("2031-03-03T14:00:00Z", 300).await.expect(200);
    bob.book("2031-03-03T13:00:00Z", 60)
        .await
        .problem(409, "held_by_other");
    ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    assert_eq!(server.events("HoldConsumed").await, 1);
}

#[tokio::test]
async fn a_hold_of_one_resource_leaves_another_alone() {
    let server = Server::with_studio().await;
    server.put("studio-b", studio()).await.expect(201);
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    let beat = json!({"start": "2031-03-03T13:00:00Z", "duration": 60});
    bob.post("/v1/resources/studio-b/heartbeat", &beat)
        .await
        .expect(200);
    let after = ann.leave().await.expect(204).position();
    let path = "/v1/resources/studio-a/presence?from=2031-03-03&to=2031-03-03";
    let presence = server
        .get(&format!("{path}&after={after}"))
        .await
        .expect(200);
    assert_eq!(presence.body, json!({"holds": []}));
}

#[tokio::test]
async fn a_beat_that_names_its_hold_does_not_bring_back_what_was_left() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let held = ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    let id = held.text_of("holdId");
    ann.renew(&id, "2031-03-03T13:00:00Z", 60).await.expect(200);
    ann.renew(&id, "2031-03-03T14:00:00Z", 60)
        .await
        .problem(422, "hold_mismatch");
    ann.leave().await.expect(204);
    let lost = ann.renew(&id, "2031-03-03T13:00:00Z", 60).await;
    let lost = lost.problem(409, "hold_lost");
    assert_eq!(lost.body["holdId"], id);
    ann.leave().await.expect(204);
}

#[tokio::test]
async fn leaving_names_a_hold_or_whichever_there_is() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let path = "/v1/resources/studio-a/leave";
    ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    let other = json!({"holdId": "00000000-0000-4000-8000-000000000000"});
    ann.post(path, &other).await.expect(204);
    assert_eq!(server.events("HoldReleased").await, 0);
    // No body at all, and no media type.
    let leave = server.send(reqwest::Method::POST, path, |request| {
        request.bearer_auth(&ann.token)
    });
    leave.await.expect(204);
    assert_eq!(server.events("HoldReleased").await, 1);
}

#[tokio::test]
async fn a_beacon_leaves_without_a_header() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let held = ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    let beacon = json!({"token": ann.token, "holdId": held.body["holdId"]}).to_string();
    let path = "/v1/resources/studio-a/leave";
    let send = |body: String| {
        server.send(reqwest::Method::POST, path, |request| {
            let kind = "text/plain;charset=UTF-8";
            request.header("content-type", kind).body(body)
        })
    };
    send(beacon).await.expect(204);
    assert_eq!(server.events("HoldReleased").await, 1);
    let forged = json!({"token": format!("{}x", ann.token)}).to_string();
    let refused = send(forged).await;
    assert_eq!(refused.status, 401, "{refused:?}");
    send(json!({"holdId": null}).to_string())
        .await
        .problem(400, "missing_field");
}

#[tokio::test]
async fn a_hold_that_nobody_renews_ends_by_itself() {
    let server = Server::with_studio().await;
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    let mut stream = Stream::open(&server, EVENTS, |request| request).await;
    stream.round().await;
    ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    let presence = stream.next_of("presence").await;
    assert_eq!(presence["holds"][0]["slots"], json!([52, 53, 54, 55]));
    let presence = stream.next_of("presence").await;
    assert_eq!(presence["holds"], json!([]));
    assert_eq!(server.events("HoldExpired").await, 1);
    bob.book("2031-03-03T13:00:00Z", 60).await.expect(201);
}

#[tokio::test]
async fn a_checkout_lease_is_longer_and_ends_with_the_hold_at_most() {
    let server = Server::start().await;
    let mut settings = studio();
    settings["checkoutLeaseMs"] = json!(60_000);
    settings["holdMaxMs"] = json!(20_000);
    server.put("studio-a", settings).await.expect(201);
    let ann = server.visitor().await;
    let beat = json!({"start": "2031-03-03T13:00:00Z", "duration": 60, "lease": "checkout"});
    let held = ann.post("/v1/resources/studio-a/heartbeat", &beat).await;
    let held = held.expect(200);
    assert_eq!(held.body["expiresInMs"], 20_000);
    assert_eq!(held.body["expiresAt"], held.body["renewableUntil"]);
}

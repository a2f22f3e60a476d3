//! Sessions and their tokens.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::{
    answer::Answer,
    server::{DEADLINE, Server, studio},
};

const LEAVE: &str = "/v1/resources/studio-a/leave";

async fn leave_with(server: &Server, authorization: Option<&str>) -> Answer {
    let change = |request: RequestBuilder| match authorization {
        Some(value) => request.header("Authorization", value),
        None => request,
    };
    server.send(Method::POST, LEAVE, change).await
}

#[tokio::test]
async fn every_way_in_which_a_token_is_wrong_has_its_own_code() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let token = &ann.token;
    let last = if token.ends_with('A') { 'E' } else { 'A' };
    let changed = format!("Bearer {}{last}", &token[..token.len() - 1]);
    let (head, rest) = token.split_once('.').unwrap();
    let (expiry, signature) = rest.split_once('.').unwrap();
    let longer = expiry.parse::<i64>().unwrap() + 1;
    let prolonged = format!("Bearer {head}.{longer}.{signature}");
    let heads = server.heads().await;
    for (authorization, code) in [
        (None, "session_token_missing"),
        (Some("Basic YTpi"), "authorization_malformed"),
        (Some("Bearer"), "authorization_malformed"),
        (Some("Bearer a b"), "authorization_malformed"),
        (Some("Bearer nonsense"), "session_token_malformed"),
        (Some("Bearer a.b.c"), "session_token_malformed"),
        (Some(&changed), "session_token_forged"),
        (Some(&prolonged), "session_token_forged"),
    ] {
        let refused = leave_with(&server, authorization).await;
        let refused = refused.problem(401, code);
        assert!(refused.header("www-authenticate").starts_with("Bearer"));
    }
    assert_eq!(server.heads().await, heads);
    let twice = server.send(Method::POST, LEAVE, |request| {
        request.bearer_auth(token).bearer_auth(token)
    });
    twice.await.problem(401, "authorization_malformed");
}

#[tokio::test]
async fn a_session_ends_when_its_token_says() {
    let server = Server::with(&["--session-seconds", "1"]).await;
    server.put("studio-a", studio()).await.expect(201);
    let ann = server.visitor().await;
    let authorization = format!("Bearer {}", ann.token);
    let ended = async {
        loop {
            let answer = leave_with(&server, Some(&authorization)).await;
            if answer.status != 204 {
                return answer;
            }
        }
    };
    let ended = tokio::time::timeout(DEADLINE, ended).await.unwrap();
    ended.problem(401, "session_token_expired");
}

#[tokio::test]
async fn no_two_sessions_are_the_same() {
    let server = Server::start().await;
    let begin = || server.send(Method::POST, "/v1/sessions", |request| request);
    let (one, other) = (begin().await.expect(201), begin().await.expect(201));
    assert_ne!(one.body["sessionId"], other.body["sessionId"]);
    assert_eq!(one.header("cache-control"), "no-store");
    let empty = |request: RequestBuilder| request.json(&json!({}));
    server
        .send(Method::POST, "/v1/sessions", empty)
        .await
        .expect(201);
}

#[tokio::test]
async fn a_session_can_not_touch_the_hold_of_another() {
    let server = Server::with_studio().await;
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    let held = ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    let id = held.text_of("holdId");
    bob.renew(&id, "2031-03-03T13:00:00Z", 60)
        .await
        .problem(409, "hold_lost");
    bob.post(LEAVE, &json!({"holdId": id})).await.expect(204);
    assert_eq!(server.events("HoldReleased").await, 0);
    bob.book("2031-03-03T13:00:00Z", 60)
        .await
        .problem(409, "held_by_other");
    ann.renew(&id, "2031-03-03T13:00:00Z", 60).await.expect(200);
}

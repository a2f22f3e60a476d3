//! Changes of what somebody has seen, and of parts of it.

use std::sync::Arc;

use futures::future::join_all;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    server::{ADMIN_KEY, Server, studio},
    visitor::booking,
};

/// Changes a booking by its token, in the state of this tag where there is one.
async fn patch(server: &Server, made: &Answer, tag: Option<&str>, body: &Value) -> Answer {
    let token = made.text_of("manageToken");
    let change = |request: RequestBuilder| {
        let request = request.header("Slotkeeper-Manage-Token", token).json(body);
        match tag {
            Some(tag) => request.header("If-Match", tag),
            None => request,
        }
    };
    let path = format!("/v1/bookings/{}", made.text_of("bookingId"));
    server.send(Method::PATCH, &path, change).await
}

async fn as_admin(server: &Server, method: Method, tag: Option<&str>, body: &Value) -> Answer {
    let change = |request: RequestBuilder| {
        let request = request.bearer_auth(ADMIN_KEY);
        let request = request
            .header("Content-Type", "application/merge-patch+json")
            .body(body.to_string());
        match tag {
            Some(tag) => request.header("If-Match", tag),
            None => request,
        }
    };
    server.send(method, "/v1/resources/studio-a", change).await
}

#[tokio::test]
async fn a_booking_moves_only_from_the_state_that_was_seen() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let made = ann.book("2031-03-03T10:00:00Z", 60).await.expect(201);
    let first = made.header("etag");
    let path = format!("/v1/bookings/{}", made.text_of("bookingId"));
    let token = made.text_of("manageToken");
    let managing = |request: RequestBuilder| request.header("Slotkeeper-Manage-Token", &token);
    let read = server.send(Method::GET, &path, managing).await.expect(200);
    assert_eq!(read.header("etag"), first);
    let again = |request| managing(request).header("If-None-Match", &first);
    server.send(Method::GET, &path, again).await.expect(304);

    let to = |start: &str| json!({"start": start, "duration": 60});
    let (at_15, at_17) = (to("2031-03-03T15:00:00Z"), to("2031-03-03T17:00:00Z"));
    let moved = patch(&server, &made, Some(&first), &at_15)
        .await
        .expect(200);
    let second = moved.header("etag");
    assert_ne!(second, first);
    // The same request again, whose answer was lost.
    let again = patch(&server, &made, Some(&first), &at_15)
        .await
        .expect(200);
    assert_eq!(again.header("etag"), second);

    let before = server.heads().await;
    let late = patch(&server, &made, Some(&first), &at_17).await;
    late.problem(412, "precondition_failed");
    let cancelling = |request| managing(request).header("If-Match", &first);
    let late = server.send(Method::DELETE, &path, cancelling).await;
    late.problem(412, "precondition_failed");
    for foreign in ["\"x\"", &format!("W/{second}")] {
        let refused = patch(&server, &made, Some(foreign), &at_17).await;
        refused.problem(412, "precondition_failed");
    }
    assert_eq!(server.heads().await, before, "nothing was written");
    patch(&server, &made, Some("*"), &at_17).await.expect(200);
}

#[tokio::test]
async fn of_many_who_change_what_they_have_seen_one_does() {
    let server = Server::with_studio().await;
    let other = Server::on(Arc::clone(&server.database), &[]).await;
    let ann = server.visitor().await;
    let made = ann.book("2031-03-03T10:00:00Z", 60).await.expect(201);
    let seen = made.header("etag");
    let moves = (0..16).map(|hour| {
        let server = if hour % 2 == 0 { &server } else { &other };
        let (made, seen) = (&made, &seen);
        async move {
            let start = format!("2031-03-04T{hour:02}:00:00Z");
            let to = json!({"start": start, "duration": 60});
            patch(server, made, Some(seen), &to).await.status.as_u16()
        }
    });
    let mut statuses = join_all(moves).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![412; 15]].concat());
}

#[tokio::test]
async fn a_booking_keeps_what_a_change_leaves_out() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let made = ann.book("2031-03-03T10:00:00Z", 120).await.expect(201);
    let start = |start: &str| json!({ "start": start });
    let moved = patch(&server, &made, None, &start("2031-03-03T15:00:00Z")).await;
    let moved = moved.expect(200);
    assert_eq!(moved.body["start"], "2031-03-03T15:00:00.000Z");
    assert_eq!(moved.body["duration"], 120);
    let longer = patch(&server, &made, None, &json!({"duration": 300.0})).await;
    let longer = longer.expect(200);
    assert_eq!(longer.body["start"], "2031-03-03T15:00:00.000Z");
    assert_eq!(longer.body["duration"], 300);

    for (body, status, code, field) in [
        (json!({}), 400, "missing_field", "start"),
        (json!({"start": null}), 400, "wrong_type", "start"),
        (
            json!({"duration": null, "start": "2031-03-03T15:00:00Z"}),
            400,
            "wrong_type",
            "duration",
        ),
        (json!({"duration": 50}), 400, "invalid_duration", "duration"),
        (
            json!({"start": "2031-03-03T15:05:00Z"}),
            422,
            "start_not_aligned",
            "start",
        ),
        (
            json!({"start": "9999-12-31T23:30:00Z"}),
            422,
            "date_out_of_range",
            "start",
        ),
    ] {
        let refused = patch(&server, &made, None, &body).await;
        assert_eq!(refused.problem(status, code).body["field"], field, "{body}");
    }
}

/// Each changes one half: whatever the order, no half is undone by the other.
#[tokio::test]
async fn halves_of_a_booking_that_change_at_once_are_both_changed() {
    let server = Server::with_studio().await;
    let other = Server::on(Arc::clone(&server.database), &[]).await;
    let ann = server.visitor().await;
    for day in 1..=8 {
        let made = ann.book(&format!("2031-04-{day:02}T10:00:00Z"), 60).await;
        let made = made.expect(201);
        let start = json!({"start": format!("2031-04-{day:02}T14:00:00Z")});
        let length = json!({"duration": 120});
        let (one, two) = tokio::join!(
            patch(&server, &made, None, &start),
            patch(&other, &made, None, &length),
        );
        one.expect(200);
        two.expect(200);
        let read = patch(&server, &made, None, &length).await.expect(200);
        let expected = format!("2031-04-{day:02}T14:00:00.000Z");
        assert_eq!(read.body["start"], expected.as_str());
        assert_eq!(read.body["duration"], 120);
    }
}

#[tokio::test]
async fn renaming_a_resource_leaves_its_hours() {
    let server = Server::start().await;
    let mut settings = studio();
    settings["hours"] = json!({"mon": [{"from": "09:00", "to": "17:00"}]});
    settings["slotInterval"] = json!(30);
    let put = server.put("studio-a", settings.clone()).await.expect(201);
    let patched = as_admin(&server, Method::PATCH, None, &json!({"name": "Another"})).await;
    let patched = patched.expect(200);
    assert_ne!(patched.header("etag"), put.header("etag"));
    let read = server
        .get(&format!(
            "/v1/resources/studio-a?after={}",
            patched.position()
        ))
        .await
        .expect(200);
    assert_eq!(read.header("etag"), patched.header("etag"));
    assert_eq!(read.body["name"], "Another");
    assert_eq!(read.body["hours"], settings["hours"]);
    assert_eq!(read.body["slotInterval"], 30);

    let closed = json!({"hours": {"mon": null, "sun": [{"from": "10:00", "to": "12:00"}]}, "slotInterval": null});
    let patched = as_admin(&server, Method::PATCH, None, &closed)
        .await
        .expect(200);
    assert_eq!(
        patched.body["hours"],
        json!({"sun": [{"from": "10:00", "to": "12:00"}]})
    );
    assert_eq!(patched.body["slotInterval"], json!(null));

    let before = server.heads().await;
    let seen = put.header("etag");
    let late = as_admin(
        &server,
        Method::PATCH,
        Some(&seen),
        &json!({"name": "A third"}),
    )
    .await;
    late.problem(412, "precondition_failed");
    let late = as_admin(&server, Method::DELETE, Some(&seen), &json!({})).await;
    late.problem(412, "precondition_failed");
    let wrong = as_admin(&server, Method::PATCH, None, &json!({"leaseMs": 1})).await;
    assert_eq!(
        wrong.problem(422, "invalid_settings").body["field"],
        "leaseMs"
    );
    assert_eq!(server.heads().await, before, "nothing was written");

    as_admin(&server, Method::DELETE, Some("*"), &json!({}))
        .await
        .expect(204);
    let retired = as_admin(&server, Method::PATCH, None, &json!({"name": "Back?"})).await;
    retired.problem(410, "resource_retired");
}

#[tokio::test]
async fn settings_that_change_at_once_are_all_changed() {
    let server = Server::with_studio().await;
    let other = Server::on(Arc::clone(&server.database), &[]).await;
    let changes = [
        json!({"name": "Another"}),
        json!({"slotInterval": 15}),
        json!({"leaseMs": 20_000}),
        json!({"timezone": "Europe/Berlin"}),
    ];
    let nodes = [&server, &other, &server, &other];
    let all = nodes.iter().zip(&changes);
    let changed = all.map(|(node, change)| as_admin(node, Method::PATCH, None, change));
    for answer in join_all(changed).await {
        answer.expect(200);
    }
    let none = as_admin(&server, Method::PATCH, None, &json!({}))
        .await
        .expect(200);
    for change in &changes {
        for (field, value) in change.as_object().unwrap() {
            assert_eq!(&none.body[field], value, "{field}");
        }
    }
}

#[tokio::test]
async fn a_put_may_expect_what_it_replaces() {
    let server = Server::start().await;
    let put = async |tag: &str| {
        let change = |request: RequestBuilder| {
            let request = request.bearer_auth(ADMIN_KEY).json(&studio());
            request.header("If-Match", tag)
        };
        server
            .send(Method::PUT, "/v1/resources/studio-a", change)
            .await
    };
    put("*").await.problem(412, "precondition_failed");
    let made = server.put("studio-a", studio()).await.expect(201);
    put(&made.header("etag")).await.expect(200);
    put("*").await.expect(200);
}

#[tokio::test]
async fn a_move_without_a_word_of_it_consumes_the_session_s_own_hold() {
    let server = Server::with_studio().await;
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    let made = ann.book("2031-03-03T10:00:00Z", 60).await.expect(201);
    ann.beat("2031-03-03T15:00:00Z", 60).await.expect(200);
    bob.beat("2031-03-03T17:00:00Z", 60).await.expect(200);
    let path = format!("/v1/bookings/{}", made.text_of("bookingId"));
    let token = made.text_of("manageToken");
    let moving = async |start: &str| {
        let to = json!({ "start": start });
        let change = |request: RequestBuilder| {
            let request = request.header("Slotkeeper-Manage-Token", &token);
            request.bearer_auth(&ann.token).json(&to)
        };
        server.send(Method::PATCH, &path, change).await
    };
    moving("2031-03-03T17:00:00Z")
        .await
        .problem(409, "held_by_other");
    let moved = moving("2031-03-03T15:00:00Z").await.expect(200);
    let day = "/v1/resources/studio-a/presence?from=2031-03-03&to=2031-03-03";
    let held = server
        .get(&format!("{day}&after={}", moved.position()))
        .await;
    let held = held.expect(200);
    let starts: Vec<&Value> = held.body["holds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hold| &hold["start"])
        .collect();
    assert_eq!(starts, ["2031-03-03T17:00:00.000Z"]);
}

/// A replay is of the present in all that it says.
#[tokio::test]
async fn a_repeated_booking_is_told_as_it_is_by_then() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let body = booking("studio-a", "2031-03-03T10:00:00Z", 60);
    let made = ann.book_as("key-1", &body).await.expect(201);
    assert!(!made.headers.contains_key("idempotency-replayed"));
    let to = json!({"start": "2031-03-03T15:00:00Z", "duration": 120});
    let moved = patch(&server, &made, None, &to).await.expect(200);
    let again = async |status: &str, tag: String| {
        let again = ann.book_as("key-1", &body).await.expect(201);
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.header("etag"), tag);
        let told = ["start", "end", "status"].map(|field| again.text_of(field));
        let expected = [
            "2031-03-03T15:00:00.000Z",
            "2031-03-03T17:00:00.000Z",
            status,
        ];
        assert_eq!(told, expected);
        assert_eq!(again.body["duration"], 120);
        assert_eq!(again.text_of("manageToken"), made.text_of("manageToken"));
    };
    again("confirmed", moved.header("etag")).await;
    let path = format!("/v1/bookings/{}", made.text_of("bookingId"));
    let token = made.text_of("manageToken");
    let managing = |request: RequestBuilder| request.header("Slotkeeper-Manage-Token", &token);
    let cancelled = server.send(Method::DELETE, &path, managing).await;
    again("cancelled", cancelled.expect(200).header("etag")).await;
}

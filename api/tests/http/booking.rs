//! Bookings: made, read, moved, cancelled, and made again under the same key.

use std::sync::Arc;

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::{
    answer::Answer,
    server::{ADMIN_KEY, Server},
    visitor::{booking, managing},
};

fn path_of(made: &Answer) -> String {
    format!("/v1/bookings/{}", made.text_of("bookingId"))
}

#[tokio::test]
async fn a_booking_is_made_read_moved_and_cancelled() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let made = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let path = path_of(&made);
    assert_eq!(made.header("location"), path);
    assert_eq!(made.body["attendee"]["name"], "Ann Example");
    let token = made.text_of("manageToken");

    let read = server.send(Method::GET, &path, managing(&token)).await;
    let read = read.expect(200);
    assert_eq!(read.body["attendee"], made.body["attendee"]);
    assert_eq!(read.body["erased"], false);
    assert_eq!(read.position(), made.position());

    let there = json!({"start": "2031-03-04T09:00:00Z", "duration": 120});
    let moving = |request: RequestBuilder| managing(&token)(request).json(&there);
    let moved = server.send(Method::PATCH, &path, moving).await.expect(200);
    assert_eq!(moved.body["start"], "2031-03-04T09:00:00.000Z");
    assert_eq!(moved.body["duration"], 120);
    let again = server.send(Method::PATCH, &path, moving).await.expect(200);
    assert_eq!(again.body, moved.body);
    let monday = "/v1/resources/studio-a/days/2031-03-03?after=";
    let monday = server.get(&format!("{monday}{}", moved.position())).await;
    assert_eq!(monday.expect(200).body["busySlots"], json!([]));

    let cancelled = server.send(Method::DELETE, &path, managing(&token)).await;
    assert_eq!(cancelled.expect(200).body["status"], "cancelled");
    let again = server.send(Method::DELETE, &path, managing(&token)).await;
    assert_eq!(again.expect(200).body["status"], "cancelled");
    server
        .send(Method::PATCH, &path, moving)
        .await
        .problem(409, "booking_cancelled");
    assert_eq!(server.events("BookingCancelled").await, 1);
}

#[tokio::test]
async fn the_log_holds_no_personal_data_in_the_clear() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    ann.book_as("key-1", &booking("studio-a", "2031-03-03T13:00:00Z", 60))
        .await
        .expect(201);
    for table in ["events", "bookings", "booking_keys"] {
        let rows: Vec<String> = sqlx::query_scalar(&format!("select t::text from {table} t"))
            .fetch_all(server.database.pool())
            .await
            .unwrap();
        let found = rows.iter().find(|row| {
            let row = row.to_lowercase();
            row.contains("example") || row.contains("cello")
        });
        assert_eq!(found, None, "{table}");
    }
}

#[tokio::test]
async fn an_erased_attendee_is_gone_and_the_booking_is_not() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let made = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    sqlx::query("delete from booking_keys")
        .execute(server.database.pool())
        .await
        .unwrap();
    let token = made.text_of("manageToken");
    let read = server
        .send(Method::GET, &path_of(&made), managing(&token))
        .await
        .expect(200);
    assert_eq!(read.body["attendee"], json!(null));
    assert_eq!(read.body["erased"], true);
    assert_eq!(read.body["status"], "confirmed");
}

#[tokio::test]
async fn only_who_holds_the_token_or_the_key_manages_a_booking() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let made = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let other = ann.book("2031-03-03T15:00:00Z", 60).await.expect(201);
    let path = path_of(&made);
    let wrong = other.text_of("manageToken");
    for method in [Method::GET, Method::DELETE] {
        let send = |change: Box<dyn FnOnce(RequestBuilder) -> RequestBuilder>| {
            server.send(method.clone(), &path, change)
        };
        send(Box::new(|request| request))
            .await
            .problem(401, "manage_token_missing");
        let token = wrong.clone();
        send(Box::new(move |request| managing(&token)(request)))
            .await
            .problem(403, "manage_token_wrong");
        send(Box::new(|request| {
            request.bearer_auth("another-key-of-some-length")
        }))
        .await
        .problem(403, "admin_key_wrong");
        let session = ann.token.clone();
        send(Box::new(move |request| request.bearer_auth(session)))
            .await
            .problem(401, "manage_token_missing");
    }
    let admin = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    let read = server.send(Method::GET, &path, admin).await.expect(200);
    assert_eq!(read.body["status"], "confirmed");
    server.send(Method::DELETE, &path, admin).await.expect(200);
}

#[tokio::test]
async fn a_move_consumes_the_hold_of_the_session_that_asks() {
    let server = Server::with_studio().await;
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    let made = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let token = made.text_of("manageToken");
    ann.beat("2031-03-03T18:00:00Z", 60).await.expect(200);
    bob.beat("2031-03-03T20:00:00Z", 60).await.expect(200);
    let reschedule = |start: &str| {
        let there = json!({"start": start, "duration": 60});
        let moving = |request: RequestBuilder| {
            let request = request.bearer_auth(&ann.token);
            managing(&token)(request).json(&there)
        };
        let request = moving(server.request(Method::PATCH, &path_of(&made)));
        let path = path_of(&made);
        async move { Answer::read(Method::PATCH, &path, request.send().await.unwrap()).await }
    };
    reschedule("2031-03-03T20:00:00Z")
        .await
        .problem(409, "held_by_other");
    reschedule("2031-03-03T18:00:00Z").await.expect(200);
    assert_eq!(server.events("HoldConsumed").await, 1);
}

#[tokio::test]
async fn a_repeated_request_books_nothing_more_on_every_node() {
    let server = Server::with_studio().await;
    let other = Server::on(Arc::clone(&server.database), &[]).await;
    let ann = server.visitor().await;
    let elsewhere = crate::visitor::Visitor {
        server: &other,
        token: ann.token.clone(),
    };
    let body = booking("studio-a", "2031-03-03T13:00:00Z", 60);
    let first = ann.book_as("order-1", &body).await.expect(201);
    assert!(!first.headers.contains_key("idempotency-replayed"));
    for again in [
        ann.book_as("order-1", &body).await.expect(201),
        elsewhere.book_as("order-1", &body).await.expect(201),
    ] {
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.body, first.body);
    }
    let changed = booking("studio-a", "2031-03-03T15:00:00Z", 60);
    ann.book_as("order-1", &changed)
        .await
        .problem(422, "idempotency_key_reused");
    elsewhere
        .book_as("order-1", &changed)
        .await
        .problem(422, "idempotency_key_reused");
    assert_eq!(server.events("BookingConfirmed").await, 1);

    let bob = server.visitor().await;
    let body = booking("studio-a", "2031-03-03T17:00:00Z", 60);
    bob.book_as("order-1", &body).await.expect(201);
}

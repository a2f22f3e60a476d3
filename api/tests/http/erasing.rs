//! A person is forgotten beside running servers.

use std::sync::Arc;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    server::{ADMIN_KEY, Server},
    visitor::{Visitor, booking},
};

/// What a server tells who may manage the booking.
async fn told(server: &Server, id: &str) -> Value {
    let admin = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    let path = format!("/v1/bookings/{id}");
    let read = server.send(Method::GET, &path, admin).await.expect(200);
    read.body
}

#[tokio::test]
async fn once_erased_no_server_tells_the_person_and_all_tell_the_booking() {
    let server = Server::with_studio().await;
    let other = Server::on(Arc::clone(&server.database), &[]).await;
    let ann = server.visitor().await;
    let elsewhere = Visitor {
        server: &other,
        token: ann.token.clone(),
    };
    let body = booking("studio-a", "2031-03-03T13:00:00Z", 60);
    let first = ann.book_as("order-1", &body).await.expect(201);
    let id = first.text_of("bookingId");
    // So that both have it in memory, if they have it anywhere.
    for (server, visitor) in [(&server, &ann), (&other, &elsewhere)] {
        assert_eq!(told(server, &id).await["attendee"], body["attendee"]);
        let again = visitor.book_as("order-1", &body).await.expect(201);
        assert_eq!(again.body["attendee"], body["attendee"]);
    }

    let options = server.database.options();
    let erased = replay::erase::erase_at(options, &[id.parse().unwrap()]).await;
    assert!(erased.unwrap().erasures[0].key_deleted);

    for (server, visitor) in [(&server, &ann), (&other, &elsewhere)] {
        let read = told(server, &id).await;
        assert_eq!(
            (&read["attendee"], &read["erased"]),
            (&Value::Null, &true.into())
        );
        assert_eq!(read["start"], first.body["start"]);
        let again = visitor.book_as("order-1", &body).await.expect(201);
        assert_eq!(again.header("idempotency-replayed"), "true");
        let mut expected = first.body.clone();
        expected["attendee"] = Value::Null;
        assert_eq!(again.body, expected);
    }
    let day = "/v1/resources/studio-a/days/2031-03-03";
    let day = server.get(day).await.expect(200);
    assert_eq!(day.body["busySlots"], json!([52, 53, 54, 55]));
}

#[tokio::test]
async fn a_booking_whose_attendee_was_erased_is_still_moved_and_cancelled() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let made = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let id = made.text_of("bookingId");
    let options = server.database.options();
    let erased = replay::erase::erase_at(options, &[id.parse().unwrap()]).await;
    erased.unwrap();
    let path = format!("/v1/bookings/{id}");
    let there = json!({"start": "2031-03-04T09:00:00Z", "duration": 120});
    let moving = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY).json(&there);
    server.send(Method::PATCH, &path, moving).await.expect(200);
    let admin = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    server.send(Method::DELETE, &path, admin).await.expect(200);
    let read = told(&server, &id).await;
    assert_eq!(
        (&read["attendee"], &read["status"]),
        (&Value::Null, &"cancelled".into())
    );
}

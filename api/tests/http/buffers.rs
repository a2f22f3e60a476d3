//! Time that a resource keeps free before and after each span, as clients see it.

use serde_json::{Value, json};

use crate::{
    server::{Server, studio},
    stream::Stream,
};

/// A studio that keeps an hour free after each span, and a quarter before.
async fn kept_free() -> Server {
    let server = Server::start().await;
    let mut settings = studio();
    settings["bufferBefore"] = json!(15);
    settings["bufferAfter"] = json!(60);
    let put = server.put("studio-a", settings).await.expect(201);
    assert_eq!(put.body["bufferAfter"], 60);
    server
}

async fn day(server: &Server, date: &str, after: &str) -> Value {
    let path = format!("/v1/resources/studio-a/days/{date}?after={after}");
    server.get(&path).await.expect(200).body
}

#[tokio::test]
async fn what_is_kept_free_is_told_beside_what_is_booked_over_midnight_too() {
    let server = kept_free().await;
    let ann = server.visitor().await;
    let made = ann.book("2027-03-03T22:30:00Z", 60).await.expect(201);
    let monday = day(&server, "2027-03-03", &made.position()).await;
    assert_eq!(monday["busySlots"], json!([90, 91, 92, 93]));
    assert_eq!(monday["bufferSlots"], json!([89, 94, 95]));
    let tuesday = day(&server, "2027-03-04", &made.position()).await;
    assert_eq!(tuesday["busySlots"], json!([]));
    assert_eq!(tuesday["bufferSlots"], json!([0, 1]));

    let path = "/v1/resources/studio-a/events?from=2027-03-03&to=2027-03-04";
    let mut stream = Stream::open(&server, path, |request| request).await;
    let round = stream.round().await;
    let told = round.data("availability", "2027-03-04");
    assert_eq!(
        told,
        json!({"resourceId": "studio-a", "date": "2027-03-04", "busySlots": [], "bufferSlots": [0, 1]})
    );
}

#[tokio::test]
async fn a_start_that_only_a_buffer_refuses_is_listed_and_refused_as_that() {
    let server = kept_free().await;
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    let made = ann.book("2027-03-03T22:30:00Z", 60).await.expect(201);
    let path = format!(
        "/v1/resources/studio-a/slots?date=2027-03-04&duration=60&interval=15&after={}",
        made.position()
    );
    let listed = server.get(&path).await.expect(200);
    assert_eq!(listed.body["buffers"], json!({"before": 15, "after": 60}));
    let slots = listed.body["slots"].as_array().unwrap();
    let reasons: Vec<_> = slots.iter().map(|slot| &slot["reason"]).take(4).collect();
    assert_eq!(
        json!(reasons),
        json!(["buffer", "buffer", "buffer", Value::Null])
    );
    let refused = bob.book("2027-03-04T00:30:00Z", 60).await;
    let refused = refused.problem(409, "buffer");
    let near = json!([{"start": "2027-03-04T00:15:00.000Z", "end": "2027-03-04T00:30:00.000Z"}]);
    assert_eq!(refused.body["conflicts"], near);
    bob.beat("2027-03-04T00:45:00Z", 60).await.expect(200);
}

#[tokio::test]
async fn a_hold_tells_what_it_keeps_free_and_lets_go_of_it() {
    let server = kept_free().await;
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    let beat = ann.beat("2027-03-03T13:00:00Z", 60).await.expect(200);
    let path = "/v1/resources/studio-a/presence?from=2027-03-03&to=2027-03-03&after=";
    let presence = server.get(&format!("{path}{}", beat.position())).await;
    let hold = &presence.expect(200).body["holds"][0];
    assert_eq!(hold["buffers"], json!({"before": 15, "after": 60}));
    assert_eq!(hold["bufferSlots"], json!([51, 56, 57, 58, 59]));
    let near = bob.book("2027-03-03T14:30:00Z", 60).await;
    near.problem(409, "buffer");
    ann.leave().await.expect(204);
    bob.book("2027-03-03T14:30:00Z", 60).await.expect(201);
}

#[tokio::test]
async fn a_booking_that_goes_takes_its_buffers_with_it_and_settings_move_none() {
    let server = kept_free().await;
    let ann = server.visitor().await;
    let made = ann.book("2027-03-03T13:00:00Z", 60).await.expect(201);
    server.put("studio-a", studio()).await.expect(200);
    let path = format!("/v1/bookings/{}", made.text_of("bookingId"));
    let token = made.text_of("manageToken");
    let kept = day(&server, "2027-03-03", &made.position()).await;
    assert_eq!(kept["bufferSlots"], json!([51, 56, 57, 58, 59]));
    let gone = server
        .send(
            reqwest::Method::DELETE,
            &path,
            crate::visitor::managing(&token),
        )
        .await
        .expect(200);
    let free = day(&server, "2027-03-03", &gone.position()).await;
    assert_eq!(free["busySlots"], json!([]));
    assert_eq!(free["bufferSlots"], Value::Null);
}

//! What a visitor is told to take instead, and where the next free time is.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    server::{ADMIN_KEY, Server, studio},
    visitor::managing,
};

/// The alternatives of a refusal, each as `HH:MM+minutes` of 2031-03-03.
fn alternatives(refused: &Value) -> Vec<String> {
    let all = refused["alternatives"].as_array().into_iter().flatten();
    let words = all.map(|span| {
        let start = span["start"].as_str().unwrap();
        let start = start.strip_prefix("2031-03-03T").unwrap_or(start);
        format!("{}+{}", &start[..5], span["duration"])
    });
    words.collect()
}

#[tokio::test]
async fn a_refusal_because_somebody_has_it_names_what_is_free() {
    let server = Server::with_studio().await;
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    let made = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    ann.beat("2031-03-03T15:00:00Z", 60).await.expect(200);

    // Starts are an hour apart; 13:00 is booked and 15:00 is held.
    let booked = bob.book("2031-03-03T12:00:00Z", 120).await;
    let booked = booked.problem(409, "booked");
    let expected = [
        "11:00+120",
        "10:00+120",
        "09:00+120",
        "16:00+120",
        "12:00+60",
    ];
    assert_eq!(alternatives(&booked.body), expected);
    let held = bob.beat("2031-03-03T15:00:00Z", 60).await;
    let held = held.problem(409, "held_by_other");
    let expected = ["16:00+60", "14:00+60", "17:00+60", "18:00+60", "12:00+60"];
    assert_eq!(alternatives(&held.body), expected);
    // Each can be had.
    for span in held.body["alternatives"].as_array().unwrap() {
        let start = span["start"].as_str().unwrap();
        bob.beat(start, 60).await.expect(200);
    }
    bob.leave().await.expect(204);

    // A booking that moves is not in its own way.
    let path = format!("/v1/bookings/{}", made.text_of("bookingId"));
    let token = made.text_of("manageToken");
    let to = json!({"start": "2031-03-03T15:00:00Z", "duration": 60});
    let moving = |request: RequestBuilder| managing(&token)(request).json(&to);
    let refused = server.send(Method::PATCH, &path, moving).await;
    let refused = refused.problem(409, "held_by_other");
    let expected = ["16:00+60", "14:00+60", "17:00+60", "13:00+60", "18:00+60"];
    assert_eq!(alternatives(&refused.body), expected);

    // Who is refused for another reason is told of none.
    let past = bob.book("2021-03-03T13:00:00Z", 60).await;
    assert_eq!(past.problem(422, "past").body["alternatives"], json!(null));
}

#[tokio::test]
async fn the_next_free_start_is_found_however_far() {
    let server = Server::start().await;
    let mut settings = studio();
    // An hour on Mondays, in Berlin.
    settings["hours"] = json!({"mon": [{"from": "09:00", "to": "10:00"}]});
    settings["timezone"] = json!("Europe/Berlin");
    server.put("studio-a", settings).await.expect(201);
    let ann = server.visitor().await;
    let next = async |query: &str| {
        let path = format!("/v1/resources/studio-a/next?duration=60{query}");
        server.get(&path).await
    };
    let mut found = next("").await.expect(200);
    let until = found.text_of("until");
    // All Mondays of some months are booked, one by one: each is the next when the one
    // before is taken.
    for _ in 0..12 {
        let start = found.body["next"]["start"].as_str().unwrap().to_owned();
        let made = ann.book(&start, 60).await.expect(201);
        found = next(&format!("&after={}", made.position()))
            .await
            .expect(200);
        let later = found.body["next"]["start"].as_str().unwrap();
        assert!(*later > *start, "{later} after {start}");
        let day = (later[..10].to_owned(), start[..10].to_owned());
        let days = |day: &str| day.parse::<domain::calendar::Day>().unwrap();
        assert_eq!(days(&day.0).days_since(days(&day.1)), 7);
    }
    // From a date in the resource's zone or another, and from an instant.
    let from = found.body["next"]["start"].as_str().unwrap().to_owned();
    for query in [
        format!("&from={}", &from[..10]),
        format!("&from={from}"),
        format!("&from={}&timezone=America/New_York", &from[..10]),
    ] {
        let again = next(&query).await.expect(200);
        let start = again.body["next"]["start"].as_str().unwrap();
        assert!(*start >= *from, "{query}: {start}");
    }
    let beyond = next(&format!("&from={until}")).await.expect(200);
    assert_eq!(beyond.body["next"], json!(null));

    next("&from=soon").await.problem(400, "invalid_date");
    next("&from=2031-03-03T25:00:00Z")
        .await
        .problem(400, "invalid_time");
    let refused = server.get("/v1/resources/studio-a/next?duration=45").await;
    refused.problem(422, "duration_not_offered");
    let refused = server.get("/v1/resources/nowhere/next?duration=60").await;
    refused.problem(404, "resource_not_found");
}

#[tokio::test]
async fn a_resource_that_is_never_open_has_no_next_start() {
    let server = Server::start().await;
    let mut settings = studio();
    settings["hours"] = json!({});
    server.put("studio-a", settings).await.expect(201);
    let found = server.get("/v1/resources/studio-a/next?duration=60").await;
    assert_eq!(found.expect(200).body["next"], json!(null));
}

/// Six weeks.
const RANGE: &str = "from=2031-03-01&to=2031-04-11";

/// Twelve rooms in several zones, some of them booked, and a retired one.
async fn rooms() -> (Server, Vec<String>) {
    let server = Server::start().await;
    let ann = server.visitor().await;
    let zones = ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"];
    let mut after = String::new();
    let mut ids = Vec::new();
    for (nth, zone) in zones.iter().cycle().take(12).enumerate() {
        let mut settings = studio();
        settings["timezone"] = json!(zone);
        if nth % 3 == 1 {
            let open = json!([{"from": "09:00", "to": "12:00"}]);
            settings["hours"] = json!({"mon": open, "thu": open});
        }
        let id = format!("room-{nth}");
        server.put(&id, settings).await.expect(201);
        ids.push(id);
    }
    for (nth, day) in [(0, 3), (1, 3), (1, 6), (4, 10)] {
        for hour in 8..13 {
            let mut body = crate::visitor::booking(&ids[nth], "", 60);
            body["start"] = json!(format!("2031-03-{day:02}T{hour:02}:00:00Z"));
            let made = ann.post("/v1/bookings", &body).await;
            if made.status == 201 {
                after = made.position();
                let alone = format!(
                    "/v1/availability?resources={}&from=2031-03-03&to=2031-03-03&after={after}",
                    ids[nth]
                );
                server.get(&alone).await.expect(200);
            }
        }
    }
    server.put("room-retired", studio()).await.expect(201);
    let retiring = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    let path = "/v1/resources/room-retired";
    let retired = server
        .send(Method::DELETE, path, retiring)
        .await
        .expect(204);
    let seen = format!("/v1/resources?after={}", retired.position());
    server.get(&seen).await.expect(200);
    assert!(!after.is_empty());
    (server, ids)
}

#[tokio::test]
async fn many_resources_are_asked_about_at_once_and_each_as_if_alone() {
    let (server, ids) = rooms().await;
    for zone in ["", "&timezone=Pacific/Auckland"] {
        let all = ids.join(",");
        let many = format!("/v1/availability?resources={all},nowhere,room-retired&{RANGE}{zone}");
        let many = server.get(&many).await.expect(200);
        let many = many.body["resources"].as_array().unwrap();
        assert_eq!(many.len(), ids.len() + 2);
        for (id, told) in ids.iter().zip(many) {
            assert_eq!(
                (&told["resourceId"], &told["duration"]),
                (&json!(id), &json!(60))
            );
            let alone = format!("/v1/resources/{id}/availability?duration=60&{RANGE}{zone}");
            let alone = server.get(&alone).await.expect(200);
            assert_eq!(told["days"], alone.body["days"], "{id}");
            assert_eq!(told["days"].as_object().unwrap().len(), 42);
        }
        assert_eq!(many[ids.len()]["code"], "resource_not_found");
        assert_eq!(many[ids.len() + 1]["code"], "resource_retired");
    }
}

#[tokio::test]
async fn what_can_not_be_asked_of_many_is_refused() {
    let (server, _) = rooms().await;
    let other = server
        .get(&format!(
            "/v1/availability?resources=room-0&{RANGE}&duration=45"
        ))
        .await;
    let other = other.expect(200);
    assert_eq!(other.body["resources"][0]["code"], "duration_not_offered");
    assert_eq!(other.body["resources"][0]["days"], json!(null));

    let twice = server
        .get(&format!("/v1/availability?resources=room-0,room-0&{RANGE}"))
        .await;
    twice.problem(422, "too_many_resources");
    let many: Vec<String> = (0..101).map(|nth| format!("room-{nth}")).collect();
    let many = server
        .get(&format!(
            "/v1/availability?resources={}&{RANGE}",
            many.join(",")
        ))
        .await;
    let many = many.problem(422, "too_many_resources");
    assert_eq!(many.body["limit"], 100);
    let none = server
        .get(&format!("/v1/availability?resources=&{RANGE}"))
        .await;
    none.problem(400, "invalid_resource_id");
}

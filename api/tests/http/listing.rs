//! Lists of starts, and which days have one.

use serde_json::{Value, json};

use crate::server::{Server, studio};

async fn reasons(server: &Server, query: &str) -> Vec<(String, Value)> {
    let path = format!("/v1/resources/studio-a/slots?{query}");
    let listed = server.get(&path).await.expect(200);
    let slots = listed.body["slots"].as_array().unwrap().iter();
    let told = slots.map(|slot| {
        assert_eq!(slot["available"], slot["reason"].is_null());
        let start = slot["start"].as_str().unwrap();
        (start[11..16].to_owned(), slot["reason"].clone())
    });
    told.collect()
}

async fn office(server: &Server) {
    let mut settings = studio();
    settings["timezone"] = json!("Europe/Berlin");
    settings["hours"] = json!({"mon": [{"from": "09:00", "to": "13:00"}]});
    server.put("studio-a", settings).await.expect(201);
}

#[tokio::test]
async fn starts_lie_on_the_lattice_and_say_why_they_can_not_be_had() {
    let server = Server::start().await;
    office(&server).await;
    let ann = server.visitor().await;
    let made = ann.book("2031-03-03T09:00:00Z", 60).await.expect(201);
    let query = format!("date=2031-03-03&duration=120&after={}", made.position());
    let listed = reasons(&server, &query).await;
    // Berlin is an hour ahead of UTC in winter.
    let told = [
        ("08:00", json!("booked")),
        ("09:00", json!("booked")),
        ("10:00", Value::Null),
        ("11:00", json!("closed")),
    ];
    let told = told.map(|(start, reason)| (start.to_owned(), reason));
    assert_eq!(listed, told);
    assert_eq!(reasons(&server, "date=2031-03-04&duration=60").await, []);
}

#[tokio::test]
async fn what_is_listed_as_available_can_be_held_and_what_is_not_can_not() {
    let server = Server::start().await;
    office(&server).await;
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    let made = ann.book("2031-03-03T09:00:00Z", 60).await.expect(201);
    let query = format!(
        "date=2031-03-03&duration=60&interval=15&after={}",
        made.position()
    );
    let listed = reasons(&server, &query).await;
    assert_eq!(listed.len(), 16);
    for (start, reason) in listed {
        let answer = bob.beat(&format!("2031-03-03T{start}:00Z"), 60).await;
        assert_eq!(answer.status == 200, reason.is_null(), "{start} {answer:?}");
        if let Some(reason) = reason.as_str() {
            assert_eq!(answer.text_of("code"), reason);
        }
    }
}

#[tokio::test]
async fn a_day_gone_by_is_listed_as_past() {
    let server = Server::with_studio().await;
    let listed = reasons(&server, "date=2020-03-03&duration=60").await;
    assert_eq!(listed.len(), 24);
    assert!(listed.iter().all(|(_, reason)| reason == "past"));
}

#[tokio::test]
async fn the_dates_of_a_list_are_those_of_the_zone_that_was_asked_for() {
    let server = Server::with_studio().await;
    let query = "date=2031-03-03&duration=60&timezone=Asia/Kathmandu";
    let listed = reasons(&server, query).await;
    // Kathmandu is 5:45 ahead, and the lattice is the resource's.
    assert_eq!(listed.len(), 24);
    assert_eq!(listed[0].0, "19:00");
}

#[tokio::test]
async fn a_month_tells_which_days_have_a_start() {
    let server = Server::start().await;
    office(&server).await;
    let ann = server.visitor().await;
    ann.book("2031-03-03T08:00:00Z", 120).await.expect(201);
    let made = ann.book("2031-03-03T10:00:00Z", 120).await.expect(201);
    let path = "/v1/resources/studio-a/availability?from=2031-03-01&to=2031-03-31&duration=60";
    let month = server
        .get(&format!("{path}&after={}", made.position()))
        .await;
    let month = month.expect(200);
    let days = month.body["days"].as_object().unwrap();
    assert_eq!(days.len(), 31);
    let open: Vec<_> = days.iter().filter(|(_, open)| **open == true).collect();
    let open: Vec<_> = open.into_iter().map(|(day, _)| day.as_str()).collect();
    // The Mondays, but for the one that is booked throughout.
    assert_eq!(
        open,
        ["2031-03-10", "2031-03-17", "2031-03-24", "2031-03-31"]
    );
}

#[tokio::test]
async fn a_retired_resource_lists_nothing_and_takes_nothing() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let path = "/v1/resources/studio-a";
    let retire = |request: reqwest::RequestBuilder| request.bearer_auth(crate::server::ADMIN_KEY);
    let retired = server.send(reqwest::Method::DELETE, path, retire).await;
    let after = retired.expect(204).position();
    for query in [
        format!("slots?date=2031-03-03&duration=60&after={after}"),
        format!("availability?from=2031-03-01&to=2031-03-31&duration=60&after={after}"),
    ] {
        let refused = server.get(&format!("{path}/{query}")).await;
        refused.problem(410, "resource_retired");
    }
    ann.book("2031-03-03T15:00:00Z", 60)
        .await
        .problem(410, "resource_retired");
    let day = server.get(&format!("{path}/days/2031-03-03")).await;
    assert_eq!(day.expect(200).body["busySlots"], json!([52, 53, 54, 55]));
}

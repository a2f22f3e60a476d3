//! Resources, and who may change them.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::server::{ADMIN_KEY, Server, studio};

#[tokio::test]
async fn a_resource_is_registered_changed_retired_and_registered_again() {
    let server = Server::start().await;
    let path = "/v1/resources/studio-a";
    server.get(path).await.problem(404, "resource_not_found");
    let put = server.put("studio-a", studio()).await.expect(201);
    assert_eq!(put.body["status"], "open");
    assert_eq!(put.body["checkoutLeaseMs"], 300_000);
    let heads = server.heads().await;
    server.put("studio-a", studio()).await.expect(200);
    assert_eq!(server.heads().await, heads, "nothing changed");

    let mut settings = studio();
    settings["durations"] = json!([60, 120]);
    settings["hours"] = json!({"sat": [{"from": "22:00", "to": "02:00"}]});
    let changed = server.put("studio-a", settings.clone()).await.expect(200);
    assert_eq!(changed.body["hours"], settings["hours"]);
    let read = server
        .get(&format!("{path}?after={}", changed.position()))
        .await;
    assert_eq!(read.expect(200).body, changed.body);

    let admin = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    let retired = server.send(Method::DELETE, path, admin).await.expect(204);
    server.send(Method::DELETE, path, admin).await.expect(204);
    let read = server
        .get(&format!("{path}?after={}", retired.position()))
        .await;
    assert_eq!(read.expect(200).body["status"], "retired");
    let after = retired.position();
    let list = server.get(&format!("/v1/resources?after={after}")).await;
    assert_eq!(list.expect(200).body["resources"], json!([]));
    server.put("studio-a", studio()).await.expect(201);
}

#[tokio::test]
async fn only_the_admin_changes_resources() {
    let server = Server::start().await;
    let ann = server.visitor().await;
    let path = "/v1/resources/studio-a";
    for method in [Method::PUT, Method::DELETE] {
        let send = |key: Option<&str>| {
            let request = server.request(method.clone(), path).json(&studio());
            let request = match key {
                Some(key) => request.bearer_auth(key),
                None => request,
            };
            let method = method.clone();
            async move { crate::answer::Answer::read(method, path, request.send().await.unwrap()).await }
        };
        send(None).await.problem(401, "admin_key_missing");
        send(Some("x")).await.problem(403, "admin_key_wrong");
        send(Some(&ann.token)).await.problem(403, "admin_key_wrong");
    }
    assert!(server.heads().await.iter().all(|head| *head == 0));
}

#[tokio::test]
async fn settings_that_no_resource_can_have_are_named() {
    let server = Server::start().await;
    let stretch = |from: &str, to: &str| json!({"mon": [{"from": from, "to": to}]});
    let cases: [(&str, Value, &str); 14] = [
        ("name", json!(""), "name"),
        ("name", json!("x".repeat(121)), "name"),
        ("timezone", json!("Mars/Olympus"), "timezone"),
        ("durations", json!([]), "durations"),
        ("durations", json!([50]), "durations[0]"),
        ("durations", json!([60, 60]), "durations"),
        ("durations", json!([60, 44_655]), "durations[1]"),
        ("slotInterval", json!(0), "slotInterval"),
        ("hours", stretch("09:07", "17:00"), "hours.mon[0].from"),
        ("hours", stretch("09:00", "25:00"), "hours.mon[0].to"),
        ("hours", stretch("09:00", "09:00"), "hours.mon[0]"),
        ("leaseMs", json!(4_999), "leaseMs"),
        ("checkoutLeaseMs", json!(600_001), "checkoutLeaseMs"),
        ("holdMaxMs", json!(-1), "holdMaxMs"),
    ];
    for (setting, value, field) in cases {
        let mut settings = studio();
        settings[setting] = value;
        let refused = server.put("studio-a", settings).await;
        let refused = refused.problem(422, "invalid_settings");
        assert_eq!(refused.body["field"], field, "{refused:?}");
    }
    let mut settings = studio();
    settings["hours"] =
        json!({"mon": [{"from": "09:00", "to": "17:00"}, {"from": "16:00", "to": "18:00"}]});
    let refused = server.put("studio-a", settings).await;
    refused.problem(422, "invalid_settings");
    let mut settings = studio();
    settings["hours"] = json!({"monday": []});
    let refused = server.put("studio-a", settings).await;
    assert_eq!(
        refused.problem(400, "unknown_field").body["field"],
        "hours.monday"
    );
    assert!(server.heads().await.iter().all(|head| *head == 0));
}

#[tokio::test]
async fn a_list_goes_from_page_to_page() {
    let server = Server::start().await;
    for number in 0..7 {
        let put = server.put(&format!("room-{number}"), studio()).await;
        // A position is one of its resource's partition: each is waited for.
        let after = put.expect(201).position();
        let list = format!("/v1/resources?after={after}");
        server.get(&list).await.expect(200);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("/v1/resources?limit=3{cursor}")).await;
        let page = page.expect(200);
        let rooms = page.body["resources"].as_array().unwrap();
        assert!(rooms.len() <= 3);
        seen.extend(rooms.iter().map(|room| room["resourceId"].clone()));
        match page.body["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let all: Vec<_> = (0..7).map(|number| format!("room-{number}")).collect();
    assert_eq!(seen, all);
}

#[tokio::test]
async fn without_keys_nobody_is_admin_or_auditor() {
    let database = std::sync::Arc::new(eventlog::testing::TestDatabase::new().await);
    let server = Server::without_keys(database).await;
    let put = server.put("studio-a", studio()).await;
    put.problem(403, "admin_key_not_configured");
    let log = server.get("/v1/log").await;
    log.problem(403, "auditor_key_not_configured");
}

#[tokio::test]
async fn settings_under_which_nothing_can_ever_be_booked_are_refused() {
    let server = Server::start().await;
    let mut settings = studio();
    settings["hours"] = json!({"mon": [{"from": "09:00", "to": "09:45"}]});
    let refused = server.put("studio-a", settings).await;
    let refused = refused.problem(422, "invalid_settings");
    assert_eq!(refused.body["field"], "durations");
}

#[tokio::test]
async fn what_is_odd_about_settings_is_told_and_stands() {
    let server = Server::start().await;
    let mut settings = studio();
    settings["spansClosedHours"] = json!(true);
    settings["hours"] = json!({
        "mon": [{"from": "09:00", "to": "18:00"}],
        "fri": [{"from": "09:00", "to": "02:00"}],
    });
    let put = server.put("studio-a", settings).await.expect(201);
    let warnings = put.body["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1, "{put:?}");
    assert_eq!(warnings[0]["field"], "durations");
    assert!(
        warnings[0]["detail"]
            .as_str()
            .unwrap()
            .starts_with("2640 minutes"),
        "{put:?}"
    );
    let read = server.get("/v1/resources/studio-a").await.expect(200);
    assert_eq!(read.body["durations"], json!([60, 120, 300, 2640]));
    let put = server.put("studio-b", studio()).await.expect(201);
    assert!(put.body["warnings"].is_null(), "{put:?}");
}

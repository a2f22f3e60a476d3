//! How requests may be written, and what is said of those that can't be read.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    schema::document,
    server::{ADMIN_KEY, AUDITOR_KEY, Server, studio},
    visitor::booking,
};

#[tokio::test]
async fn a_header_that_says_one_thing_is_refused_when_it_is_there_twice() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let before = server.heads().await;
    for second in ["key-2", "key-1"] {
        let body = booking("studio-a", "2031-03-03T10:00:00Z", 60);
        let twice = |request: RequestBuilder| {
            let request = request.bearer_auth(&ann.token).json(&body);
            request
                .header("Idempotency-Key", "key-1")
                .header("Idempotency-Key", second)
        };
        let refused = server.send(Method::POST, "/v1/bookings", twice).await;
        let refused = refused.problem(400, "repeated_header");
        assert_eq!(refused.body["field"], "idempotency-key");
    }
    assert_eq!(server.heads().await, before, "nothing was booked");

    let made = ann.book("2031-03-03T10:00:00Z", 60).await.expect(201);
    let path = format!("/v1/bookings/{}", made.text_of("bookingId"));
    let tokens = |request: RequestBuilder| {
        let request = request.header("Slotkeeper-Manage-Token", made.text_of("manageToken"));
        request.header("Slotkeeper-Manage-Token", "another")
    };
    let refused = server.send(Method::GET, &path, tokens).await;
    refused.problem(400, "repeated_header");

    let events = "/v1/resources/studio-a/events?from=2031-03-03&to=2031-03-03";
    for path in [events, "/v1/log"] {
        let ids = |request: RequestBuilder| {
            let request = request.bearer_auth(AUDITOR_KEY);
            request
                .header("Last-Event-ID", "1")
                .header("Last-Event-ID", "2")
        };
        let refused = server.send(Method::GET, path, ids).await;
        refused.problem(400, "repeated_header");
    }
    let keys = |request: RequestBuilder| {
        request
            .bearer_auth(ADMIN_KEY)
            .header("Authorization", "Bearer another")
    };
    let refused = server.send(Method::DELETE, &path, keys).await;
    refused.problem(401, "authorization_malformed");
}

/// The fields of a body that are whole numbers, or lists of them, by the document.
fn whole_fields(schema: &str) -> Vec<(String, bool)> {
    let properties = &document()["components"]["schemas"][schema]["properties"];
    let properties = properties.as_object().unwrap().iter();
    let whole = properties.filter_map(|(name, property)| {
        let is_whole = |property: &Value| property["type"] == "integer";
        let list = is_whole(&property["items"]);
        (list || is_whole(property)).then(|| (name.clone(), list))
    });
    whole.collect()
}

/// Whatever the body and whatever the field: the document says where whole numbers are.
#[tokio::test]
async fn every_whole_number_may_be_written_with_a_point_and_none_with_a_fraction() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let mut asked = 0;
    for (schema, method, path) in [
        ("Settings", Method::PUT, "/v1/resources/studio-b"),
        ("Beat", Method::POST, "/v1/resources/studio-a/heartbeat"),
        ("NewBooking", Method::POST, "/v1/bookings"),
    ] {
        let token = if method == Method::PUT {
            ADMIN_KEY
        } else {
            &ann.token
        };
        for (field, list) in whole_fields(schema) {
            let send = async |number: &str| {
                let value = if list {
                    format!("[{number}]")
                } else {
                    number.into()
                };
                let body = format!("{{\"{field}\":{value}}}");
                let request = |request: RequestBuilder| {
                    let request = request.bearer_auth(token);
                    request
                        .header("Content-Type", "application/json")
                        .body(body)
                };
                server.send(method.clone(), path, request).await
            };
            for number in ["60", "60.0", "6e1", "600.00E-1"] {
                // What else is in the body is missing, and that alone.
                send(number).await.problem(400, "missing_field");
            }
            for number in ["60.5", "\"60\"", "1e-3"] {
                send(number).await.problem(400, "wrong_type");
            }
            asked += 1;
        }
    }
    assert_eq!(asked, 7, "durations, four of settings, and two of spans");
}

#[tokio::test]
async fn a_byte_order_mark_before_a_body_is_passed_over() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let body = booking("studio-a", "2031-03-03T10:00:00Z", 60);
    let marked = |request: RequestBuilder| {
        let request = request.bearer_auth(&ann.token);
        let request = request.header("Content-Type", "application/json");
        request.body(format!("\u{feff}{body}"))
    };
    let made = server.send(Method::POST, "/v1/bookings", marked).await;
    made.expect(201);
}

#[tokio::test]
async fn a_cursor_of_one_list_is_refused_by_every_other() {
    let server = Server::start().await;
    let mut after = String::new();
    for resource in ["studio-a", "studio-b", "studio-c"] {
        let put = server.put(resource, studio()).await.expect(201);
        after = put.position();
        server
            .get(&format!("/v1/resources?after={after}"))
            .await
            .expect(200);
    }
    let ann = server.visitor().await;
    for hour in [10, 12] {
        let start = format!("2031-03-03T{hour}:00:00Z");
        after = ann.book(&start, 60).await.expect(201).position();
    }
    let as_admin = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    let get = async |path: &str| server.send(Method::GET, path, as_admin).await;
    let bookings = "/v1/bookings?resourceId=studio-a&from=2031-03-03&to=2031-03-04";
    get(&format!("{bookings}&after={after}")).await.expect(200);
    let lists = [
        "/v1/resources?status=open",
        bookings,
        "/v1/bookings?resourceId=studio-b&from=2031-03-03&to=2031-03-04",
        "/v1/bookings?resourceId=studio-a&from=2031-03-03&to=2031-03-05",
        "/v1/resources?status=retired",
    ];
    for (nth, of) in lists.iter().enumerate().take(2) {
        let page = get(&format!("{of}&limit=1")).await.expect(200);
        let cursor = page.text_of("nextCursor");
        for (other, list) in lists.iter().enumerate() {
            let answer = get(&format!("{list}&limit=1&cursor={cursor}")).await;
            if other == nth {
                answer.expect(200);
            } else {
                let refused = answer.problem(400, "cursor_elsewhere");
                assert_eq!(refused.body["field"], "cursor");
            }
        }
        let as_auditor = |request: RequestBuilder| request.bearer_auth(AUDITOR_KEY);
        let log = format!("/v1/log?after={cursor}");
        let refused = server.send(Method::GET, &log, as_auditor).await;
        refused.problem(400, "cursor_elsewhere");
        for wrong in [
            format!("{cursor}x"),
            cursor.replace('~', "."),
            "studio-a".into(),
        ] {
            let answer = get(&format!("{of}&cursor={wrong}")).await;
            let code = answer.body["code"].as_str();
            let resource_id = wrong == format!("{cursor}x") && nth == 0;
            assert!(
                resource_id || code == Some("invalid_cursor"),
                "{wrong}: {answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn attendees_that_no_mail_would_reach_are_refused_before_anything_is_done() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let before = server.heads().await;
    for (field, value) in [
        ("email", "<ann@example.com>"),
        ("email", "ann@example.com,"),
        ("email", "ann@example.com:8080"),
        ("email", "ann@example.com?bcc=attacker%40evil.example"),
        ("email", "an\u{200b}n@example.com"),
        ("name", "\u{2800}"),
        ("name", "\u{3164}"),
        ("name", "\u{202e}Ann"),
    ] {
        let mut body = booking("studio-a", "2031-03-03T10:00:00Z", 60);
        body["attendee"][field] = json!(value);
        let refused = ann.post("/v1/bookings", &body).await;
        let refused = refused.problem(422, "invalid_attendee");
        assert_eq!(refused.body["field"], format!("attendee.{field}"));
    }
    assert_eq!(server.heads().await, before);
}

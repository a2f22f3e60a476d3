//! Bad requests: each kind has its own status and code, none is a fault of the
//! server's, and nothing is written.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    server::Server,
    visitor::{Visitor, booking},
};

/// Sends each body to `path` as `visitor`, and expects the problem beside it.
async fn refused(visitor: &Visitor<'_>, path: &str, cases: &[Case<'_>]) {
    let heads = visitor.server.heads().await;
    for (body, status, code, field) in cases {
        let body = (*body).to_owned();
        let sending = |request: RequestBuilder| {
            let request = request.header("content-type", "application/json");
            request.bearer_auth(&visitor.token).body(body)
        };
        let answer = visitor.server.send(Method::POST, path, sending).await;
        let answer = answer.problem(*status, code);
        assert_eq!(answer.body["field"].as_str().unwrap_or_default(), *field);
    }
    assert_eq!(visitor.server.heads().await, heads, "nothing is written");
}

/// Body, status, code and field of a refusal.
type Case<'a> = (&'a str, u16, &'a str, &'a str);

fn borrowed<'a>(cases: &'a [(String, u16, &'a str, &'a str)]) -> Vec<Case<'a>> {
    let cases = cases.iter();
    cases
        .map(|(body, status, code, field)| (body.as_str(), *status, *code, *field))
        .collect()
}

/// A booking with another value for one field.
fn changed(pointer: &str, value: Value) -> String {
    let mut body = booking("studio-a", "2031-03-03T13:00:00Z", 60);
    *body.pointer_mut(pointer).unwrap() = value;
    body.to_string()
}

#[tokio::test]
async fn bodies_that_can_not_be_read() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let mut extra = booking("studio-a", "2031-03-03T13:00:00Z", 60);
    extra["attendee"]["phone"] = json!("1");
    let extra = extra.to_string();
    let deep = "[".repeat(1000);
    let list = changed("/attendee", json!(["Ann", "ann@example.com", null]));
    let cases = [
        ("", 400, "malformed_json", ""),
        ("{", 400, "malformed_json", ""),
        ("{\"start\":\"\u{0}\"}", 400, "malformed_json", ""),
        (&deep, 400, "wrong_type", "body"),
        ("[]", 400, "wrong_type", "body"),
        ("null", 400, "wrong_type", "body"),
        ("{}", 400, "missing_field", "resourceId"),
        (
            "{\"start\":\"x\",\"start\":\"x\"}",
            400,
            "duplicate_field",
            "start",
        ),
        ("{\"begin\":\"x\"}", 400, "unknown_field", "begin"),
        (&extra, 400, "unknown_field", "attendee.phone"),
        (&list, 400, "wrong_type", "attendee"),
        (
            &changed("/duration", json!("60")),
            400,
            "wrong_type",
            "duration",
        ),
        (
            &changed("/duration", json!(60.5)),
            400,
            "wrong_type",
            "duration",
        ),
        (
            &changed("/duration", json!(1e300)),
            400,
            "wrong_type",
            "duration",
        ),
        (&changed("/start", json!(5)), 400, "wrong_type", "start"),
        (
            &changed("/attendee", json!(null)),
            400,
            "wrong_type",
            "attendee",
        ),
        (
            &changed("/attendee/name", json!(7)),
            400,
            "wrong_type",
            "attendee.name",
        ),
    ];
    refused(&ann, "/v1/bookings", &cases).await;
}

#[tokio::test]
async fn spans_that_no_booking_can_have() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let start = |text: &str| changed("/start", json!(text));
    let minutes = |minutes: i64| changed("/duration", json!(minutes));
    let cases = [
        (start("tomorrow"), 400, "invalid_time", "start"),
        (start("2031-03-03"), 400, "invalid_time", "start"),
        (start("2031-02-30T13:00:00Z"), 400, "invalid_time", "start"),
        (start("2031-03-03T13:00:00"), 400, "invalid_time", "start"),
        (
            start("10000-01-01T00:00:00Z"),
            422,
            "date_out_of_range",
            "start",
        ),
        (
            start("1969-12-31T23:00:00Z"),
            422,
            "date_out_of_range",
            "start",
        ),
        (
            start("9999-12-31T23:30:00Z"),
            422,
            "date_out_of_range",
            "start",
        ),
        (
            start("2031-03-03T13:05:00Z"),
            422,
            "start_not_aligned",
            "start",
        ),
        (
            start("2031-03-03T13:00:00.001Z"),
            422,
            "start_not_aligned",
            "start",
        ),
        (start("2020-03-03T13:00:00Z"), 422, "past", ""),
        (minutes(0), 400, "invalid_duration", "duration"),
        (minutes(-60), 400, "invalid_duration", "duration"),
        (minutes(50), 400, "invalid_duration", "duration"),
        (minutes(44_655), 422, "duration_too_long", "duration"),
        (minutes(i64::MAX), 422, "duration_too_long", "duration"),
        (minutes(75), 422, "duration_not_offered", ""),
    ];
    refused(&ann, "/v1/bookings", &borrowed(&cases)).await;
    let wrong = ann.book("2031-03-03T13:00:00Z", 75).await;
    assert_eq!(wrong.body["offered"], json!([60, 120, 300, 2640]));
}

#[tokio::test]
async fn resources_and_attendees_that_no_booking_can_have() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let resource = |text: &str| changed("/resourceId", json!(text));
    let attendee = |field: &str, text: &str| changed(&format!("/attendee/{field}"), json!(text));
    let long = "x".repeat(2001);
    let cases = [
        (
            resource("Studio A"),
            400,
            "invalid_resource_id",
            "resourceId",
        ),
        (
            resource(&"x".repeat(65)),
            400,
            "invalid_resource_id",
            "resourceId",
        ),
        (resource("nowhere"), 404, "resource_not_found", ""),
        (
            attendee("name", ""),
            422,
            "invalid_attendee",
            "attendee.name",
        ),
        (
            attendee("name", &long),
            422,
            "invalid_attendee",
            "attendee.name",
        ),
        (
            attendee("email", "ann"),
            422,
            "invalid_attendee",
            "attendee.email",
        ),
        (
            attendee("notes", &long),
            422,
            "invalid_attendee",
            "attendee.notes",
        ),
    ];
    refused(&ann, "/v1/bookings", &borrowed(&cases)).await;
}

#[tokio::test]
async fn beats_and_departures_that_make_no_sense() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let beat = |change: Value| {
        let mut body = json!({"start": "2031-03-03T13:00:00Z", "duration": 60});
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        body.to_string()
    };
    let unknown = "00000000-0000-4000-8000-000000000000";
    let beats = [
        (
            beat(json!({"holdId": "x"})),
            400,
            "invalid_hold_id",
            "holdId",
        ),
        (beat(json!({"holdId": unknown})), 409, "hold_lost", ""),
        (
            beat(json!({"lease": "forever"})),
            400,
            "wrong_type",
            "lease",
        ),
        (
            beat(json!({"duration": 75})),
            422,
            "duration_not_offered",
            "",
        ),
        (beat(json!({"slots": [1]})), 400, "unknown_field", "slots"),
    ];
    let beats = borrowed(&beats);
    refused(&ann, "/v1/resources/studio-a/heartbeat", &beats).await;
    let departures = [
        ("{\"holdId\":\"x\"}", 400, "invalid_hold_id", "holdId"),
        ("{\"token\":\"x\"}", 400, "unknown_field", "token"),
        ("[]", 400, "wrong_type", "body"),
    ];
    refused(&ann, "/v1/resources/studio-a/leave", &departures).await;
    let nowhere = [(beats[0].0, 400, "invalid_resource_id", "resourceId")];
    refused(&ann, "/v1/resources/Studio%20A/heartbeat", &nowhere).await;
    let sessions = [("{\"name\":\"Ann\"}", 400, "unknown_field", "name")];
    refused(&ann, "/v1/sessions", &sessions).await;
}

#[tokio::test]
async fn bodies_of_another_kind() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let body = booking("studio-a", "2031-03-03T13:00:00Z", 60).to_string();
    for kind in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("application/jsonp"),
    ] {
        let sending = |request: RequestBuilder| {
            let request = request.bearer_auth(&ann.token).body(body.clone());
            match kind {
                Some(kind) => request.header("content-type", kind),
                None => request,
            }
        };
        let answer = server.send(Method::POST, "/v1/bookings", sending).await;
        answer.problem(415, "unsupported_media_type");
    }
    let long = "k".repeat(256);
    for key in ["", "two words", "é", &long] {
        let body: Value = serde_json::from_str(&body).unwrap();
        let refused = ann.book_as(key, &body).await;
        refused.problem(400, "invalid_idempotency_key");
    }
    assert_eq!(server.events("BookingConfirmed").await, 0);
}

/// Below a resource: query, status, code.
const QUERIES: &[(&str, u16, &str)] = &[
    ("days/2026-02-30", 400, "invalid_date"),
    ("days/10000-01-01", 422, "date_out_of_range"),
    ("days/2031-03-03?after=x", 400, "invalid_position"),
    ("days/2031-03-03?before=x", 400, "unknown_parameter"),
    ("presence?from=2031-03-03", 400, "missing_parameter"),
    ("presence?from=2031-03-03&to=x", 400, "invalid_date"),
    (
        "presence?from=2031-03-03&from=2031-03-03&to=2031-03-04",
        400,
        "repeated_parameter",
    ),
    (
        "presence?from=2031-03-04&to=2031-03-03",
        422,
        "range_reversed",
    ),
    (
        "presence?from=2031-01-01&to=2032-02-05",
        422,
        "range_too_long",
    ),
    (
        "events?from=2031-01-01&to=2032-02-05",
        422,
        "range_too_long",
    ),
    ("events?from=2031-01-01", 400, "missing_parameter"),
    (
        "availability?from=2031-03-01&to=2031-03-31",
        400,
        "missing_parameter",
    ),
    (
        "availability?from=2031-03-01&to=2031-03-31&duration=x",
        400,
        "invalid_duration",
    ),
    (
        "availability?from=2031-03-01&to=2032-03-31&duration=60",
        422,
        "range_too_long",
    ),
    (
        "slots?date=2031-03-03&duration=75",
        422,
        "duration_not_offered",
    ),
    (
        "slots?date=2031-03-03&duration=44655",
        422,
        "duration_too_long",
    ),
    (
        "slots?date=2031-03-03&duration=-60",
        400,
        "invalid_duration",
    ),
    (
        "slots?date=2031-03-03&duration=60&interval=7",
        400,
        "invalid_interval",
    ),
    (
        "slots?date=2031-03-03&duration=60&interval=1455",
        400,
        "invalid_interval",
    ),
    (
        "slots?date=2031-03-03&duration=60&timezone=Mars/Olympus",
        400,
        "invalid_timezone",
    ),
    ("slots?date=%FF&duration=60", 400, "invalid_date"),
];

#[tokio::test]
async fn queries_that_make_no_sense() {
    let server = Server::with_studio().await;
    for (query, status, code) in QUERIES {
        let path = format!("/v1/resources/studio-a/{query}");
        server.get(&path).await.problem(*status, code);
    }
    for (path, status, code) in [
        ("/v1/resources?limit=0", 400, "invalid_limit"),
        ("/v1/resources?limit=201", 400, "invalid_limit"),
        ("/v1/resources?limit=x", 400, "invalid_limit"),
        ("/v1/resources?cursor=A%20B", 400, "invalid_cursor"),
        ("/v1/resources/STUDIO", 400, "invalid_resource_id"),
        ("/v1/resources/%FF", 400, "malformed_request"),
        (
            "/v1/resources/nowhere/days/2031-03-03",
            404,
            "resource_not_found",
        ),
        ("/v1/nowhere", 404, "not_found"),
        ("/v1/resources/", 404, "not_found"),
    ] {
        server.get(path).await.problem(status, code);
    }
}

#[tokio::test]
async fn bookings_that_are_none() {
    let server = Server::with_studio().await;
    let admin = |request: RequestBuilder| request.bearer_auth(crate::server::ADMIN_KEY);
    for (id, status, code) in [
        ("x", 400, "invalid_booking_id"),
        (
            "00000000-0000-4000-8000-000000000000",
            400,
            "invalid_booking_id",
        ),
        (
            "{00000000-0000-8000-8000-000000000000}",
            400,
            "invalid_booking_id",
        ),
        (
            "00000000-0000-8000-8000-000000000000",
            404,
            "booking_not_found",
        ),
        // Of a partition that the log does not have.
        (
            "ffff0000-0000-8000-8000-000000000000",
            404,
            "booking_not_found",
        ),
    ] {
        let path = format!("/v1/bookings/{id}");
        for method in [Method::GET, Method::DELETE] {
            let answer = server.send(method, &path, admin).await;
            answer.problem(status, code);
        }
        let there = json!({"start": "2031-03-03T13:00:00Z", "duration": 60});
        let moving = |request: RequestBuilder| admin(request).json(&there);
        let answer = server.send(Method::PATCH, &path, moving).await;
        answer.problem(status, code);
        let stranger = crate::visitor::managing("nonsense");
        let answer = server.send(Method::GET, &path, stranger).await;
        // Whether there is such a booking is told to who may manage it.
        match status {
            404 => answer.problem(403, "manage_token_wrong"),
            other => answer.problem(other, code),
        };
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_told_which_it_has() {
    let server = Server::start().await;
    let refused = server
        .send(Method::PUT, "/v1/bookings", |request| request)
        .await;
    let refused = refused.problem(405, "method_not_allowed");
    assert_eq!(refused.header("allow"), "GET,HEAD,POST");
}

#[tokio::test]
async fn a_token_in_a_query_is_refused() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    for path in [
        "/v1/resources/studio-a/leave",
        "/v1/bookings",
        "/v1/sessions",
    ] {
        let path = format!("{path}?token={}", ann.token);
        let refused = ann.post(&path, &json!({})).await;
        let refused = refused.problem(400, "unknown_parameter");
        assert_eq!(refused.body["field"], "token");
        assert!(!refused.text.contains(&ann.token));
    }
    assert_eq!(server.events("HoldReleased").await, 0);
}

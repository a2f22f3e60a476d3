//! The list of a resource's bookings, for those who run it.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::{
    answer::Answer,
    server::{ADMIN_KEY, Server, studio},
    visitor::{Visitor, booking, managing},
};

async fn listed(server: &Server, query: &str) -> Answer {
    let admin = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    let path = format!("/v1/bookings?{query}");
    server.send(Method::GET, &path, admin).await
}

fn ids(list: &Answer) -> Vec<String> {
    let bookings = list.body["bookings"].as_array().unwrap().iter();
    let ids = bookings.map(|booking| booking["bookingId"].as_str().unwrap().to_owned());
    ids.collect()
}

/// Books, and tells the booking's id and the position it was made at.
async fn booked(visitor: &Visitor<'_>, start: &str, minutes: u32) -> (String, String) {
    let made = visitor.book(start, minutes).await.expect(201);
    (made.text_of("bookingId"), made.position())
}

#[tokio::test]
async fn bookings_that_touch_the_days_come_by_their_starts_and_no_others() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    // Two days and an hour before its last quarter hour, which is the day's first.
    let (reaching, _) = booked(&ann, "2031-03-01T04:15:00Z", 2640).await;
    let (evening, _) = booked(&ann, "2031-03-03T23:00:00Z", 60).await;
    let (morning, _) = booked(&ann, "2031-03-03T08:00:00Z", 120).await;
    let (before, _) = booked(&ann, "2031-02-28T23:00:00Z", 60).await;
    let (over, position) = booked(&ann, "2031-03-04T00:00:00Z", 60).await;

    let query = format!("resourceId=studio-a&from=2031-03-03&to=2031-03-03&after={position}");
    let list = listed(&server, &query).await.expect(200);
    assert_eq!(
        ids(&list),
        [reaching.clone(), morning.clone(), evening.clone()]
    );
    assert_eq!(list.body["nextCursor"], json!(null));
    let query = "resourceId=studio-a&from=2031-02-28&to=2031-03-04";
    let all = [before, reaching, morning, evening, over];
    assert_eq!(ids(&listed(&server, query).await.expect(200)), all);
}

#[tokio::test]
async fn a_listed_booking_is_as_it_is_now_and_nobody_is_named() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let made = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let path = format!("/v1/bookings/{}", made.text_of("bookingId"));
    let token = made.text_of("manageToken");
    let there = json!({"start": "2031-03-05T09:00:00Z", "duration": 120});
    let moving = |request: RequestBuilder| managing(&token)(request).json(&there);
    server.send(Method::PATCH, &path, moving).await.expect(200);
    let cancelled = server.send(Method::DELETE, &path, managing(&token)).await;
    let after = cancelled.expect(200).position();

    let query = format!("resourceId=studio-a&from=2031-03-05&to=2031-03-05&after={after}");
    let list = listed(&server, &query).await.expect(200);
    let one = &list.body["bookings"][0];
    assert_eq!(one["status"], "cancelled");
    assert_eq!(one["start"], "2031-03-05T09:00:00.000Z");
    assert_eq!(one["end"], "2031-03-05T11:00:00.000Z");
    assert_eq!(one["duration"], 120);
    assert_eq!(one["confirmedAt"], made.body["confirmedAt"]);
    assert!(one["changedAt"].as_str() > one["confirmedAt"].as_str());
    assert!(!list.text.contains("Ann"), "{}", list.text);
    let query = format!("resourceId=studio-a&from=2031-03-03&to=2031-03-03&after={after}");
    assert!(ids(&listed(&server, &query).await.expect(200)).is_empty());
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_also_where_starts_are_the_same() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    for _ in 0..3 {
        let made = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
        let path = format!("/v1/bookings/{}", made.text_of("bookingId"));
        let token = made.text_of("manageToken");
        let gone = server.send(Method::DELETE, &path, managing(&token)).await;
        gone.expect(200);
    }
    let (_, last) = booked(&ann, "2031-03-03T15:00:00Z", 60).await;
    let query = format!("resourceId=studio-a&from=2031-03-03&to=2031-03-03&after={last}");
    let all = ids(&listed(&server, &query).await.expect(200));
    assert_eq!(all.len(), 4);
    let mut paged = Vec::new();
    let mut next = format!("{query}&limit=1");
    loop {
        let page = listed(&server, &next).await.expect(200);
        assert_eq!(ids(&page).len(), 1);
        paged.extend(ids(&page));
        let Some(cursor) = page.body["nextCursor"].as_str() else {
            break;
        };
        next = format!("{query}&limit=1&cursor={cursor}");
    }
    assert_eq!(paged, all);
}

#[tokio::test]
async fn a_resource_has_its_own_bookings_listed_and_no_others_retired_or_not() {
    let server = Server::with_studio().await;
    server.put("studio-b", studio()).await.expect(201);
    let ann = server.visitor().await;
    let elsewhere = booking("studio-b", "2031-03-03T13:00:00Z", 60);
    let made = ann.post("/v1/bookings", &elsewhere).await.expect(201);
    let days = "from=2031-03-03&to=2031-03-03";
    let of_a = listed(&server, &format!("resourceId=studio-a&{days}")).await;
    assert!(ids(&of_a.expect(200)).is_empty());

    let admin = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    let path = "/v1/resources/studio-b";
    server.send(Method::DELETE, path, admin).await.expect(204);
    let query = format!("resourceId=studio-b&{days}&after={}", made.position());
    let list = listed(&server, &query).await.expect(200);
    assert_eq!(ids(&list), [made.text_of("bookingId")]);
}

#[tokio::test]
async fn the_list_takes_the_admin_key() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let path = "/v1/bookings?resourceId=studio-a&from=2031-03-03&to=2031-03-03";
    let nobody = server.get(path).await;
    nobody.problem(401, "admin_key_missing");
    let session = |request: RequestBuilder| request.bearer_auth(&ann.token);
    let visitor = server.send(Method::GET, path, session).await;
    visitor.problem(403, "admin_key_wrong");
    let keyless = Server::without_keys(std::sync::Arc::clone(&server.database)).await;
    let off = keyless.get(path).await;
    off.problem(403, "admin_key_not_configured");
}

#[tokio::test]
async fn questions_that_make_no_sense_have_codes_of_their_own() {
    let server = Server::with_studio().await;
    let id = "0000ffff-ffff-8fff-bfff-ffffffffffff";
    for (query, status, code, field) in [
        ("", 400, "missing_parameter", "resourceId"),
        ("resourceId=studio-a", 400, "missing_parameter", "from"),
        (
            "resourceId=studio-a&from=2031-03-03",
            400,
            "missing_parameter",
            "to",
        ),
        (
            "resourceId=Studio%20A&from=2031-03-03&to=2031-03-03",
            400,
            "invalid_resource_id",
            "resourceId",
        ),
        (
            "resourceId=nowhere&from=2031-03-03&to=2031-03-03",
            404,
            "resource_not_found",
            "",
        ),
        (
            "resourceId=studio-a&from=never&to=2031-03-03",
            400,
            "invalid_date",
            "from",
        ),
        (
            "resourceId=studio-a&from=2031-03-03&to=2031-03-02",
            422,
            "range_reversed",
            "to",
        ),
        (
            "resourceId=studio-a&from=2031-03-03&to=2031-06-03",
            422,
            "range_too_long",
            "to",
        ),
    ] {
        let answer = listed(&server, query).await.problem(status, code);
        assert_eq!(
            answer.body["field"].as_str().unwrap_or_default(),
            field,
            "{query}"
        );
    }
    let good = "resourceId=studio-a&from=2031-03-03&to=2031-03-03";
    for (more, code, field) in [
        ("limit=0", "invalid_limit", "limit"),
        ("limit=501", "invalid_limit", "limit"),
        ("limit=many", "invalid_limit", "limit"),
        ("cursor=x", "invalid_cursor", "cursor"),
        (&format!("cursor=1.{id}"), "invalid_cursor", "cursor"),
        ("after=x", "invalid_position", "after"),
        ("status=confirmed", "unknown_parameter", "status"),
        ("from=2031-03-03", "repeated_parameter", "from"),
    ] {
        let answer = listed(&server, &format!("{good}&{more}")).await;
        let answer = answer.problem(400, code);
        assert_eq!(answer.body["field"], field, "{more}");
    }
}

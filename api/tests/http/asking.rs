//! From when on and until when visitors may book, move and cancel, as clients see it.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    server::{ADMIN_KEY, Server, studio},
    visitor::managing,
};

/// The date of UTC, by the database's clock.
async fn today(server: &Server) -> NaiveDate {
    let date: String = sqlx::query_scalar("select (now() at time zone 'UTC')::date::text")
        .fetch_one(server.database.pool())
        .await
        .unwrap();
    date.parse().unwrap()
}

/// 13:00 of UTC so many days after a date.
fn at_13_in(days: u64, date: NaiveDate) -> DateTime<Utc> {
    let noon = NaiveTime::from_hms_opt(13, 0, 0).unwrap();
    (date + Days::new(days)).and_time(noon).and_utc()
}

fn text(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// A studio with these settings in place of the last day.
async fn studio_with(server: &Server, changes: &Value) {
    let mut settings = studio();
    let fields = settings.as_object_mut().unwrap();
    fields.remove("lastDay");
    fields.extend(changes.as_object().unwrap().clone());
    let put = server.put("studio-a", settings).await;
    for (field, value) in changes.as_object().unwrap() {
        assert_eq!(&put.body[field], value, "{}", put.body);
    }
}

async fn slots(server: &Server, date: NaiveDate) -> Answer {
    let path = format!("/v1/resources/studio-a/slots?date={date}&duration=60");
    server.get(&path).await.expect(200)
}

#[tokio::test]
async fn a_start_within_the_notice_is_listed_and_refused_as_that() {
    let server = Server::start().await;
    let today = today(&server).await;
    studio_with(&server, &json!({ "bookNotice": 3 * 1440 })).await;
    let ann = server.visitor().await;
    let soon = at_13_in(1, today);
    let refused = ann.book(&text(soon), 60).await;
    let refused = refused.problem(422, "notice_too_short");
    assert_eq!(refused.body["start"], text(soon));
    assert_eq!(refused.body["until"], text(soon - Days::new(3)));
    ann.beat(&text(soon), 60)
        .await
        .problem(422, "notice_too_short");
    ann.book(&text(at_13_in(5, today)), 60).await.expect(201);

    let listed = slots(&server, soon.date_naive()).await.body;
    assert_eq!(listed["bookNotice"], 3 * 1440);
    assert_eq!(listed["slots"][13]["available"], false);
    assert_eq!(listed["slots"][13]["reason"], "notice_too_short");
}

#[tokio::test]
async fn days_that_time_refuses_tell_why() {
    let server = Server::start().await;
    studio_with(
        &server,
        &json!({ "bookNotice": 3 * 1440, "horizonDays": 10 }),
    )
    .await;
    let today = today(&server).await;
    let day = |days| at_13_in(days, today).date_naive().to_string();
    let path = format!(
        "/v1/resources/studio-a/availability?from={}&to={}&duration=60",
        day(1),
        day(12)
    );
    let month = server.get(&path).await.expect(200).body;
    assert_eq!(month["days"][day(5)], true);
    assert_eq!(month["reasons"][day(5)], Value::Null);
    assert_eq!(month["reasons"][day(1)], "notice_too_short");
    assert_eq!(month["days"][day(12)], false);
    assert_eq!(month["reasons"][day(12)], "beyond_horizon");
}

#[tokio::test]
async fn nobody_books_further_ahead_than_the_horizon() {
    let server = Server::start().await;
    studio_with(&server, &json!({})).await;
    let ann = server.visitor().await;
    let refused = ann.book("9999-12-30T10:00:00Z", 60).await;
    let refused = refused.problem(422, "beyond_horizon");
    let last = today(&server).await + Days::new(731);
    let told: NaiveDate = refused.text_of("lastDay").parse().unwrap();
    // Midnight may have passed since.
    assert!(told == last || told.succ_opt() == Some(last), "{told}");
    let next = "/v1/resources/studio-a/next?duration=60&from=9999-12-30";
    assert_eq!(server.get(next).await.expect(200).body["next"], Value::Null);

    studio_with(&server, &json!({ "lastDay": "9999-12-30" })).await;
    ann.book("9999-12-30T23:45:00Z", 60).await.expect(201);
    let refused = ann.book("9999-12-31T00:45:00Z", 60).await;
    let refused = refused.problem(422, "beyond_horizon");
    assert_eq!(refused.body["lastDay"], "9999-12-30");
}

#[tokio::test]
async fn a_list_has_another_tag_when_the_clock_has_made_it_another() {
    let server = Server::start().await;
    let today = today(&server).await;
    studio_with(&server, &json!({})).await;
    let date = at_13_in(1, today).date_naive();
    let before = slots(&server, date).await;
    studio_with(&server, &json!({ "bookNotice": 525_600 })).await;
    let after = slots(&server, date).await;
    assert_ne!(before.header("etag"), after.header("etag"));
    assert_eq!(
        slots(&server, date).await.header("etag"),
        after.header("etag")
    );
}

#[tokio::test]
async fn notices_of_changes_bind_visitors_and_not_the_operator() {
    let server = Server::start().await;
    let today = today(&server).await;
    studio_with(&server, &json!({})).await;
    let ann = server.visitor().await;
    let made = ann.book(&text(at_13_in(20, today)), 60).await.expect(201);
    let path = format!("/v1/bookings/{}", made.text_of("bookingId"));
    let token = made.text_of("manageToken");
    let month = 30 * 1440;
    let notices = json!({ "changeNotice": month, "cancelNotice": month });
    studio_with(&server, &notices).await;

    let there = json!({ "start": text(at_13_in(60, today)), "duration": 60 });
    let moved = |request: RequestBuilder| managing(&token)(request).json(&there);
    let refused = server.send(Method::PATCH, &path, moved).await;
    let refused = refused.problem(422, "too_late_to_change");
    let until = text(at_13_in(20, today) - Days::new(30));
    assert_eq!(refused.body["until"], until);
    let refused = server
        .send(Method::DELETE, &path, managing(&token))
        .await
        .problem(422, "too_late_to_change");
    assert_eq!(refused.body["until"], until);

    let by_operator = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY).json(&there);
    server
        .send(Method::PATCH, &path, by_operator)
        .await
        .expect(200);
    // It begins in two months now.
    let back = json!({ "start": text(at_13_in(20, today)), "duration": 60 });
    let moved = |request: RequestBuilder| managing(&token)(request).json(&back);
    server.send(Method::PATCH, &path, moved).await.expect(200);
    let by_operator = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    server
        .send(Method::DELETE, &path, by_operator)
        .await
        .expect(200);
}

#[tokio::test]
async fn rules_of_asking_that_can_not_be_are_refused_by_name() {
    let server = Server::start().await;
    let wrong = [
        ("bookNotice", json!({ "bookNotice": -1 })),
        ("changeNotice", json!({ "changeNotice": 525_601 })),
        ("horizonDays", json!({ "horizonDays": 3_661 })),
        ("lastDay", json!({ "lastDay": "never" })),
        (
            "lastDay",
            json!({ "lastDay": "2027-01-01", "horizonDays": 7 }),
        ),
        (
            "bookNotice",
            json!({ "bookNotice": 20_160, "horizonDays": 7 }),
        ),
    ];
    for (field, changes) in wrong {
        let mut settings = studio();
        let fields = settings.as_object_mut().unwrap();
        fields.remove("lastDay");
        fields.extend(changes.as_object().unwrap().clone());
        let refused = server.put("studio-a", settings).await;
        let refused = refused.problem(422, "invalid_settings");
        assert_eq!(refused.body["field"], field, "{changes}");
    }
}

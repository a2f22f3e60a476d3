//! How much a client may do: by its address, and by its session.

use reqwest::{Method, RequestBuilder};

use crate::{
    answer::Answer,
    guest::{Guest, Place, hour, room},
    server::{ADMIN_KEY, AUDITOR_KEY, DEADLINE, Server},
    stream::Stream,
    visitor::managing,
};

const HERE: &str = "203.0.113.7";
const ELSEWHERE: &str = "203.0.113.8";
const EVENTS: &str = "/v1/resources/studio-a/events?from=2031-03-03&to=2031-03-03";

/// A server whose one limit is `setting`, with studio-a.
async fn limited(setting: &str) -> Server {
    let server = Server::limited(&[setting]).await;
    server.put("studio-a", room()).await.expect(201);
    server
}

/// The answer, which must be that this limit was reached.
#[track_caller]
fn too_many(answer: Answer, exceeded: &str, by: &str) -> u64 {
    let refused = answer.problem(429, "too_many_requests");
    assert_eq!(refused.body["exceeded"], exceeded);
    assert_eq!(refused.body["by"], by);
    let ms = refused.body["retryAfterMs"].as_u64().unwrap();
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert_eq!(seconds, ms.div_ceil(1000));
    assert!(ms > 0);
    ms
}

#[tokio::test]
async fn an_address_begins_so_many_sessions_and_another_its_own() {
    let server = limited("--limit-sessions=3+1/h").await;
    let (here, elsewhere) = (Place::new(&server, HERE), Place::new(&server, ELSEWHERE));
    for _ in 0..3 {
        here.session().await.expect(201);
    }
    let wait = too_many(here.session().await, "new_sessions", "address");
    assert!(wait <= 3_600_000);
    elsewhere.session().await.expect(201);
}

#[tokio::test]
async fn addresses_of_one_ipv6_network_of_64_bits_share_a_limit() {
    let server = limited("--limit-sessions=2+1/h").await;
    for address in ["2001:db8:1:2::1", "[2001:db8:1:2:ffff::2]:4711"] {
        Place::new(&server, address).session().await.expect(201);
    }
    let third = Place::new(&server, "2001:db8:1:2:8000::3");
    too_many(third.session().await, "new_sessions", "address");
    let neighbour = Place::new(&server, "2001:db8:1:3::1");
    neighbour.session().await.expect(201);
}

#[tokio::test]
async fn who_waits_as_told_is_let_in() {
    let server = limited("--limit-sessions=1+1/s").await;
    let here = Place::new(&server, HERE);
    here.session().await.expect(201);
    let let_in = async {
        loop {
            let answer = here.session().await;
            if answer.status == 201 {
                return;
            }
            assert!(too_many(answer, "new_sessions", "address") <= 1000);
        }
    };
    tokio::time::timeout(DEADLINE, let_in).await.unwrap();
}

#[tokio::test]
async fn all_requests_count_but_those_of_probes() {
    let server = Server::limited(&["--limit-requests=3+1/h"]).await;
    let here = Place::new(&server, HERE);
    for path in ["/v1/resources", "/openapi.json", "/v1/resources"] {
        here.get(path).await.expect(200);
    }
    let wait = too_many(here.get("/v1/resources").await, "requests", "address");
    assert!(wait <= 3_600_000);
    too_many(here.get("/nowhere").await, "requests", "address");
    for path in ["/health/live", "/metrics"] {
        here.get(path).await.expect(200);
    }
    // A page of another origin can read that it is to wait.
    let refused = here.get("/v1/resources").await;
    assert_eq!(refused.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn a_session_and_an_address_place_so_many_holds() {
    let server = limited("--limit-session-holds=2+1/h").await;
    let here = Place::new(&server, HERE);
    let (ann, bob) = (here.guest().await, here.guest().await);
    ann.hold("studio-a", &hour(0)).await.expect(200);
    ann.hold("studio-a", &hour(2)).await.expect(200);
    let moved = ann.hold("studio-a", &hour(4)).await;
    too_many(moved, "holds", "session");
    // A session is the same from wherever it asks.
    let ann_elsewhere = ann.at(Place::new(&server, ELSEWHERE));
    let moved = ann_elsewhere.hold("studio-a", &hour(4)).await;
    too_many(moved, "holds", "session");
    bob.hold("studio-a", &hour(4)).await.expect(200);
    drop(server);

    let server = limited("--limit-holds=2+1/h").await;
    let here = Place::new(&server, HERE);
    for nth in 0..2 {
        let guest = here.guest().await;
        guest.hold("studio-a", &hour(nth)).await.expect(200);
    }
    let third = here.guest().await.hold("studio-a", &hour(4)).await;
    too_many(third, "holds", "address");
    let elsewhere = Place::new(&server, ELSEWHERE).guest().await;
    elsewhere.hold("studio-a", &hour(4)).await.expect(200);
}

/// Renews Ann's hold, and then leaves it, as often as may be.
async fn renew_and_leave(server: &Server, by: &str) {
    let here = Place::new(server, HERE);
    let ann = here.guest().await;
    let placed = ann.hold("studio-a", &hour(0)).await.expect(200);
    let hold = placed.text_of("holdId");
    ann.renew("studio-a", &hour(0), &hold).await.expect(200);
    ann.leave("studio-a").await.expect(204);
    let lost = ann.renew("studio-a", &hour(0), &hold).await;
    too_many(lost, "renewals", by);
    too_many(ann.leave("studio-a").await, "renewals", by);
    // Placing is another matter.
    ann.hold("studio-a", &hour(0)).await.expect(200);
}

#[tokio::test]
async fn a_session_and_an_address_renew_and_leave_so_often() {
    let server = limited("--limit-session-renewals=2+1/h").await;
    renew_and_leave(&server, "session").await;
    let server = limited("--limit-renewals=2+1/h").await;
    renew_and_leave(&server, "address").await;
}

#[tokio::test]
async fn a_session_and_an_address_make_and_change_so_many_bookings() {
    let server = limited("--limit-session-bookings=1+1/h").await;
    let here = Place::new(&server, HERE);
    let (ann, bob) = (here.guest().await, here.guest().await);
    ann.book("studio-a", &hour(0)).await.expect(201);
    let second = ann.book("studio-a", &hour(2)).await;
    too_many(second, "bookings", "session");
    bob.book("studio-a", &hour(2)).await.expect(201);
    drop(server);

    let server = limited("--limit-bookings=2+1/h").await;
    let here = Place::new(&server, HERE);
    let made = here.guest().await.book("studio-a", &hour(0)).await;
    let (made, path) = (made.expect(201), "/v1/bookings");
    let path = format!("{path}/{}", made.text_of("bookingId"));
    let token = made.text_of("manageToken");
    let cancelled = here.send(Method::DELETE, &path, managing(&token)).await;
    cancelled.expect(200);
    let again = here.send(Method::DELETE, &path, managing(&token)).await;
    too_many(again, "bookings", "address");
    let third = here.guest().await.book("studio-a", &hour(0)).await;
    too_many(third, "bookings", "address");
    // The operator's hands are not tied, wherever the operator is.
    let by_key = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    here.send(Method::DELETE, &path, by_key).await.expect(200);
}

#[tokio::test]
async fn an_address_opens_so_many_streams() {
    let server = limited("--limit-streams=2+1/h").await;
    let here = Place::new(&server, HERE);
    let from_here = |request: RequestBuilder| request.header("x-forwarded-for", HERE);
    for _ in 0..2 {
        Stream::open(&server, EVENTS, from_here).await;
    }
    too_many(here.get(EVENTS).await, "streams", "address");
    let from_elsewhere = |request: RequestBuilder| request.header("x-forwarded-for", ELSEWHERE);
    Stream::open(&server, EVENTS, from_elsewhere).await;
}

/// Lists bookings as somebody who has this key.
async fn list(place: Place<'_>, key: &str) -> Answer {
    let path = "/v1/bookings?resourceId=studio-a&from=2031-03-03&to=2031-03-03";
    let bearer = |request: RequestBuilder| request.bearer_auth(key);
    place.send(Method::GET, path, bearer).await
}

#[tokio::test]
async fn who_guessed_a_key_too_often_is_not_told_whether_the_next_is_right() {
    let server = limited("--limit-failed-keys=3+1/h").await;
    let (here, elsewhere) = (Place::new(&server, HERE), Place::new(&server, ELSEWHERE));
    // What is right does not count.
    for _ in 0..10 {
        list(here, ADMIN_KEY).await.expect(200);
    }
    for _ in 0..3 {
        let refused = list(here, "not-the-admin-key").await;
        refused.problem(403, "admin_key_wrong");
    }
    too_many(list(here, "another-guess").await, "failed_keys", "address");
    too_many(list(here, ADMIN_KEY).await, "failed_keys", "address");
    list(elsewhere, ADMIN_KEY).await.expect(200);
    // The auditor's key is guessed from the same bucket, and so is a booking's bearer.
    let auditing = |request: RequestBuilder| request.bearer_auth(AUDITOR_KEY);
    let log = here.send(Method::GET, "/v1/log", auditing).await;
    too_many(log, "failed_keys", "address");
    let booking = "/v1/bookings/0001ffff-ffff-8fff-bfff-ffffffffffff";
    let guess = |request: RequestBuilder| request.bearer_auth("a-guess");
    let guessed = here.send(Method::DELETE, booking, guess).await;
    too_many(guessed, "failed_keys", "address");
}

#[tokio::test]
async fn a_session_s_token_beside_a_manage_token_is_no_guess() {
    let server = limited("--limit-failed-keys=1+1/h").await;
    let ann = Place::new(&server, HERE).guest().await;
    let made = ann.book("studio-a", &hour(0)).await.expect(201);
    let path = format!("/v1/bookings/{}", made.text_of("bookingId"));
    let token = made.text_of("manageToken");
    for _ in 0..5 {
        let both = |request| managing(&token)(request).bearer_auth(&ann.token);
        ann.place.send(Method::GET, &path, both).await.expect(200);
    }
}

async fn read(guest: &Guest<'_>, booking: &str, token: &str) -> Answer {
    let path = format!("/v1/bookings/{booking}");
    guest.place.send(Method::GET, &path, managing(token)).await
}

#[tokio::test]
async fn who_sent_wrong_manage_tokens_too_often_is_not_told_whether_the_next_is_right() {
    let server = limited("--limit-failed-manage-tokens=2+1/h").await;
    let ann = Place::new(&server, HERE).guest().await;
    let made = ann.book("studio-a", &hour(0)).await.expect(201);
    let (booking, token) = (made.text_of("bookingId"), made.text_of("manageToken"));
    for _ in 0..5 {
        read(&ann, &booking, &token).await.expect(200);
    }
    for _ in 0..2 {
        let refused = read(&ann, &booking, "wrong").await;
        refused.problem(403, "manage_token_wrong");
    }
    let limit = "failed_manage_tokens";
    too_many(read(&ann, &booking, "wrong").await, limit, "address");
    too_many(read(&ann, &booking, &token).await, limit, "address");
    let elsewhere = ann.at(Place::new(&server, ELSEWHERE));
    read(&elsewhere, &booking, &token).await.expect(200);
}

#[tokio::test]
async fn a_wrong_manage_token_costs_no_query() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let made = ann.book(&hour(0), 60).await.expect(201);
    let there = made.text_of("bookingId");
    let nowhere = "0001ffff-ffff-8fff-bfff-ffffffffffff";
    let mut holding = server.database.pool().begin().await.unwrap();
    // Whoever asks the database for an event waits now.
    sqlx::query("lock table events in access exclusive mode")
        .execute(&mut *holding)
        .await
        .unwrap();
    for booking in [there.as_str(), nowhere] {
        let path = format!("/v1/bookings/{booking}");
        for method in [Method::GET, Method::DELETE] {
            let refused = server.send(method, &path, managing("wrong")).await;
            refused.problem(403, "manage_token_wrong");
        }
        let moved = |request| managing("wrong")(request).json(&serde_json::json!({"duration": 60}));
        let refused = server.send(Method::PATCH, &path, moved).await;
        refused.problem(403, "manage_token_wrong");
    }
    holding.rollback().await.unwrap();
}

#[tokio::test]
async fn who_is_no_named_proxy_is_counted_whatever_it_says() {
    let settings = ["--proxies=", "--limit-sessions=2+1/h"];
    let server = Server::limited(&settings).await;
    for nth in 0..2 {
        let address = format!("203.0.113.{nth}");
        Place::new(&server, &address).session().await.expect(201);
    }
    let third = Place::new(&server, "203.0.113.2").session().await;
    too_many(third, "new_sessions", "address");
}

#[tokio::test]
async fn the_client_is_who_the_nearest_proxy_names_by_the_header_that_is_configured() {
    let settings = [
        "--proxies=127.0.0.1,10.0.0.0/8",
        "--proxy-header=forwarded",
        "--limit-sessions=1+1/h",
    ];
    let server = Server::limited(&settings).await;
    let says = |forwarded: &'static str, other: &'static str| {
        let server = &server;
        async move {
            let change = |request: RequestBuilder| {
                let request = request.header("forwarded", forwarded);
                request.header("x-forwarded-for", other)
            };
            server.send(Method::POST, "/v1/sessions", change).await
        }
    };
    let first = says(
        "for=198.51.100.1, for=203.0.113.7, for=10.1.2.3",
        "192.0.2.1",
    )
    .await;
    first.expect(201);
    // The same client, however it spells what it is not asked for.
    let again = says(
        "for=\"198.51.100.2, for=203.0.113.7;proto=https",
        "192.0.2.2",
    )
    .await;
    too_many(again, "new_sessions", "address");
    let other = says("for=203.0.113.7, for=203.0.113.9", "192.0.2.1").await;
    other.expect(201);
}

#[tokio::test]
async fn refusals_are_counted_by_limit() {
    let server = Server::limited(&["--limit-failed-keys=1+1/h"]).await;
    let here = Place::new(&server, HERE);
    let guess = |request: RequestBuilder| request.bearer_auth("a-guess-of-the-key");
    let path = "/v1/resources/studio-a";
    here.send(Method::DELETE, path, guess).await.expect(403);
    here.send(Method::DELETE, path, guess).await.expect(429);
    let metrics = server.get("/metrics").await.expect(200).text;
    let counted = metrics.lines().any(|line| {
        line.starts_with("slotkeeper_limited_total{")
            && line.contains("limit=\"failed_keys\"")
            && line.contains("by=\"address\"")
    });
    assert!(counted, "{metrics}");
}

#[tokio::test]
async fn without_limits_nobody_is_refused() {
    let none = [
        "--limit-sessions=0",
        "--limit-session-holds=0",
        "--session-holds=0",
    ];
    let off = Server::with(&["--limit-sessions=1+1/h"]).await;
    let zero = Server::limited(&none).await;
    for server in [&off, &zero] {
        let here = Place::new(server, HERE);
        for _ in 0..400 {
            here.session().await.expect(201);
        }
    }
    let ann = Place::new(&zero, HERE).guest().await;
    for nth in 0..40 {
        let resource = format!("room-{nth}");
        zero.put(&resource, room()).await.expect(201);
        ann.hold(&resource, &hour(0)).await.expect(200);
    }
}

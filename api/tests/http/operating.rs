//! What those who run the server see.

use reqwest::Method;

use crate::server::{DEADLINE, Server, studio};

#[tokio::test]
async fn a_server_is_live_and_ready() {
    let server = Server::with_studio().await;
    let live = server.get("/health/live").await.expect(200);
    assert_eq!(live.body["status"], "live");
    let ready = server.get("/health/ready").await.expect(200);
    assert_eq!(ready.body["status"], "ready");
}

#[tokio::test]
async fn a_server_without_its_database_lives_and_is_not_ready() {
    let server = Server::with_studio().await;
    sqlx::query("alter table heads rename to lost")
        .execute(server.database.pool())
        .await
        .unwrap();
    server.get("/health/live").await.expect(200);
    let not_ready = server.get("/health/ready").await;
    not_ready.problem(503, "not_ready");
}

#[tokio::test]
async fn the_metrics_have_their_promised_names() {
    let server = Server::with_studio().await;
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    let made = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    bob.book("2031-03-03T13:00:00Z", 60)
        .await
        .problem(409, "booked");
    let list = format!("/v1/resources?after={}", made.position());
    server.get(&list).await.expect(200);
    let events = "/v1/resources/studio-a/events?from=2031-03-03&to=2031-03-03";
    let mut stream = crate::stream::Stream::open(&server, events, |request| request).await;
    stream.round().await;
    let promised = [
        "slotkeeper_commands_total{command=\"BookSlots\",outcome=\"booked\"}",
        "slotkeeper_append_seconds_bucket",
        "slotkeeper_append_batch_events_bucket",
        "slotkeeper_append_missed_total",
        "slotkeeper_batch_commands_bucket",
        "slotkeeper_projection_lag_events",
        "slotkeeper_projection_lag_seconds",
        "slotkeeper_expiry_lateness_seconds",
        "slotkeeper_holds_live",
        "slotkeeper_read_cache_hits_total",
        "slotkeeper_read_cache_misses_total",
        "slotkeeper_sse_subscribers",
        "slotkeeper_sse_frames_total",
        "slotkeeper_sse_bytes_total",
        "slotkeeper_http_requests_total{method=\"POST\",route=\"/v1/bookings\",status=\"409\"}",
        "slotkeeper_http_request_seconds_bucket",
        "slotkeeper_http_connections",
    ];
    // Some are measured now and then: lags, for one.
    let complete = async {
        loop {
            let metrics = server.get("/metrics").await.expect(200).text;
            if promised.iter().all(|name| metrics.contains(name)) {
                return metrics;
            }
        }
    };
    let Ok(metrics) = tokio::time::timeout(DEADLINE, complete).await else {
        panic!("{}", server.get("/metrics").await.text);
    };
    assert!(!metrics.contains("studio-a"), "no id is a label");
}

#[tokio::test]
async fn a_request_keeps_a_sane_id_and_gets_one_for_an_odd_one() {
    let server = Server::start().await;
    for (sent, kept) in [("trace-7", true), ("a\"b", false)] {
        let identified = |request: reqwest::RequestBuilder| request.header("X-Request-Id", sent);
        let answer = server.send(Method::GET, "/nowhere", identified).await;
        let answer = answer.problem(404, "not_found");
        assert_eq!(answer.header("x-request-id") == sent, kept);
    }
}

#[tokio::test]
async fn an_event_remembers_the_request_that_caused_it() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let body = crate::visitor::booking("studio-a", "2031-03-03T13:00:00Z", 60);
    let booking = |request: reqwest::RequestBuilder| {
        let request = request.header("X-Request-Id", "trace-8");
        request.bearer_auth(&ann.token).json(&body)
    };
    let made = server.send(Method::POST, "/v1/bookings", booking).await;
    made.expect(201);
    let remembered: i64 =
        sqlx::query_scalar("select count(*) from events where metadata->>'requestId' = 'trace-8'")
            .fetch_one(server.database.pool())
            .await
            .unwrap();
    assert_eq!(remembered, 2);
}

#[tokio::test]
async fn people_find_the_list_of_problems() {
    let server = Server::start().await;
    let problems = server.get("/problems").await.expect(200);
    assert!(problems.text.contains("held_by_other"));
}

#[tokio::test]
async fn the_demo_fills_an_empty_log_and_no_other() {
    let server = Server::with(&["--demo"]).await;
    let listed = async |server: &Server| {
        let heads = server.heads().await.iter().sum::<i64>();
        for resource in ["studio-a", "studio-b", "meeting-room"] {
            let path = format!("/v1/resources/{resource}");
            server.get(&path).await.expect(200);
        }
        heads
    };
    assert_eq!(listed(&server).await, 3);
    let again = Server::on(std::sync::Arc::clone(&server.database), &["--demo"]).await;
    assert_eq!(listed(&again).await, 3);
    again.stop().await;
    server.put("studio-a", studio()).await.expect(200);
}

//! What those who run the server see.

use std::sync::Arc;

use reqwest::Method;
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};

use crate::server::{DEADLINE, Server, studio};

#[tokio::test]
async fn a_server_is_live_and_ready() {
    let server = Server::with_studio().await;
    let live = server.get("/health/live").await.expect(200);
    assert_eq!(live.body["status"], "live");
    let ready = server.get("/health/ready").await.expect(200);
    assert_eq!(ready.body["status"], "ready");
}

/// Waits until the server says that it is not ready, for these causes.
async fn not_ready_for(server: &Server, causes: &[&str]) {
    let noticed = async {
        loop {
            let ready = server.get("/health/ready").await;
            if ready.status == 503 && ready.body["causes"] == json!(causes) {
                let detail = ready.problem(503, "not_ready").body["detail"].clone();
                assert!(detail.as_str().unwrap().contains(causes[0]), "{detail}");
                return;
            }
        }
    };
    tokio::time::timeout(DEADLINE, noticed).await.unwrap();
}

async fn ready_again(server: &Server) {
    let noticed = async { while server.get("/health/ready").await.status != 200 {} };
    tokio::time::timeout(DEADLINE, noticed).await.unwrap();
}

async fn sql(server: &Server, statements: &str) {
    let pool = server.database.pool();
    sqlx::raw_sql(statements).execute(pool).await.unwrap();
}

#[tokio::test]
async fn a_server_without_its_schema_lives_and_is_not_ready() {
    let server = Server::with_studio().await;
    for (lost, found) in [
        (
            "alter table heads rename to lost",
            "alter table lost rename to heads",
        ),
        (
            "alter type event_row rename to lost",
            "alter type lost rename to event_row",
        ),
    ] {
        sql(&server, lost).await;
        not_ready_for(&server, &["schema"]).await;
        server.get("/health/live").await.expect(200);
        sql(&server, found).await;
        ready_again(&server).await;
    }
}

#[tokio::test]
async fn a_server_whose_database_takes_no_writes_is_not_ready() {
    let server = Server::with_studio().await;
    let options = server.database.options();
    let name = options.get_database().unwrap();
    let set = |value: &str| {
        format!(
            "alter database {name} set default_transaction_read_only = {value}; \
            select pg_terminate_backend(pid) from pg_stat_activity \
            where datname = current_database() and pid <> pg_backend_pid()"
        )
    };
    // Each of these connections is told what holds when it begins.
    let mut elsewhere = PgConnection::connect_with(&options).await.unwrap();
    elsewhere.execute(sqlx::raw_sql(&set("on"))).await.unwrap();
    not_ready_for(&server, &["database_read_only"]).await;
    elsewhere.execute(sqlx::raw_sql(&set("off"))).await.unwrap();
    ready_again(&server).await;
}

#[tokio::test]
async fn a_server_whose_database_does_not_answer_is_not_ready() {
    let server = Server::with_studio().await;
    let options = server.database.options();
    let mut elsewhere = PgConnection::connect_with(&options).await.unwrap();
    let mut holding = elsewhere.begin().await.unwrap();
    let lock = sqlx::raw_sql("lock table leases in access exclusive mode");
    holding.execute(lock).await.unwrap();
    not_ready_for(&server, &["database_silent"]).await;
    holding.rollback().await.unwrap();
    ready_again(&server).await;
}

#[tokio::test]
async fn asking_whether_a_server_is_ready_costs_the_database_nothing() {
    const TIMES: i64 = 2_000;
    let server = Server::with_studio().await;
    for _ in 0..TIMES {
        server.get("/health/ready").await.expect(200);
    }
    let options = server.database.options();
    let name = options.get_database().unwrap().to_owned();
    let database = Arc::clone(&server.database);
    // Backends tell what they did when they end.
    server.stop().await;
    database.pool().close().await;
    let mut elsewhere = PgConnection::connect_with(&options.database("postgres"))
        .await
        .unwrap();
    let transactions = "select xact_commit from pg_stat_database where datname = $1";
    let transactions: i64 = sqlx::query_scalar(transactions)
        .bind(&name)
        .fetch_one(&mut elsewhere)
        .await
        .unwrap();
    assert!(transactions < TIMES, "{transactions} transactions");
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
        "slotkeeper_append_partitions_bucket",
        "slotkeeper_append_missed_total",
        "slotkeeper_troubles",
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
        for resource in ["studio-a", "studio-b", "meeting-room", "yoga-class"] {
            let path = format!("/v1/resources/{resource}");
            server.get(&path).await.expect(200);
        }
        heads
    };
    // Each resource, and the exceptions to the hours of one.
    assert_eq!(listed(&server).await, 6);
    let again = Server::on(std::sync::Arc::clone(&server.database), &["--demo"]).await;
    assert_eq!(listed(&again).await, 6);
    again.stop().await;
    server.put("studio-a", studio()).await.expect(200);
}

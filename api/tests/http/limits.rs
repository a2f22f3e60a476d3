//! Every limit has a clear answer.

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::{
    server::{DEADLINE, Server, studio},
    stream::Stream,
};

const EVENTS: &str = "/v1/resources/studio-a/events?from=2031-03-03&to=2031-03-03";

async fn raw(server: &Server, bytes: &[u8]) -> String {
    let address = server.base.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let read = socket.read_to_end(&mut answer);
    tokio::time::timeout(DEADLINE, read).await.unwrap().unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn one_stream_too_many_is_told_so_and_let_in_when_another_goes() {
    let server = Server::with(&["--streams", "2"]).await;
    server.put("studio-a", studio()).await.expect(201);
    let first = Stream::open(&server, EVENTS, |request| request).await;
    let _second = Stream::open(&server, EVENTS, |request| request).await;
    let refused = server.get(EVENTS).await;
    let refused = refused.problem(503, "too_many_streams");
    assert_eq!(refused.header("retry-after"), "5");
    drop(first);
    let let_in = async {
        loop {
            let request = server.client.get(format!("{}{EVENTS}", server.base));
            if request.send().await.unwrap().status() == 200 {
                return;
            }
        }
    };
    tokio::time::timeout(DEADLINE, let_in).await.unwrap();
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_and_the_answer_arrives() {
    let server = Server::with(&["--body-bytes", "1024"]).await;
    let ann = server.visitor().await;
    for bytes in [1025, 1024 * 1024] {
        let body = format!("{{\"x\":\"{}\"}}", "x".repeat(bytes));
        let large = |request: RequestBuilder| {
            let request = request.header("content-type", "application/json");
            request.bearer_auth(&ann.token).body(body)
        };
        let refused = server.send(Method::POST, "/v1/bookings", large).await;
        let refused = refused.problem(413, "body_too_large");
        assert_eq!(refused.body["limit"], 1024);
    }
}

#[tokio::test]
async fn a_request_that_drips_is_cut_off() {
    let server = Server::with(&["--header-timeout-ms", "100"]).await;
    let answer = raw(&server, b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    assert!(!answer.contains(" 200 "), "{answer}");
}

#[tokio::test]
async fn a_body_that_drips_is_answered_and_cut_off() {
    let settings = ["--body-timeout-ms", "100", "--header-timeout-ms", "200"];
    let server = Server::with(&settings).await;
    let head = "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
        content-length: 100\r\nconnection: close\r\n\r\n{";
    let answer = raw(&server, head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("\"request_timeout\""), "{answer}");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let server = Server::start().await;
    let filler = "x".repeat(33_000);
    let request = format!("GET /health/live HTTP/1.1\r\nhost: x\r\nx-filler: {filler}\r\n\r\n");
    let answer = raw(&server, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut_off() {
    let server = Server::with(&["--connections", "1", "--write-timeout-ms", "200"]).await;
    let address = server.base.strip_prefix("http://").unwrap();
    let stuck = TcpSocket::new_v4().unwrap();
    stuck.set_recv_buffer_size(4096).unwrap();
    let mut stuck = stuck.connect(address.parse().unwrap()).await.unwrap();
    let request = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(10);
    stuck.write_all(&request).await.unwrap();
    // It has the only place until it is cut off.
    let request = b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answer = raw(&server, request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(stuck);
}

#[tokio::test]
async fn a_full_queue_is_told_so_and_loses_nothing() {
    let server = Server::with(&["--queue", "1"]).await;
    server.put("studio-a", studio()).await.expect(201);
    let visitors = futures::future::join_all((0..20).map(|_| server.visitor())).await;
    let beats = visitors.iter().enumerate().map(|(nth, visitor)| {
        let start = format!("2031-03-{:02}T13:00:00Z", nth + 1);
        async move { visitor.beat(&start, 60).await }
    });
    let answers = futures::future::join_all(beats).await;
    let held = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(held >= 1);
    for answer in answers {
        if answer.status != 200 {
            let busy = answer.problem(503, "busy");
            assert_eq!(busy.header("retry-after"), "1");
            assert_eq!(busy.body["retryAfterMs"], 1000);
        }
    }
    let placed = server.events("HoldPlaced").await;
    assert_eq!(placed, i64::try_from(held).unwrap());
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_their_turn() {
    let server = Server::with(&["--connections", "1", "--header-timeout-ms", "200"]).await;
    let address = server.base.strip_prefix("http://").unwrap();
    let mut holding = TcpStream::connect(address).await.unwrap();
    holding.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    // The first is cut off in the end, and makes room.
    let request = b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answer = raw(&server, request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_day_has_a_last_millisecond_and_a_request_a_last_day() {
    let server = Server::with_studio().await;
    let days = |from: &str, to: &str| {
        let path = format!("/v1/resources/studio-a/presence?from={from}&to={to}");
        let server = &server;
        async move { server.get(&path).await }
    };
    days("2031-01-01", "2031-03-03").await.expect(200);
    let refused = days("2031-01-01", "2031-03-04").await;
    let refused = refused.problem(422, "range_too_long");
    assert_eq!(refused.body["limit"], json!(62));
    days("9999-12-01", "9999-12-31").await.expect(200);
    for path in [
        "/v1/resources/studio-a/slots?date=9999-12-31&duration=300&timezone=Pacific/Honolulu",
        "/v1/resources/studio-a/slots?date=1970-01-01&duration=300&timezone=Pacific/Auckland",
        "/v1/resources/studio-a/availability?from=9999-12-01&to=9999-12-31&duration=2640",
    ] {
        server.get(path).await.expect(200);
    }
}

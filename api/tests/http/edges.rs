//! What is asked of a request before anything else.

use reqwest::{Method, RequestBuilder};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::server::{DEADLINE, Server};

/// What is answered to these bytes.
async fn raw(server: &Server, bytes: &str) -> String {
    let address = server.base.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = socket.read_to_string(&mut answer);
    tokio::time::timeout(DEADLINE, read).await.unwrap().unwrap();
    answer
}

#[tokio::test]
async fn a_body_that_is_encoded_is_refused_by_name() {
    let server = Server::start().await;
    for coding in ["gzip", "br", "identity, gzip", "zstd"] {
        let encoded = |request: RequestBuilder| {
            let request = request.header("content-encoding", coding);
            request
                .header("content-type", "application/json")
                .body("{}")
        };
        let refused = server.send(Method::POST, "/v1/sessions", encoded).await;
        let refused = refused.problem(415, "content_encoded");
        assert_eq!(refused.body["value"], coding);
        assert_eq!(refused.header("accept-encoding"), "identity");
    }
    let plain = |request: RequestBuilder| {
        let request = request.header("content-encoding", "Identity");
        request
            .header("content-type", "application/json")
            .body("{}")
    };
    let begun = server.send(Method::POST, "/v1/sessions", plain).await;
    begun.expect(201);
}

#[tokio::test]
async fn a_request_says_whom_it_is_for() {
    let server = Server::start().await;
    for host in ["", "host: a\r\nhost: b\r\n", "host: ann@a\r\n"] {
        let request = format!("GET /health/live HTTP/1.1\r\n{host}connection: close\r\n\r\n");
        let answer = raw(&server, &request).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{host}: {answer}");
        assert!(answer.contains("\"host_malformed\""), "{answer}");
    }
    let request = "GET /health/live HTTP/1.1\r\nhost: anything:80\r\nconnection: close\r\n\r\n";
    let answer = raw(&server, request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_server_that_has_names_answers_to_no_other() {
    let server = Server::with(&["--hosts=book.example.com,127.0.0.1"]).await;
    server.get("/v1/resources").await.expect(200);
    let named = |name: &'static str| {
        let server = &server;
        async move {
            let named = |request: RequestBuilder| request.header("host", name);
            server.send(Method::GET, "/v1/resources", named).await
        }
    };
    named("BOOK.example.com:8443").await.expect(200);
    let refused = named("rebound.example").await;
    refused.problem(421, "host_unknown");
}

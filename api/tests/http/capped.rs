//! How much a client may have at a time: by its address, and by its session.

use std::net::SocketAddr;

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::{
    answer::Answer,
    guest::{Guest, Place, hour, room},
    server::{DEADLINE, Server, studio},
    stream::Stream,
    visitor::managing,
};

const HERE: &str = "203.0.113.7";
const ELSEWHERE: &str = "203.0.113.8";

/// A server with this setting, and studio-a.
async fn capped(settings: &[&str]) -> Server {
    let server = Server::limited(settings).await;
    server.put("studio-a", room()).await.expect(201);
    server
}

/// The answer, which must be that there is too much already.
#[track_caller]
fn too_much(answer: Answer, exceeded: &str, by: &str, limit: u64) {
    let refused = answer.problem(429, "too_many_requests");
    assert_eq!(refused.body["exceeded"], exceeded);
    assert_eq!(refused.body["by"], by);
    assert_eq!(refused.body["limit"], limit);
    refused.header("retry-after");
}

fn events(resource: &str, from: &str, to: &str) -> String {
    format!("/v1/resources/{resource}/events?from={from}&to={to}")
}

fn from(address: &str) -> impl FnOnce(RequestBuilder) -> RequestBuilder + use<'_> {
    move |request| request.header("x-forwarded-for", address)
}

/// Connects from an address of this machine.
async fn connect(server: &Server, from: &str) -> TcpStream {
    let to: SocketAddr = server
        .base
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    let from = format!("{from}:0");
    socket.bind(from.parse().unwrap()).unwrap();
    socket.connect(to).await.unwrap()
}

/// Whether the server answers on this connection; it is kept open.
async fn answers(socket: &mut TcpStream) -> bool {
    let request = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";
    if socket.write_all(request).await.is_err() {
        return false;
    }
    let mut begin = [0; 12];
    let read = tokio::time::timeout(DEADLINE, socket.read_exact(&mut begin)).await;
    read.unwrap().is_ok_and(|_| begin == *b"HTTP/1.1 200")
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_another_its_own() {
    let server = Server::limited(&["--proxies=", "--address-connections=3"]).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut socket = connect(&server, "127.0.0.2").await;
        assert!(answers(&mut socket).await);
        open.push(socket);
    }
    assert!(!answers(&mut connect(&server, "127.0.0.2").await).await);
    assert!(answers(&mut connect(&server, "127.0.0.3").await).await);
    open.clear();
    let let_in = async { while !answers(&mut connect(&server, "127.0.0.2").await).await {} };
    tokio::time::timeout(DEADLINE, let_in).await.unwrap();
}

#[tokio::test]
async fn the_connections_of_a_proxy_are_everybody_s_and_not_counted() {
    let server = Server::limited(&["--address-connections=1"]).await;
    let mut open = Vec::new();
    for _ in 0..5 {
        let mut socket = connect(&server, "127.0.0.2").await;
        assert!(answers(&mut socket).await);
        open.push(socket);
    }
}

#[tokio::test]
async fn an_address_has_so_many_streams() {
    let server = capped(&["--address-streams=2"]).await;
    let here = Place::new(&server, HERE);
    let path = events("studio-a", "2031-03-03", "2031-03-03");
    let first = Stream::open(&server, &path, from(HERE)).await;
    let _second = Stream::open(&server, &path, from(HERE)).await;
    too_much(here.get(&path).await, "open_streams", "address", 2);
    let _other = Stream::open(&server, &path, from(ELSEWHERE)).await;
    drop(first);
    let let_in = async {
        loop {
            let request = from(HERE)(server.client.get(format!("{}{path}", server.base)));
            if request.send().await.unwrap().status() == 200 {
                return;
            }
        }
    };
    tokio::time::timeout(DEADLINE, let_in).await.unwrap();
}

#[tokio::test]
async fn the_streams_of_an_address_watch_so_many_days_and_the_same_ones_once() {
    let server = capped(&["--address-days=62"]).await;
    let here = Place::new(&server, HERE);
    let march = events("studio-a", "2031-03-01", "2031-03-31");
    let mut open = Vec::new();
    for _ in 0..5 {
        open.push(Stream::open(&server, &march, from(HERE)).await);
    }
    let april = events("studio-a", "2031-04-01", "2031-04-30");
    open.push(Stream::open(&server, &april, from(HERE)).await);
    let may = events("studio-a", "2031-05-01", "2031-05-02");
    too_much(here.get(&may).await, "watched_days", "address", 62);
    open.push(Stream::open(&server, &may, from(ELSEWHERE)).await);
    let one = events("studio-a", "2031-05-01", "2031-05-01");
    open.push(Stream::open(&server, &one, from(HERE)).await);
}

/// Registers so many rooms.
async fn rooms(server: &Server, count: usize) {
    for nth in 0..count {
        let name = format!("room-{nth}");
        server.put(&name, room()).await.expect(201);
    }
}

#[tokio::test]
async fn a_session_has_so_many_live_holds_and_a_move_is_no_further_one() {
    let server = capped(&["--session-holds=2"]).await;
    rooms(&server, 3).await;
    let here = Place::new(&server, HERE);
    let ann = here.guest().await;
    for room in ["room-0", "room-1"] {
        ann.hold(room, &hour(0)).await.expect(200);
    }
    let third = ann.hold("room-2", &hour(0)).await;
    too_much(third, "live_holds", "session", 2);
    ann.hold("room-1", &hour(4)).await.expect(200);
    here.guest()
        .await
        .hold("room-2", &hour(0))
        .await
        .expect(200);
    ann.leave("room-0").await.expect(204);
    ann.hold("room-2", &hour(4)).await.expect(200);
}

#[tokio::test]
async fn an_address_has_so_many_live_holds_until_they_end_or_are_booked() {
    let server = capped(&["--address-holds=2"]).await;
    let here = Place::new(&server, HERE);
    let (ann, bob, cem) = (here.guest().await, here.guest().await, here.guest().await);
    ann.hold("studio-a", &hour(0)).await.expect(200);
    bob.hold("studio-a", &hour(2)).await.expect(200);
    let third = cem.hold("studio-a", &hour(4)).await;
    too_much(third, "live_holds", "address", 2);
    // Leaving a hold that is none leaves none.
    let body = json!({"holdId": "0198aaaa-0000-7000-8000-000000000000"});
    let left = ann.post("/v1/resources/studio-a/leave", &body).await;
    left.expect(204);
    let third = cem.hold("studio-a", &hour(4)).await;
    too_much(third, "live_holds", "address", 2);
    let elsewhere = cem.at(Place::new(&server, ELSEWHERE));
    elsewhere.hold("studio-a", &hour(4)).await.expect(200);
    ann.book("studio-a", &hour(0)).await.expect(201);
    let dora = here.guest().await;
    dora.hold("studio-a", &hour(6)).await.expect(200);
    // What was refused by a rule takes no place.
    bob.leave("studio-a").await.expect(204);
    for _ in 0..5 {
        let booked = bob.hold("studio-a", &hour(0)).await;
        booked.problem(409, "booked");
    }
    bob.hold("studio-a", &hour(8)).await.expect(200);
}

#[tokio::test]
async fn a_hold_that_nobody_renews_counts_for_one_lease() {
    let server = Server::limited(&["--address-holds=1"]).await;
    server.put("studio-a", studio()).await.expect(201);
    let here = Place::new(&server, HERE);
    let (ann, bob) = (here.guest().await, here.guest().await);
    ann.hold("studio-a", &hour(0)).await.expect(200);
    let ended = async { while bob.hold("studio-a", &hour(2)).await.status != 200 {} };
    tokio::time::timeout(DEADLINE, ended).await.unwrap();
}

async fn cancel(guest: &Guest<'_>, made: &Answer) {
    let path = format!("/v1/bookings/{}", made.text_of("bookingId"));
    let token = made.text_of("manageToken");
    let cancelled = guest.place.send(Method::DELETE, &path, managing(&token));
    cancelled.await.expect(200);
}

#[tokio::test]
async fn a_session_and_an_address_have_so_many_bookings_to_come() {
    for (setting, by, others) in [
        ("--session-bookings=2", "session", 1),
        ("--address-bookings=2", "address", 2),
    ] {
        let server = capped(&[setting]).await;
        let here = Place::new(&server, HERE);
        let ann = here.guest().await;
        let bob = if others == 1 {
            ann.clone()
        } else {
            here.guest().await
        };
        let first = ann.book("studio-a", &hour(0)).await.expect(201);
        ann.book("studio-a", &hour(2)).await.expect(201);
        let third = bob.book("studio-a", &hour(4)).await;
        too_much(third, "future_bookings", by, 2);
        let elsewhere = Place::new(&server, ELSEWHERE).guest().await;
        elsewhere.book("studio-a", &hour(4)).await.expect(201);
        cancel(&elsewhere, &first).await;
        // What a rule refuses takes no place, however often.
        for _ in 0..5 {
            let booked = bob.book("studio-a", &hour(4)).await;
            booked.problem(409, "booked");
        }
        bob.book("studio-a", &hour(6)).await.expect(201);
        let fourth = bob.book("studio-a", &hour(8)).await;
        too_much(fourth, "future_bookings", by, 2);
    }
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_answered_where_no_more_may_be_booked() {
    let server = capped(&["--session-bookings=1"]).await;
    let ann = Place::new(&server, HERE).guest().await;
    let body = crate::visitor::booking("studio-a", &hour(0), 60);
    for replayed in [false, true, true] {
        let request = |request: RequestBuilder| {
            let request = request.header("idempotency-key", "the-first");
            request.bearer_auth(&ann.token).json(&body)
        };
        let made = ann.place.send(Method::POST, "/v1/bookings", request).await;
        let made = made.expect(201);
        assert_eq!(made.headers.contains_key("idempotency-replayed"), replayed);
    }
    let second = ann.book("studio-a", &hour(2)).await;
    too_much(second, "future_bookings", "session", 1);
}

#[tokio::test]
async fn nobody_may_be_given_all_there_is() {
    let database = eventlog::testing::TestDatabase::new().await;
    for (settings, named) in [
        (
            ["--connections=100", "--address-connections=100"],
            "SLOTKEEPER_ADDRESS_CONNECTIONS is 100",
        ),
        (
            ["--streams=10", "--address-streams=10"],
            "SLOTKEEPER_ADDRESS_STREAMS is 10",
        ),
        (
            ["--watched-days=64", "--address-days=70"],
            "SLOTKEEPER_ADDRESS_DAYS is 70",
        ),
    ] {
        let settings = [&crate::server::SETTINGS[..], &settings].concat();
        let refused = Server::refused(&database, &settings).await;
        assert!(refused.contains(named), "{refused}");
    }
}

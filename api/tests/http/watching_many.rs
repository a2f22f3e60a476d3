//! Live streams of days of many resources.

use std::sync::Arc;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    server::{ADMIN_KEY, Server, studio},
    stream::{Round, Stream},
};

/// Resources of three partitions.
const STUDIOS: [&str; 3] = ["studio-a", "studio-b", "studio-c"];

const MONDAY: &str = "2031-03-03..2031-03-03";

async fn server_with_studios() -> Server {
    let server = Server::start().await;
    for id in STUDIOS {
        server.put(id, studio()).await.expect(201);
    }
    server
}

fn plain(request: RequestBuilder) -> RequestBuilder {
    request
}

fn last_event_id(id: &str) -> impl FnOnce(RequestBuilder) -> RequestBuilder + use<'_> {
    move |request| request.header("Last-Event-ID", id)
}

/// Where the Monday of these resources is watched.
fn monday(resources: &[&str]) -> String {
    let ranges: Vec<_> = resources
        .iter()
        .map(|id| format!("{id}:{MONDAY}"))
        .collect();
    format!("/v1/events?days={}", ranges.join(","))
}

/// Event and resource of each frame, in order.
fn told(round: &Round) -> Vec<(String, String)> {
    let told = |data: &Value| data["resourceId"].as_str().unwrap().to_owned();
    let frames = round.frames.iter();
    let mut all: Vec<_> = frames
        .map(|frame| (frame.event().unwrap().to_owned(), told(&frame.data())))
        .collect();
    all.sort();
    all
}

fn owned(all: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(event, id): &(&str, &str)| ((*event).to_owned(), (*id).to_owned());
    all.iter().map(own).collect()
}

#[tokio::test]
async fn one_stream_tells_of_all_its_resources_with_one_id() {
    let server = server_with_studios().await;
    let ann = server.visitor().await;
    let mut stream = Stream::open(&server, &monday(&STUDIOS), plain).await;
    assert_eq!(
        stream.header("content-type"),
        "text/event-stream; charset=utf-8"
    );
    let first = stream.round().await;
    let of_each = |id| ["availability", "presence", "resource"].map(|event| (event, id));
    let mut all = owned(STUDIOS.map(of_each).as_flattened());
    all.sort();
    assert_eq!(told(&first), all);

    for id in STUDIOS {
        let before = stream_id(&first.id);
        let body = crate::visitor::booking(id, "2031-03-03T13:00:00Z", 60);
        let made = ann.post("/v1/bookings", &body).await.expect(201);
        let round = stream.round().await;
        let monday = json!({"resourceId": id, "date": "2031-03-03", "busySlots": [52, 53, 54, 55]});
        assert_eq!(round.frames.len(), 1);
        assert_eq!(round.data("availability", "2031-03-03"), monday);
        let position = made.position();
        let (epoch, rest) = position.split_once('.').unwrap();
        assert_eq!(before.0, epoch);
        assert!(
            format!("{}.", round.id).contains(&format!(".{rest}.")),
            "{} has no {rest}",
            round.id
        );
    }
}

/// Epoch and places of an id.
fn stream_id(id: &str) -> (String, Vec<(u16, u64)>) {
    let (epoch, rest) = id.split_once('.').unwrap();
    let numbers: Vec<&str> = rest.split('.').collect();
    let place = |pair: &[&str]| (pair[0].parse().unwrap(), pair[1].parse().unwrap());
    (epoch.to_owned(), numbers.chunks(2).map(place).collect())
}

#[tokio::test]
async fn what_was_seen_is_not_sent_again_on_any_node() {
    let server = server_with_studios().await;
    let other = Server::on(Arc::clone(&server.database), &[]).await;
    let ann = server.visitor().await;
    let path = monday(&STUDIOS);
    let mut stream = Stream::open(&server, &path, plain).await;
    let id = stream.round().await.id;
    drop(stream);
    let mut again = Stream::open(&other, &path, last_event_id(&id)).await;
    assert_eq!(told(&again.round().await), []);

    let body = crate::visitor::booking("studio-b", "2031-03-03T13:00:00Z", 60);
    ann.post("/v1/bookings", &body).await.expect(201);
    let changed = owned(&[("availability", "studio-b")]);
    let round = again.round().await;
    assert_eq!(told(&round), changed);
    let mut late = Stream::open(&server, &path, last_event_id(&id)).await;
    assert_eq!(told(&late.round().await), changed);
}

#[tokio::test]
async fn other_days_are_watched_from_the_last_id_on() {
    let server = server_with_studios().await;
    let ann = server.visitor().await;
    let mut stream = Stream::open(&server, &monday(&["studio-a", "studio-b"]), plain).await;
    let id = stream.round().await.id;
    let body = crate::visitor::booking("studio-a", "2031-03-03T13:00:00Z", 60);
    ann.post("/v1/bookings", &body).await.expect(201);
    stream.round().await;

    let path = format!("{}&whole=studio-c:{MONDAY}", monday(&["studio-a"]));
    let mut changed = Stream::open(&server, &path, last_event_id(&id)).await;
    drop(stream);
    let round = changed.round().await;
    let whole = ["availability", "presence", "resource"].map(|event| (event, "studio-c"));
    let mut expected = owned(&[("availability", "studio-a")]);
    expected.extend(owned(&whole));
    expected.sort();
    assert_eq!(told(&round), expected);

    // And what was watched before and is not any more says nothing.
    let body = crate::visitor::booking("studio-b", "2031-03-03T13:00:00Z", 60);
    ann.post("/v1/bookings", &body).await.expect(201);
    let body = crate::visitor::booking("studio-c", "2031-03-03T13:00:00Z", 60);
    ann.post("/v1/bookings", &body).await.expect(201);
    let expected = owned(&[("availability", "studio-c")]);
    assert_eq!(told(&changed.round().await), expected);
}

#[tokio::test]
async fn a_resource_that_changes_or_is_retired_is_told() {
    let server = server_with_studios().await;
    let mut stream = Stream::open(&server, &monday(&["studio-a", "new"]), plain).await;
    let first = stream.round().await;
    let state = |round: &Round, id: &str| {
        let frames = round.frames.iter().map(crate::stream::Block::data);
        let mut of = frames.filter(|data| data["resourceId"] == id && data["status"].is_string());
        of.next().unwrap()
    };
    assert_eq!(state(&first, "studio-a")["status"], "open");
    assert_eq!(state(&first, "new")["status"], "unknown");

    let mut settings = studio();
    settings["name"] = json!("Another name");
    let put = server.put("studio-a", settings).await.expect(200);
    let round = stream.round().await;
    let told = json!({"resourceId": "studio-a", "status": "open", "position": put.position()});
    assert_eq!(round.frames.len(), 1);
    assert_eq!(state(&round, "studio-a"), told);

    let path = "/v1/resources/studio-a";
    let retired = server.send(Method::DELETE, path, |request| {
        request.bearer_auth(ADMIN_KEY)
    });
    let retired = retired.await.expect(204);
    let round = stream.round().await;
    let told =
        json!({"resourceId": "studio-a", "status": "retired", "position": retired.position()});
    assert_eq!(state(&round, "studio-a"), told);

    server.put("new", studio()).await.expect(201);
    assert_eq!(state(&stream.round().await, "new")["status"], "open");
    // Seen, it is not told again.
    let id = {
        let mut again = Stream::open(&server, &monday(&["studio-a", "new"]), plain).await;
        again.round().await.id
    };
    let mut resumed =
        Stream::open(&server, &monday(&["studio-a", "new"]), last_event_id(&id)).await;
    assert_eq!(resumed.round().await.frames.len(), 0);
}

#[tokio::test]
async fn an_id_that_does_not_place_all_that_is_known_gets_a_reset_and_everything() {
    let server = server_with_studios().await;
    let both = monday(&["studio-a", "studio-b"]);
    let mut stream = Stream::open(&server, &both, plain).await;
    let id = stream.round().await.id;
    let of_a = {
        let mut one = Stream::open(&server, &monday(&["studio-a"]), plain).await;
        one.round().await.id
    };
    let (epoch, places) = stream_id(&id);
    assert_eq!(places.len(), 2, "two partitions");
    let beyond = format!(
        "{epoch}.{}.{}.{}.999999",
        places[0].0, places[0].1, places[1].0
    );
    let (_, rest) = id.split_once('.').unwrap();
    for unplaced in [
        "nonsense",
        &format!("0123456789abcdef.{rest}"),
        &of_a,
        &beyond,
    ] {
        let mut stream = Stream::open(&server, &both, last_event_id(unplaced)).await;
        let first = stream.next().await.unwrap();
        assert_eq!(first.event(), Some("reset"), "{unplaced}");
        let round = stream.round().await;
        assert_eq!((round.frames.len(), &round.id), (6, &id), "{unplaced}");
    }
    // For days that the viewer does not know, there is nothing to place.
    let path = format!("{}&whole=studio-b:{MONDAY}", monday(&["studio-a"]));
    let mut stream = Stream::open(&server, &path, last_event_id(&of_a)).await;
    assert_eq!(stream.round().await.frames.len(), 3);
}

#[tokio::test]
async fn an_id_of_the_stream_of_one_resource_is_one_of_this() {
    let server = server_with_studios().await;
    let one = "/v1/resources/studio-a/events?from=2031-03-03&to=2031-03-03";
    let id = Stream::open(&server, one, plain).await.round().await.id;
    let mut many = Stream::open(&server, &monday(&["studio-a"]), last_event_id(&id)).await;
    assert_eq!(many.round().await.frames.len(), 0);
    let all = Stream::open(&server, &monday(&STUDIOS), plain)
        .await
        .round()
        .await
        .id;
    let mut back = Stream::open(&server, one, last_event_id(&all)).await;
    assert_eq!(back.round().await.frames.len(), 0);
}

#[tokio::test]
async fn days_that_can_not_be_watched_are_refused_by_name() {
    let server = server_with_studios().await;
    let long = "studio-a:2031-03-01..2031-05-02";
    for (query, status, code, field) in [
        ("", 400, "missing_parameter", "days"),
        ("days=", 400, "invalid_days", "days"),
        ("days=studio-a", 400, "invalid_days", "days"),
        ("days=studio-a:2031-03-03", 400, "invalid_days", "days"),
        (
            "whole=studio-a:2031-03-03..2031-03-03,",
            400,
            "invalid_days",
            "whole",
        ),
        (
            "days=Studio:2031-03-03..2031-03-03",
            400,
            "invalid_resource_id",
            "days",
        ),
        (
            "days=studio-a:2031-03-03..monday",
            400,
            "invalid_date",
            "days",
        ),
        (
            "days=studio-a:2031-03-03..99999-03-03",
            422,
            "date_out_of_range",
            "days",
        ),
        (
            "days=studio-a:2031-03-03..2031-03-02",
            422,
            "range_reversed",
            "days",
        ),
        (&format!("whole={long}"), 422, "range_too_long", "whole"),
        (
            &format!("days={}", many(201)),
            422,
            "too_many_ranges",
            "days",
        ),
        (
            &format!("days={}&whole={}", many(100), many(101)),
            422,
            "too_many_ranges",
            "whole",
        ),
        (
            "days=studio-a:2031-03-03..2031-03-03&from=2031-03-03",
            400,
            "unknown_parameter",
            "from",
        ),
    ] {
        let refused = server.get(&format!("/v1/events?{query}")).await;
        let refused = refused.problem(status, code);
        assert_eq!(refused.body["field"], field, "{query}");
    }
}

#[tokio::test]
async fn two_hundred_ranges_are_watched_at_once() {
    let server = server_with_studios().await;
    let most = format!("/v1/events?days={}&whole={}", many(100), many(100));
    let mut stream = Stream::open(&server, &most, plain).await;
    assert_eq!(stream.round().await.frames.len(), 600);
}

/// Ranges of so many resources.
fn many(count: usize) -> String {
    let ranges: Vec<_> = (0..count)
        .map(|number| format!("r{number}:{MONDAY}"))
        .collect();
    ranges.join(",")
}

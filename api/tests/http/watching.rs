//! Live streams, byte for byte.

use std::{collections::HashSet, sync::Arc};

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::{server::Server, stream::Stream};

const MONDAY: &str = "/v1/resources/studio-a/events?from=2031-03-03&to=2031-03-03";
const THREE_DAYS: &str = "/v1/resources/studio-a/events?from=2031-03-03&to=2031-03-05";

fn plain(request: RequestBuilder) -> RequestBuilder {
    request
}

fn last_event_id(id: &str) -> impl FnOnce(RequestBuilder) -> RequestBuilder + use<'_> {
    move |request| request.header("Last-Event-ID", id)
}

#[tokio::test]
async fn a_stream_begins_at_once_with_the_whole_state_of_its_days() {
    let server = Server::with_studio().await;
    let mut stream = Stream::open(&server, THREE_DAYS, plain).await;
    assert_eq!(
        stream.header("content-type"),
        "text/event-stream; charset=utf-8"
    );
    assert_eq!(stream.header("cache-control"), "no-store, no-transform");
    assert_eq!(stream.header("x-accel-buffering"), "no");
    let first = stream.round().await;
    let days = ["2031-03-03", "2031-03-04", "2031-03-05"];
    let told: HashSet<_> = first.told().into_iter().collect();
    assert_eq!((told.len(), first.frames.len()), (6, 6));
    for day in days {
        let availability = json!({"resourceId": "studio-a", "date": day, "busySlots": []});
        assert_eq!(first.data("availability", day), availability);
        assert_eq!(
            first.data("presence", day),
            json!({"resourceId": "studio-a", "date": day, "holds": []})
        );
    }
}

#[tokio::test]
async fn viewers_see_holds_and_bookings_come_and_go() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let mut stream = Stream::open(&server, MONDAY, plain).await;
    stream.round().await;

    let held = ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    let round = stream.round().await;
    let entry = json!({
        "holdId": held.body["holdId"],
        "start": "2031-03-03T13:00:00.000Z",
        "end": "2031-03-03T14:00:00.000Z",
        "slots": [52, 53, 54, 55],
    });
    let presence = json!({"resourceId": "studio-a", "date": "2031-03-03", "holds": [entry]});
    assert_eq!(round.data("presence", "2031-03-03"), presence);
    assert_eq!(round.id, held.position());

    ann.leave().await.expect(204);
    let round = stream.round().await;
    assert_eq!(round.data("presence", "2031-03-03")["holds"], json!([]));
    assert_eq!(round.frames.len(), 1);

    let made = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let round = stream.round().await;
    let availability =
        json!({"resourceId": "studio-a", "date": "2031-03-03", "busySlots": [52, 53, 54, 55]});
    assert_eq!(round.data("availability", "2031-03-03"), availability);
    assert_eq!(round.frames.len(), 1);
    assert_eq!(round.id, made.position());
    let text = String::from_utf8(stream.bytes.clone()).unwrap();
    assert!(!text.contains("Ann") && !text.contains("ann@"), "{text}");
}

#[tokio::test]
async fn an_empty_last_id_in_the_header_hides_none_in_the_query() {
    let server = Server::with_studio().await;
    let mut stream = Stream::open(&server, MONDAY, plain).await;
    let seen = stream.round().await.id;
    let ann = server.visitor().await;
    let made = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let path = format!("{MONDAY}&lastEventId={seen}");
    let mut resumed = Stream::open(&server, &path, last_event_id("")).await;
    let round = resumed.round().await;
    // What has changed since, and no more.
    assert_eq!(round.frames.len(), 1);
    assert_eq!(round.id, made.position());
}

#[tokio::test]
async fn a_renewal_sends_no_bytes() {
    let server = Server::with(&["--keep-alive-ms", "60000"]).await;
    server
        .put("studio-a", crate::server::studio())
        .await
        .expect(201);
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    let mut stream = Stream::open(&server, MONDAY, plain).await;
    stream.round().await;
    let seen = stream.bytes.len();

    // Each goes to the other lease, so that none is too young to be an event.
    for lease in ["checkout", "presence", "checkout"] {
        let beat = json!({"start": "2031-03-03T13:00:00Z", "duration": 60, "lease": lease});
        ann.post("/v1/resources/studio-a/heartbeat", &beat)
            .await
            .expect(200);
    }
    assert_eq!(server.events("HoldRenewed").await, 3);
    let held = bob.beat("2031-03-03T20:00:00Z", 60).await.expect(200);

    let round = stream.round().await;
    let holds = round.data("presence", "2031-03-03");
    assert_eq!(holds["holds"].as_array().unwrap().len(), 2);
    let came = std::str::from_utf8(&stream.bytes[seen..]).unwrap();
    let frame = &round.frames[0].0;
    assert_eq!(came, format!("{frame}\n\nid: {}\n\n", held.position()));
}

#[tokio::test]
async fn a_round_that_was_cut_is_sent_again_in_full() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let mut stream = Stream::open(&server, THREE_DAYS, plain).await;
    let before = stream.round().await.id;
    ann.book("2031-03-03T14:00:00Z", 44 * 60).await.expect(201);
    let first = stream.next().await.unwrap();
    assert_eq!(first.event(), Some("availability"));
    drop(stream);

    let mut resumed = Stream::open(&server, THREE_DAYS, last_event_id(&before)).await;
    let round = resumed.round().await;
    let told: HashSet<_> = round.told().into_iter().collect();
    let days = ["2031-03-03", "2031-03-04", "2031-03-05"];
    let all = days.map(|day| ("availability".to_owned(), day.to_owned()));
    assert_eq!(told, HashSet::from(all));
    let tuesday = round.data("availability", "2031-03-04");
    assert_eq!(tuesday["busySlots"].as_array().unwrap().len(), 96);

    let mut again = Stream::open(&server, THREE_DAYS, last_event_id(&round.id)).await;
    assert_eq!(again.round().await.told(), []);
}

#[tokio::test]
async fn the_id_of_the_header_goes_before_that_of_the_query() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let mut stream = Stream::open(&server, MONDAY, plain).await;
    let old = stream.round().await.id;
    ann.book("2031-03-03T14:00:00Z", 60).await.expect(201);
    let new = stream.round().await.id;
    let path = format!("{MONDAY}&lastEventId={old}");
    let mut by_query = Stream::open(&server, &path, plain).await;
    assert_eq!(by_query.round().await.frames.len(), 1);
    let mut by_header = Stream::open(&server, &path, last_event_id(&new)).await;
    assert_eq!(by_header.round().await.frames.len(), 0);
}

#[tokio::test]
async fn an_id_that_can_not_be_placed_gets_a_reset_and_everything() {
    let server = Server::with_studio().await;
    let mut stream = Stream::open(&server, MONDAY, plain).await;
    let id = stream.round().await.id;
    let (_, place) = id.split_once('.').unwrap();
    let (epoch, partition) = id.rsplit_once('.').unwrap().0.split_once('.').unwrap();
    let other_partition = (partition.parse::<u16>().unwrap() + 1) % 8;
    for unplaced in [
        "nonsense",
        "0",
        &format!("0123456789abcdef.{place}"),
        &format!("{epoch}.{other_partition}.1"),
        &format!("{epoch}.{partition}.999999"),
    ] {
        let mut stream = Stream::open(&server, MONDAY, last_event_id(unplaced)).await;
        let reset = stream.next().await.unwrap();
        assert_eq!(reset.event(), Some("reset"), "{unplaced}");
        assert_eq!(reset.data(), json!({}));
        let round = stream.round().await;
        assert_eq!((round.frames.len(), &round.id), (2, &id), "{unplaced}");
    }
}

#[tokio::test]
async fn a_month_goes_over_one_connection() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let month = "/v1/resources/studio-a/events?from=2031-03-01&to=2031-03-31";
    let mut stream = Stream::open(&server, month, plain).await;
    assert_eq!(stream.round().await.frames.len(), 62);
    for day in ["2031-03-01", "2031-03-31", "2031-03-17"] {
        ann.book(&format!("{day}T10:00:00Z"), 60).await.expect(201);
        let told = stream.round().await.told();
        assert_eq!(told, [("availability".to_owned(), day.to_owned())]);
    }
}

#[tokio::test]
async fn a_viewer_of_another_node_sees_the_same() {
    let server = Server::with_studio().await;
    let other = Server::on(Arc::clone(&server.database), &[]).await;
    let ann = server.visitor().await;
    let mut stream = Stream::open(&other, MONDAY, plain).await;
    stream.round().await;
    let made = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let round = stream.round().await;
    let busy = round.data("availability", "2031-03-03")["busySlots"].clone();
    assert_eq!(busy, json!([52, 53, 54, 55]));
    assert_eq!(round.id, made.position());
    // An id that one node gave, the other can place.
    let mut here = Stream::open(&server, MONDAY, last_event_id(&round.id)).await;
    assert_eq!(here.round().await.told(), []);
}

#[tokio::test]
async fn silence_is_broken_by_comments() {
    let server = Server::with(&["--keep-alive-ms", "20"]).await;
    server
        .put("studio-a", crate::server::studio())
        .await
        .expect(201);
    let mut stream = Stream::open(&server, MONDAY, plain).await;
    stream.round().await;
    for _ in 0..3 {
        assert!(stream.next().await.unwrap().is_comment());
    }
}

#[tokio::test]
async fn viewers_are_told_different_times_to_come_back() {
    let server = Server::with(&["--retry-ms", "1000"]).await;
    server
        .put("studio-a", crate::server::studio())
        .await
        .expect(201);
    let mut times = HashSet::new();
    for _ in 0..8 {
        let request = server.client.get(format!("{}{MONDAY}", server.base));
        let mut response = request.send().await.unwrap();
        let first = response.chunk().await.unwrap().unwrap();
        let first = String::from_utf8(first.to_vec()).unwrap();
        let retry = first.lines().find_map(|line| line.strip_prefix("retry: "));
        let retry: u64 = retry.unwrap().parse().unwrap();
        assert!((1000..2000).contains(&retry), "{retry}");
        times.insert(retry);
    }
    assert!(times.len() > 1, "{times:?}");
}

#[tokio::test]
async fn a_stopping_server_ends_its_streams_and_says_when_to_come_back() {
    let server = Server::with_studio().await;
    let mut stream = Stream::open(&server, MONDAY, plain).await;
    stream.round().await;
    server.begin_stop();
    assert!(stream.next().await.unwrap().retry().is_some());
    assert_eq!(stream.next().await, None);
    server.stop().await;
}

#[tokio::test]
async fn a_resource_that_nobody_registered_can_not_be_watched() {
    let server = Server::start().await;
    let refused = server.get(MONDAY).await;
    let refused = refused.problem(404, "resource_not_found");
    assert_eq!(refused.body["conflicts"], Value::Null);
}

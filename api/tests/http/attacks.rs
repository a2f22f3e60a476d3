//! What one client on the open internet may try, each bounded, against a server as it comes:
//! it is refused after the stated number, and everybody else goes on.

use std::time::Instant;

use futures::{StreamExt, stream};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::{
    answer::Answer,
    guest::{Guest, Place, hour, room},
    server::{DEADLINE, Server, studio},
    stream::Stream,
};

/// Where the attacks come from, and where an honest visitor is.
const ATTACKER: &str = "203.0.113.7";
const VISITOR: &str = "198.51.100.4";

/// Requests that are under way at a time.
const AT_ONCE: usize = 16;

/// How many were answered with this status.
fn answered(answers: &[Answer], status: u16) -> usize {
    let with = answers.iter().filter(|answer| answer.status == status);
    with.count()
}

/// How many a limit of `burst` and `count` each second can have granted since `begun`.
fn granted_at_most(burst: f64, count: f64, begun: Instant) -> f64 {
    burst + count * begun.elapsed().as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "thousands at most")]
fn number(count: usize) -> f64 {
    count as f64
}

async fn open_studio() -> Server {
    let server = Server::limited(&[]).await;
    server.put("studio-a", studio()).await.expect(201);
    server
}

/// The studio is bookable for others.
async fn somebody_else_books(server: &Server, nth: usize) {
    let visitor = Place::new(server, VISITOR).guest().await;
    visitor.hold("studio-a", &hour(nth)).await.expect(200);
    visitor.book("studio-a", &hour(nth)).await.expect(201);
}

/// As many sessions as the address is given of those it asks for.
async fn sessions(place: Place<'_>, wanted: usize) -> Vec<Guest<'_>> {
    let asked = stream::iter(0..wanted).map(|_| place.session());
    let answers: Vec<_> = asked.buffer_unordered(AT_ONCE).collect().await;
    let begun = answers.into_iter().filter(|answer| answer.status == 201);
    let guests = begun.map(|answer| Guest {
        place,
        token: answer.text_of("token"),
    });
    guests.collect()
}

#[tokio::test]
async fn a_year_of_a_studio_is_not_booked_by_one_client() {
    const SPANS: usize = 2_190;
    let server = open_studio().await;
    let attacker = Place::new(&server, ATTACKER);
    let guests = sessions(attacker, 250).await;
    let tries = stream::iter(0..SPANS).map(|nth| {
        let guest = guests[nth % guests.len()].clone();
        async move { guest.book("studio-a", &hour(nth)).await }
    });
    let answers: Vec<_> = tries.buffer_unordered(AT_ONCE).collect().await;
    let (booked, refused) = (answered(&answers, 201), answered(&answers, 429));
    assert!((200..=300).contains(&booked), "{booked}");
    assert_eq!(booked + refused, SPANS);
    somebody_else_books(&server, SPANS).await;
}

#[tokio::test]
async fn one_session_books_no_more_than_a_person_does() {
    let server = open_studio().await;
    let attacker = Place::new(&server, ATTACKER).guest().await;
    let mut answers = Vec::new();
    for nth in 0..60 {
        answers.push(attacker.book("studio-a", &hour(nth)).await);
    }
    assert_eq!(answered(&answers, 201), 20);
    assert_eq!(answered(&answers, 429), 40);
}

#[tokio::test]
async fn two_months_are_not_held_by_one_client() {
    const HOURS: usize = 62 * 24;
    let server = open_studio().await;
    // Holds last here, so that all that are placed live at once.
    server.put("studio-a", room()).await.expect(200);
    let attacker = Place::new(&server, ATTACKER);
    let guests = sessions(attacker, HOURS).await;
    let tries = stream::iter(0..HOURS).map(|nth| {
        let guest = guests[nth % guests.len()].clone();
        async move { guest.hold("studio-a", &hour(nth)).await }
    });
    let answers: Vec<_> = tries.buffer_unordered(AT_ONCE).collect().await;
    assert_eq!(answered(&answers, 200) + answered(&answers, 429), HOURS);
    let live = server.get("/v1/resources/studio-a/presence?from=2031-03-01&to=2031-05-01");
    let live = live.await.expect(200);
    let holds = live.body["holds"].as_array().unwrap().len();
    assert!((200..=300).contains(&holds), "{holds}");
    somebody_else_books(&server, HOURS).await;
}

#[tokio::test]
async fn two_sessions_in_turn_do_not_keep_a_slot() {
    let server = open_studio().await;
    // Nobody holds for longer than a lease here.
    let settings = json!({
        "name": "Studio", "timezone": "UTC", "durations": [60], "lastDay": "9999-12-31",
        "leaseMs": 5_000, "checkoutLeaseMs": 5_000, "holdMaxMs": 5_000,
    });
    server.put("studio-a", settings).await.expect(200);
    let attacker = Place::new(&server, ATTACKER);
    let turns = [attacker.guest().await, attacker.guest().await];
    let kept = async {
        let mut held = 0;
        for guest in turns.iter().cycle() {
            let answer = guest.hold("studio-a", &hour(0)).await;
            match answer.status.as_u16() {
                200 => held += 1,
                // Leaving is limited too: the other's hold may be there yet.
                409 => {}
                other => assert_eq!(other, 429, "{answer:?}"),
            }
            if answer.body["exceeded"] == "same_span" {
                assert!(held > 1);
                return;
            }
            guest.leave("studio-a").await;
        }
    };
    tokio::time::timeout(DEADLINE, kept).await.unwrap();
    // Whoever else wanted it comes first, and has it.
    let visitor = Place::new(&server, VISITOR).guest().await;
    let had = async { while visitor.hold("studio-a", &hour(0)).await.status != 200 {} };
    tokio::time::timeout(DEADLINE, had).await.unwrap();
    visitor.book("studio-a", &hour(0)).await.expect(201);
}

#[tokio::test]
async fn one_session_does_not_fill_the_log() {
    let server = open_studio().await;
    let attacker = Place::new(&server, ATTACKER).guest().await;
    let begun = Instant::now();
    let tries = stream::iter(0..1_000).map(|nth| {
        let attacker = attacker.clone();
        async move { attacker.hold("studio-a", &hour(nth)).await }
    });
    let answers: Vec<_> = tries.buffer_unordered(AT_ONCE).collect().await;
    let granted = number(answered(&answers, 200));
    assert!(granted >= 30.0 && granted <= granted_at_most(30.0, 1.0, begun));
    assert!(answered(&answers, 429) > 0);
    let placed = server.events("HoldPlaced").await;
    assert_eq!(usize::try_from(placed).unwrap(), answered(&answers, 200));
    somebody_else_books(&server, 1_000).await;
}

#[tokio::test]
async fn sessions_are_not_made_by_the_thousand() {
    let server = open_studio().await;
    let attacker = Place::new(&server, ATTACKER);
    let begun = Instant::now();
    let made = number(sessions(attacker, 2_000).await.len());
    assert!(
        made >= 300.0 && made <= granted_at_most(300.0, 1.0, begun),
        "{made}"
    );
    somebody_else_books(&server, 0).await;
}

#[tokio::test]
async fn the_admin_key_is_not_guessed_by_the_thousand() {
    let server = open_studio().await;
    let attacker = Place::new(&server, ATTACKER);
    let begun = Instant::now();
    let guesses = stream::iter(0..2_000).map(|nth| async move {
        let key = format!("a-guess-of-the-key-{nth}");
        let guess = |request: RequestBuilder| request.bearer_auth(key);
        attacker
            .send(Method::DELETE, "/v1/resources/studio-a", guess)
            .await
    });
    let answers: Vec<_> = guesses.buffer_unordered(AT_ONCE).collect().await;
    let checked = number(answered(&answers, 403));
    let most = granted_at_most(20.0, 0.1, begun);
    assert!(checked >= 20.0 && checked <= most, "{checked}");
    assert_eq!(answered(&answers, 403) + answered(&answers, 429), 2_000);
    // Who has the key is let in, from elsewhere.
    server.put("studio-b", studio()).await.expect(201);
}

#[tokio::test]
async fn one_address_does_not_take_all_streams() {
    const EVENTS: &str = "/v1/resources/studio-a/events?from=2031-03-03&to=2031-03-03";
    let server = Server::limited(&["--streams=40"]).await;
    server.put("studio-a", studio()).await.expect(201);
    let opening = || server.client.get(format!("{}{EVENTS}", server.base));
    let mut open = Vec::new();
    let mut refused = 0;
    for _ in 0..60 {
        let request = opening().header("x-forwarded-for", ATTACKER);
        let response = request.send().await.unwrap();
        match response.status().as_u16() {
            200 => open.push(response),
            429 => refused += 1,
            other => panic!("{other}"),
        }
    }
    // Half of what there is.
    assert_eq!((open.len(), refused), (20, 40));
    let visitor = |request: RequestBuilder| request.header("x-forwarded-for", VISITOR);
    Stream::open(&server, EVENTS, visitor).await;
}

#[tokio::test]
async fn a_flood_of_toggles_moves_a_viewer_s_bytes_by_its_share_alone() {
    const EACH_SECOND: f64 = 2.0;
    const EVENTS: &str = "/v1/resources/studio-a/events?from=2031-03-01&to=2031-03-01";
    let server = Server::limited(&["--stream-states=2"]).await;
    server.put("studio-a", studio()).await.expect(201);
    let visitor = |request: RequestBuilder| request.header("x-forwarded-for", VISITOR);
    let mut viewer = Stream::open(&server, EVENTS, visitor).await;
    viewer.round().await;
    let attacker = Place::new(&server, ATTACKER);
    let begun = Instant::now();
    for _ in 0..4 {
        let guest = attacker.guest().await;
        for _ in 0..15 {
            guest.hold("studio-a", &hour(0)).await.expect(200);
            guest.leave("studio-a").await.expect(204);
        }
    }
    let last = attacker.guest().await;
    last.hold("studio-a", &hour(5)).await.expect(200);
    // The newest state comes, and what was between does not.
    let mut rounds = 0;
    loop {
        let round = viewer.round().await;
        rounds += 1;
        let presence = round.data("presence", "2031-03-01");
        if presence["holds"][0]["start"] == hour(5) {
            break;
        }
    }
    let most = granted_at_most(1.0, EACH_SECOND, begun);
    assert!(number(rounds) <= most, "{rounds} rounds, {most} at most");
}

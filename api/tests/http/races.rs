//! Two processes on one database, and who wins.

use std::collections::HashMap;

use eventlog::testing::TestDatabase;
use futures::future::join_all;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::{
    node::Node,
    server::{ADMIN_KEY, DEADLINE, studio},
    visitor::booking,
};

/// Requests that meet in a round.
const RIVALS: usize = 100;

/// Rounds of each race.
const ROUNDS: usize = 50;

/// Two nodes, and a session for each rival.
struct Field {
    nodes: [Node; 2],
    client: Client,
    sessions: Vec<String>,
    // Dropped last: the nodes should not see it go.
    database: TestDatabase,
}

impl Field {
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        let url = database.url();
        let first = Node::start(&url).await;
        let nodes = [first, Node::start(&url).await];
        let client = Client::new();
        let put = client
            .put(format!("{}/v1/resources/studio-a", nodes[0].base))
            .bearer_auth(ADMIN_KEY)
            .json(&studio());
        assert_eq!(put.send().await.unwrap().status(), 201);
        let begin = async || {
            let begun = client.post(format!("{}/v1/sessions", nodes[0].base)).send();
            let begun: Value = begun.await.unwrap().json().await.unwrap();
            begun["token"].as_str().unwrap().to_owned()
        };
        let sessions = join_all((0..RIVALS).map(|_| begin())).await;
        Self {
            nodes,
            client,
            sessions,
            database,
        }
    }

    /// Posts for each rival at the same time, on one node and the other in turn,
    /// and counts the answers.
    async fn race(
        &self,
        request: impl Fn(usize) -> (&'static str, Value),
    ) -> HashMap<(u16, String), usize> {
        let rivals = self.sessions.iter().enumerate().map(|(nth, session)| {
            let (path, body) = request(nth);
            let url = format!("{}{path}", self.nodes[nth % 2].base);
            let request = self.client.post(url).bearer_auth(session).json(&body);
            async move {
                let answer = request.send().await.unwrap();
                let status = answer.status();
                let body: Value = answer.json().await.unwrap();
                assert!(status != StatusCode::INTERNAL_SERVER_ERROR, "{body}");
                let code = body["code"].as_str().unwrap_or_default().to_owned();
                (status.as_u16(), code)
            }
        });
        let mut counts = HashMap::new();
        for answer in join_all(rivals).await {
            *counts.entry(answer).or_default() += 1;
        }
        counts
    }

    async fn events(&self, event_type: &str) -> i64 {
        sqlx::query_scalar("select count(*) from events where event_type = $1")
            .bind(event_type)
            .fetch_one(self.database.pool())
            .await
            .unwrap()
    }
}

fn at(round: usize, hour: usize) -> String {
    format!(
        "2031-{:02}-{:02}T{hour:02}:00:00Z",
        round / 28 + 1,
        round % 28 + 1
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_that_book_one_slot_on_two_nodes_one_gets_it() {
    let field = Field::new().await;
    for round in 0..ROUNDS {
        let start = at(round, 13);
        let counts = field
            .race(|_| ("/v1/bookings", booking("studio-a", &start, 60)))
            .await;
        let one = ((201, String::new()), 1);
        let rest = ((409, "booked".to_owned()), RIVALS - 1);
        assert_eq!(counts, HashMap::from([one, rest]), "round {round}");
    }
    let rounds = i64::try_from(ROUNDS).unwrap();
    assert_eq!(field.events("BookingConfirmed").await, rounds);
    assert_eq!(field.events("SlotsBooked").await, rounds);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_whose_spans_overlap_one_gets_its_own() {
    let field = Field::new().await;
    // All of them hold 14:00 to 15:00.
    let spans = [
        (14, 60),
        (13, 120),
        (14, 120),
        (10, 300),
        (12, 300),
        (14, 300),
    ];
    for round in 0..ROUNDS {
        let counts = field
            .race(|nth| {
                let (hour, minutes) = spans[nth % spans.len()];
                let start = at(round, hour);
                ("/v1/bookings", booking("studio-a", &start, minutes))
            })
            .await;
        let one = ((201, String::new()), 1);
        let rest = ((409, "booked".to_owned()), RIVALS - 1);
        assert_eq!(counts, HashMap::from([one, rest]), "round {round}");
    }
    let rounds = i64::try_from(ROUNDS).unwrap();
    assert_eq!(field.events("BookingConfirmed").await, rounds);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_bookings_and_holds_that_meet_one_wins() {
    let field = Field::new().await;
    for round in 0..ROUNDS {
        let start = at(round, 13);
        let beat = json!({"start": start, "duration": 60, "lease": "checkout"});
        // By pairs, so that each node gets both kinds.
        let counts = field
            .race(|nth| match nth / 2 % 2 {
                0 => ("/v1/bookings", booking("studio-a", &start, 60)),
                _ => ("/v1/resources/studio-a/heartbeat", beat.clone()),
            })
            .await;
        let of = |status| {
            let counts = counts.iter();
            let counts = counts.filter(move |((answered, _), _)| *answered == status);
            counts.map(|(_, count)| count).sum::<usize>()
        };
        assert_eq!(of(200) + of(201), 1, "round {round}: {counts:?}");
        assert_eq!(of(409), RIVALS - 1, "round {round}: {counts:?}");
        let (won, lost) = if of(201) == 1 {
            ("booked", "held_by_other")
        } else {
            ("held_by_other", "booked")
        };
        assert_eq!(counts.get(&(409, won.to_owned())), Some(&(RIVALS - 1)));
        assert_eq!(counts.get(&(409, lost.to_owned())), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_of_a_killed_node_ends_on_another() {
    let field = Field::new().await;
    let Field {
        database,
        nodes: [dying, living],
        client,
        sessions,
    } = field;
    let post = async |base: &str, session: &str, path: &str, body: Value| {
        let request = client.post(format!("{base}{path}")).bearer_auth(session);
        let answer = request.json(&body).send().await.unwrap();
        answer.status().as_u16()
    };
    let beat = json!({"start": "2031-03-03T13:00:00Z", "duration": 60});
    let path = "/v1/resources/studio-a/heartbeat";
    assert_eq!(post(&dying.base, &sessions[0], path, beat).await, 200);
    dying.kill().await;

    let events = "/v1/resources/studio-a/events?from=2031-03-03&to=2031-03-03";
    let viewer = client.get(format!("{}{events}", living.base));
    let mut viewer = viewer.send().await.unwrap();
    let mut seen = String::new();
    // The hold first, then its end: the node may have yet to hear of both.
    let ended = async {
        for presence in ["\"holds\":[{", "\"holds\":[]"] {
            while !seen.contains(presence) {
                let chunk = viewer.chunk().await.unwrap().unwrap();
                seen.push_str(std::str::from_utf8(&chunk).unwrap());
            }
            let (_, after) = seen.split_once(presence).unwrap();
            seen = after.to_owned();
        }
    };
    tokio::time::timeout(DEADLINE, ended).await.unwrap();
    let expired: i64 =
        sqlx::query_scalar("select count(*) from events where event_type = 'HoldExpired'")
            .fetch_one(database.pool())
            .await
            .unwrap();
    assert_eq!(expired, 1);
    let booking = booking("studio-a", "2031-03-03T13:00:00Z", 60);
    let booked = post(&living.base, &sessions[1], "/v1/bookings", booking).await;
    assert_eq!(booked, 201);
    living.terminate().await;
}

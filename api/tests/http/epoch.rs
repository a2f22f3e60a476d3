//! A restore that PostgreSQL does not tell of, and what running servers make of it.

use std::sync::Arc;

use crate::{
    server::{DEADLINE, Server},
    stream::Stream,
};

const DAY: &str = "/v1/resources/studio-a/days/2031-03-03";
const EVENTS: &str = "/v1/resources/studio-a/events?from=2031-03-03&to=2031-03-03";

/// Asks until the server has noticed, and takes its answer.
async fn refusal(server: &Server, path: &str) -> crate::answer::Answer {
    let noticed = tokio::time::timeout(DEADLINE, async {
        loop {
            let answer = server.get(path).await;
            if answer.status != 200 {
                return answer;
            }
        }
    });
    noticed.await.unwrap()
}

#[tokio::test]
async fn after_new_epoch_running_servers_refuse_what_they_gave_out_before() {
    let server = Server::with_studio().await;
    let other = Server::on(Arc::clone(&server.database), &[]).await;
    let ann = server.visitor().await;
    let before = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let mut streams = Vec::new();
    for server in [&server, &other] {
        let mut stream = Stream::open(server, EVENTS, |request| request).await;
        let id = stream.round().await.id;
        streams.push((stream, id));
    }

    let begun = replay::epoch::begin_at(server.database.options()).await;
    assert_eq!(begun.unwrap().restores, 1);

    let asked = format!("{DAY}?after={}", before.position());
    for (server, (stream, old)) in [&server, &other].into_iter().zip(&mut streams) {
        // Whoever watches is told, and gets everything anew.
        while stream.next().await.unwrap().event() != Some("reset") {}
        let round = stream.round().await;
        let day = round.data("availability", "2031-03-03");
        assert_eq!(day["busySlots"].as_array().unwrap().len(), 4);
        assert_ne!(round.id.split('.').next(), old.split('.').next());
        let refused = refusal(server, &asked).await;
        refused.problem(409, "epoch_changed");
        // An id of before gets a reset, and never silence.
        let resumed = |request: reqwest::RequestBuilder| request.header("Last-Event-ID", &*old);
        let mut late = Stream::open(server, EVENTS, resumed).await;
        assert_eq!(late.next().await.unwrap().event(), Some("reset"));
    }

    let after = ann.book("2031-03-03T18:00:00Z", 60).await.expect(201);
    for server in [&server, &other] {
        let path = format!("{DAY}?after={}", after.position());
        let day = server.get(&path).await.expect(200);
        assert_eq!(day.body["busySlots"].as_array().unwrap().len(), 8);
    }
}

//! Conditional reads, and reads of one's own writes.

use std::sync::Arc;

use reqwest::Method;

use crate::{
    answer::Answer,
    server::{DEADLINE, Server},
};

const DAY: &str = "/v1/resources/studio-a/days/2031-03-03";
const SLOTS: &str = "/v1/resources/studio-a/slots?date=2031-03-03&duration=60";

async fn if_none_match(server: &Server, path: &str, etag: &str) -> Answer {
    let asking = |request: reqwest::RequestBuilder| request.header("If-None-Match", etag);
    server.send(Method::GET, path, asking).await
}

#[tokio::test]
async fn a_read_that_has_not_changed_is_not_sent_again() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    for path in [DAY, SLOTS] {
        let read = server.get(path).await.expect(200);
        let etag = read.header("etag");
        assert!(etag.starts_with('"'), "strong: {etag}");
        assert_eq!(read.header("cache-control"), "no-cache");
        let same = if_none_match(&server, path, &etag).await.expect(304);
        assert_eq!(same.header("etag"), etag);
    }
    let (day, slots) = (server.get(DAY).await, server.get(SLOTS).await);
    let (day, slots) = (day.header("etag"), slots.header("etag"));

    let held = ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    let after = held.position();
    let asked = if_none_match(&server, &format!("{DAY}?after={after}"), &day).await;
    asked.expect(304);
    let asked = if_none_match(&server, &format!("{SLOTS}&after={after}"), &slots).await;
    asked.expect(304);

    let made = ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let after = made.position();
    let asked = if_none_match(&server, &format!("{DAY}?after={after}"), &day).await;
    assert_ne!(asked.expect(200).header("etag"), day);
    let asked = if_none_match(&server, &format!("{SLOTS}&after={after}"), &slots).await;
    assert_ne!(asked.expect(200).header("etag"), slots);
}

#[tokio::test]
async fn lists_of_other_questions_have_other_tags() {
    let server = Server::with_studio().await;
    let mut tags = std::collections::HashSet::new();
    let asked = [
        "date=2031-03-03&duration=60",
        "date=2031-03-04&duration=60",
        "date=2031-03-03&duration=120",
        "date=2031-03-03&duration=60&interval=15",
        "date=2031-03-03&duration=60&timezone=Asia/Kathmandu",
    ];
    for query in asked {
        let path = format!("/v1/resources/studio-a/slots?{query}");
        tags.insert(server.get(&path).await.expect(200).header("etag"));
    }
    assert_eq!(tags.len(), asked.len());
    let mut settings = crate::server::studio();
    settings["name"] = serde_json::json!("Another name");
    let put = server.put("studio-a", settings).await.expect(200);
    let path = format!("{SLOTS}&after={}", put.position());
    tags.insert(server.get(&path).await.expect(200).header("etag"));
    assert_eq!(tags.len(), asked.len() + 1);
}

#[tokio::test]
async fn a_read_after_a_write_shows_it_on_every_node() {
    let server = Server::with_studio().await;
    let other = Server::on(Arc::clone(&server.database), &[]).await;
    let ann = server.visitor().await;
    for hour in 10..20 {
        let start = format!("2031-03-03T{hour}:00:00Z");
        let made = ann.book(&start, 60).await.expect(201);
        let path = format!("{DAY}?after={}", made.position());
        for node in [&server, &other] {
            let day = node.get(&path).await.expect(200);
            let busy = day.body["busySlots"].as_array().unwrap().len();
            assert_eq!(busy, (hour - 9) * 4);
        }
    }
}

#[tokio::test]
async fn a_list_of_resources_after_a_write_shows_it() {
    let server = Server::start().await;
    for number in 0..5 {
        let resource = format!("room-{number}");
        let put = server.put(&resource, crate::server::studio()).await;
        let put = put.expect(201);
        let list = format!("/v1/resources?after={}", put.position());
        let list = server.get(&list).await.expect(200);
        let listed = list.body["resources"].as_array().unwrap();
        assert_eq!(listed.len(), number + 1);
    }
}

#[tokio::test]
async fn a_position_that_nobody_wrote_is_refused_at_once() {
    // So long that no test would see its end.
    let server = Server::with(&["--after-wait-ms", "60000"]).await;
    let put = server.put("studio-a", crate::server::studio()).await;
    let position = put.expect(201).position();
    let (place, _) = position.rsplit_once('.').unwrap();
    for path in [DAY, SLOTS, "/v1/resources"] {
        let with = if path.contains('?') { '&' } else { '?' };
        let asking = format!("{path}{with}after={place}.999");
        let asking = server.get(&asking);
        let refused = tokio::time::timeout(DEADLINE / 2, asking).await.unwrap();
        refused.problem(409, "position_beyond_end");
    }
}

#[tokio::test]
async fn a_position_that_the_views_have_not_is_waited_for_only_so_long() {
    let server = Server::with(&["--after-wait-ms", "50"]).await;
    let rename = async |from: &str, to: &str| {
        let rename = format!("alter table {from} rename to {to}");
        let pool = server.database.pool();
        sqlx::raw_sql(&rename).execute(pool).await.unwrap();
    };
    rename("resources", "lost").await;
    let put = server.put("studio-a", crate::server::studio()).await;
    let list = format!("/v1/resources?after={}", put.expect(201).position());
    let early = server.get(&list).await.problem(503, "not_yet_applied");
    assert_eq!(early.header("retry-after"), "1");
    rename("lost", "resources").await;
    let shown = async { while server.get(&list).await.status != 200 {} };
    tokio::time::timeout(DEADLINE, shown).await.unwrap();
}

#[tokio::test]
async fn a_position_of_another_history_or_partition_is_refused() {
    let server = Server::with_studio().await;
    let put = server.put("studio-b", crate::server::studio()).await;
    let position = put.expect(201).position();
    let parts: Vec<&str> = position.split('.').collect();
    let [epoch, partition, number] = parts[..] else {
        panic!("{position}");
    };
    let elsewhere = (partition.parse::<u16>().unwrap() + 1) % 8;
    let path = "/v1/resources/studio-b/days/2031-03-03?after=";
    let get = async |after: String| server.get(&format!("{path}{after}")).await;
    get(format!("0123456789abcdef.{partition}.{number}"))
        .await
        .problem(409, "epoch_changed");
    get(format!("{epoch}.{elsewhere}.{number}"))
        .await
        .problem(400, "position_elsewhere");
    get("nonsense".into())
        .await
        .problem(400, "invalid_position");
    let list = server
        .get(&format!("/v1/resources?after={epoch}.999.1"))
        .await;
    list.problem(400, "invalid_position");
}

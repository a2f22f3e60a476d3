//! Spans over several days: all of it or nothing.

use serde_json::{Value, json};

use crate::{answer::Answer, server::Server};

async fn busy(server: &Server, day: &str, after: &Answer) -> Value {
    let path = format!(
        "/v1/resources/studio-a/days/{day}?after={}",
        after.position()
    );
    server.get(&path).await.expect(200).body["busySlots"].clone()
}

#[tokio::test]
async fn monday_afternoon_to_wednesday_morning_books_three_days() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let made = ann.book("2031-03-03T14:00:00Z", 44 * 60).await.expect(201);
    assert_eq!(made.body["end"], "2031-03-05T10:00:00.000Z");
    let slots = |range: std::ops::Range<u8>| json!(range.collect::<Vec<_>>());
    assert_eq!(busy(&server, "2031-03-03", &made).await, slots(56..96));
    assert_eq!(busy(&server, "2031-03-04", &made).await, slots(0..96));
    assert_eq!(busy(&server, "2031-03-05", &made).await, slots(0..40));
    assert_eq!(server.events("SlotsBooked").await, 3);
}

#[tokio::test]
async fn a_span_that_meets_a_booking_leaves_its_other_days_untouched() {
    let server = Server::with_studio().await;
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    ann.book("2031-03-05T09:00:00Z", 60).await.expect(201);
    let heads = server.heads().await;
    let refused = bob.book("2031-03-03T14:00:00Z", 44 * 60).await;
    let refused = refused.problem(409, "booked");
    let conflict =
        json!([{"start": "2031-03-05T09:00:00.000Z", "end": "2031-03-05T10:00:00.000Z"}]);
    assert_eq!(refused.body["conflicts"], conflict);
    assert_eq!(busy(&server, "2031-03-03", &refused).await, json!([]));
    assert_eq!(busy(&server, "2031-03-04", &refused).await, json!([]));
    assert_eq!(server.heads().await, heads);
}

#[tokio::test]
async fn presence_has_an_entry_for_each_day_that_a_hold_touches() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    let held = ann.beat("2031-03-03T14:00:00Z", 44 * 60).await.expect(200);
    let path = "/v1/resources/studio-a/presence?from=2031-03-04&to=2031-03-06&after=";
    let presence = server.get(&format!("{path}{}", held.position())).await;
    let presence = presence.expect(200);
    let entries = presence.body["holds"].as_array().unwrap();
    let dates: Vec<_> = entries.iter().map(|entry| &entry["date"]).collect();
    assert_eq!(dates, ["2031-03-04", "2031-03-05"]);
    for entry in entries {
        assert_eq!(entry["holdId"], held.body["holdId"]);
        assert_eq!(entry["start"], "2031-03-03T14:00:00.000Z");
        assert_eq!(entry["end"], "2031-03-05T10:00:00.000Z");
    }
}

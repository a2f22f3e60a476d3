//! A rebuild reads columns where a server reads payloads.

use std::collections::BTreeSet;

use domain::partition::Partition;
use eventlog::{Log, Position, testing::TestDatabase};
use projections::view::ViewEvent;
use proptest::prelude::*;

use crate::support::{Node, Step, World, block_on, history, some_steps, steps};

/// Events of one scan: the next goes on behind them.
const SCAN_EVENTS: u16 = 7;

/// Compares all that a scan tells with what the payloads tell. Returns the types of
/// the events that it had.
async fn compare(log: &Log) -> BTreeSet<&'static str> {
    let partition = Partition::new(0);
    let recorded = log.read_partition(partition, Position::START).await;
    let recorded = recorded.unwrap().events;
    let mut connection = log.pool().acquire().await.unwrap();
    let mut scanned = Vec::new();
    while scanned.len() < recorded.len() {
        let after = Position::new(scanned.len() as u64);
        let more = eventlog::scan(&mut connection, partition, after, SCAN_EVENTS).await;
        scanned.extend(more.unwrap());
    }
    assert_eq!(scanned.len(), recorded.len());
    for (scanned, recorded) in scanned.iter().zip(&recorded) {
        let (told, said) = (ViewEvent::from(scanned), ViewEvent::from(recorded));
        assert_eq!(told.position, said.position);
        assert_eq!(told.fact, said.fact);
        assert_eq!(told.stream, said.stream, "{:?}", said.fact);
    }
    recorded
        .iter()
        .map(|event| event.event.event_type())
        .collect()
}

async fn lived_through(database: &TestDatabase, steps: &[Step]) -> Log {
    let node = Node::new(database).await;
    let mut world = World::new(&node.log).await;
    history(&mut world, steps).await;
    node.log.clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_scan_tells_of_every_event_what_its_payload_tells(steps in steps(1..80)) {
        block_on(async {
            let database = TestDatabase::new().await;
            compare(&lived_through(&database, &steps).await).await;
        });
    }
}

#[tokio::test]
async fn a_scan_tells_of_emptied_renewals_what_every_read_tells() {
    let database = TestDatabase::new().await;
    let log = lived_through(&database, &some_steps()).await;
    let types = compare(&log).await;
    assert!(types.contains("HoldRenewed"), "{types:?}");
    sqlx::query(
        "update events
        set payload_hash = sha256(convert_to(payload::text, 'UTF8')), payload = null
        where event_type = 'HoldRenewed'",
    )
    .execute(log.pool())
    .await
    .unwrap();
    assert_eq!(compare(&log).await, types);
}

#[tokio::test]
async fn a_scan_tells_of_emptied_holds_what_every_read_tells() {
    let database = TestDatabase::new().await;
    let log = lived_through(&database, &some_steps()).await;
    let types = compare(&log).await;
    assert!(types.contains("HoldReleased"), "{types:?}");
    sqlx::query(
        "update events set payload = null
         where event_type in ('HoldPlaced', 'HoldRenewed', 'HoldReleased', 'HoldExpired')",
    )
    .execute(log.pool())
    .await
    .unwrap();
    assert_eq!(compare(&log).await, types);
}

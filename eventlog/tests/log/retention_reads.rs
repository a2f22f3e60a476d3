//! What retention reads of a day is bounded, however long the day's stream is.

use domain::{
    calendar::{SlotMask, Timestamp},
    hold::Lease,
    ids::HoldId,
    partition::Partition,
    resource_day::{HoldReleased, HoldRenewed, ReleaseReason, ResourceDayEvent},
};
use eventlog::{
    Log, PendingEvent,
    retention::{Scope, compact},
    testing::TestDatabase,
};
use uuid::Uuid;

use crate::support::{at, batch, booked, committed, node, resource};

const DAY: &str = "2026-11-24";
const LEASE_END: i64 = 10_000;

/// The `sequence`th event of the day, which is about a hold.
fn of_hold(sequence: u64, event: ResourceDayEvent) -> PendingEvent {
    PendingEvent {
        event: event.into(),
        ..booked(&resource("studio-a"), DAY, sequence)
    }
}

fn renewed(sequence: u64, hold: u128) -> PendingEvent {
    let renewed = ResourceDayEvent::HoldRenewed(HoldRenewed {
        hold_id: HoldId::new(Uuid::from_u128(hold)),
        lease: Lease::Presence,
        renewed_at: Timestamp::EPOCH,
        lease_expires_at: at(LEASE_END),
    });
    of_hold(sequence, renewed)
}

fn released(sequence: u64, hold: u128) -> PendingEvent {
    let released = ResourceDayEvent::HoldReleased(HoldReleased {
        hold_id: HoldId::new(Uuid::from_u128(hold)),
        slots: SlotMask::EMPTY,
        reason: ReleaseReason::Left,
        lease_expires_at: at(LEASE_END),
        renewals: 1,
    });
    of_hold(sequence, released)
}

/// Appends a day with three holds. Two are renewed at its beginning: one ends after
/// 4,500 events, the other after 9,500. The third is renewed and ends at the day's end.
async fn live(log: &Log, partition: Partition) {
    let studio = resource("studio-a");
    let mut events = vec![renewed(1, 1), renewed(2, 2)];
    for sequence in 3..=9_500 {
        events.push(match sequence {
            4_500 => released(sequence, 1),
            _ => booked(&studio, DAY, sequence),
        });
    }
    events.extend([renewed(9_501, 3), released(9_502, 2), released(9_503, 3)]);
    let head = log.head(partition).await.unwrap();
    let batch = batch(log, partition, head, events);
    committed(log.append(&batch).await.unwrap());
}

#[tokio::test]
async fn a_hold_that_ends_far_on_keeps_its_renewals_and_holds_up_no_other() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let partition = log.partition_of(&resource("studio-a"));
    live(&log, partition).await;
    let before = log.read_clock().await.unwrap().plus_ms(1_000);
    let mut connection = database.pool().acquire().await.unwrap();
    let mut emptied = 0;
    loop {
        let step = compact(&mut connection, partition, Scope::Renewals, before, before).await;
        let step = step.unwrap();
        emptied += step.emptied;
        if !step.more {
            break;
        }
    }
    assert_eq!(emptied, 2);
    let full: Vec<i64> = sqlx::query_scalar(
        "select sequence from events where event_type = 'HoldRenewed' and payload is not null",
    )
    .fetch_all(database.pool())
    .await
    .unwrap();
    assert_eq!(full, [2]);
}

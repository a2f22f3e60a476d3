//! Days to which far more has happened than stands on them, and partitions that have
//! gone on without a node.

use domain::{
    calendar::Timestamp,
    hold::{Hold, Lease},
    ids::ResourceId,
    resource_day::{HoldRenewed, ResourceDayEvent},
    stream::StreamId,
};
use eventlog::{Actor, AppendOutcome, Batch, Log, Metadata, PAGE_EVENTS_MAX, PendingEvent};
use executor::ExecutorLimits;
use futures::future::join_all;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::{layer::SubscriberExt, registry};

use crate::{
    cluster::{Cluster, Node, start},
    commands::*,
    plans::{EXPLAINED, Plans},
};

/// Renewals that one hold has had.
const RENEWALS: u64 = 20_000;

/// Renewals written in one append.
const AT_ONCE: u64 = 1_000;

/// Renews a hold that has `sequence` events on its first day, so often.
async fn renew_often(log: &Log, hold: &Hold, sequence: u64, times: u64) {
    let partition = log.partition_of(&hold.resource);
    for first in (0..times).step_by(usize::try_from(AT_ONCE).unwrap()) {
        let expected = log.head(partition).await.unwrap();
        let recorded_at = log.clock().now_after(&expected);
        let events = (first..(first + AT_ONCE).min(times))
            .map(|nth| renewal(hold, sequence + nth + 1, recorded_at));
        let batch = Batch {
            partition,
            expected,
            recorded_at,
            events: events.collect(),
            keys: Vec::new(),
        };
        let appended = log.append(&batch.prepare().unwrap()).await.unwrap();
        assert!(matches!(appended, AppendOutcome::Appended(_)));
    }
}

fn renewal(hold: &Hold, sequence: u64, renewed_at: Timestamp) -> PendingEvent {
    let renewed = ResourceDayEvent::HoldRenewed(HoldRenewed {
        hold_id: hold.id,
        lease: Lease::Presence,
        renewed_at,
        lease_expires_at: hold.lease_expires_at,
    });
    PendingEvent {
        stream: StreamId::ResourceDay(hold.resource.clone(), hold.span.first_day()),
        sequence,
        event: renewed.into(),
        metadata: Metadata {
            actor: Actor::System,
            request_id: None,
            causation: "Heartbeat".into(),
        },
        resource: hold.resource.clone(),
    }
}

/// A node that tells how PostgreSQL went about its statements, and has no duties.
async fn explained(cluster: &Cluster) -> Node {
    let duties = CancellationToken::new();
    duties.cancel();
    let options = cluster.database.options().options(EXPLAINED);
    start(options, ExecutorLimits::default(), duties).await
}

/// Bookings on the day that were made and cancelled.
async fn cancel_many(node: &Node, count: u32) {
    for _ in 0..count {
        let (booking, _) = booked(node.accepted(book(STUDIO, B, span("02T20:00", 60))).await);
        let cancel = cancel(booking.id());
        node.accepted(cancel).await;
    }
}

#[tokio::test]
async fn a_cold_day_is_read_at_the_cost_of_what_stands_on_it() {
    let plans = Plans::default();
    let _guard = tracing::subscriber::set_default(registry().with(plans.clone()));
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let hold = held(node.accepted(beat(STUDIO, A, span("02T10:00", 60))).await);
    cancel_many(&node, 60).await;
    let sequence = cluster
        .count("select max(sequence) from events where aggregate_type = 'ResourceDay'")
        .await;
    renew_often(&node.log, &hold, sequence.unsigned_abs(), RENEWALS).await;
    cluster.project(&node).await;
    node.stop().await;
    sqlx::query("vacuum analyze events, bookings, presence, checkpoints")
        .execute(cluster.database.pool())
        .await
        .unwrap();

    plans.clear();
    let node = explained(&cluster).await;
    let refused = node.refused(book(STUDIO, B, span("02T10:30", 60))).await;
    assert_eq!(refused.code(), "held_by_other");
    node.accepted(book(STUDIO, B, span("02T14:00", 60))).await;
    let plans = plans.all();
    for (table, most) in [("events", 30), ("bookings", 5), ("presence", 5)] {
        let rows: i64 = plans.iter().map(|(_, plan)| plan.rows_of(table)).sum();
        assert!(rows <= most, "{rows} rows of {table}: {plans:#?}");
    }
    node.stop().await;

    // Behind their views, days cost what is behind.
    renew_often(
        &node.log,
        &hold,
        sequence.unsigned_abs() + RENEWALS + 1,
        9_000,
    )
    .await;
    let node = cluster.node_without_duties().await;
    let refused = node.refused(book(STUDIO, B, span("02T10:30", 60))).await;
    assert_eq!(refused.code(), "held_by_other");
    node.accepted(leave(STUDIO, A)).await;
    node.accepted(book(STUDIO, B, span("02T10:00", 60))).await;
    cluster.audit().await;
}

#[tokio::test]
async fn a_node_far_behind_reads_no_more_than_a_page_under_the_heads_lock() {
    let plans = Plans::default();
    let _guard = tracing::subscriber::set_default(registry().with(plans.clone()));
    let (cluster, other) = Cluster::with_resources(&[STUDIO]).await;
    let node = explained(&cluster).await;
    node.accepted(book(STUDIO, B, span("03T10:00", 60))).await;
    // Nobody tells it of what comes.
    node.log.close().await;
    let hold = held(other.accepted(beat(STUDIO, A, span("02T10:00", 60))).await);
    let pages = 3;
    renew_often(&other.log, &hold, 1, pages * u64::from(PAGE_EVENTS_MAX)).await;

    plans.clear();
    node.accepted(book(STUDIO, B, span("03T14:00", 60))).await;
    let mut under_lock = 0;
    let mut before = 0;
    for (statement, plan) in plans.all() {
        let page = statement.contains("anchor.hash as anchor_hash");
        if statement.contains("for update") {
            before += under_lock;
            under_lock = 0;
        } else if page {
            under_lock += plan.rows_of("events");
        }
    }
    let all = i64::try_from(pages).unwrap() * i64::from(PAGE_EVENTS_MAX);
    assert!(under_lock < 100, "{under_lock} rows under the lock");
    assert!(before >= all, "{before} rows before the lock");
    cluster.audit().await;
}

#[tokio::test]
async fn a_stream_that_can_not_be_read_fails_alone() {
    let names: Vec<String> = (0..40).map(|nth| format!("room-{nth}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (cluster, node) = Cluster::with_resources(&names).await;
    node.stop().await;
    sqlx::query("update events set payload = '{}' where aggregate_id = 'room-7'")
        .execute(cluster.database.pool())
        .await
        .unwrap();
    cluster.project_past_unreadable().await;
    let node = cluster.node_without_duties().await;
    let asked = names.iter().map(|name| {
        let command = book(name, A, span("02T10:00", 60));
        node.execute(command)
    });
    let answers = join_all(asked.collect::<Vec<_>>()).await;
    for (name, answer) in names.iter().zip(answers) {
        let resource: ResourceId = name.parse().unwrap();
        assert_eq!(answer.is_ok(), name != &"room-7", "{resource}: {answer:?}");
    }
}

/// Under the lock of the head as well: that a booking was made is found there, when its
/// first event can't be written a second time.
#[tokio::test]
async fn a_stream_that_can_not_be_read_under_the_lock_fails_alone() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let again = book_with_key(STUDIO, A, span("02T10:00", 60), "key");
    let (booking, _) = booked(node.accepted(again.clone()).await);
    node.accepted(cancel(booking.id())).await;
    node.stop().await;
    sqlx::query("update events set payload = '{}' where event_type = 'BookingConfirmed'")
        .execute(cluster.database.pool())
        .await
        .unwrap();
    cluster.project_past_unreadable().await;
    let node = cluster.node_without_duties().await;
    // The day is at hand, so that all are decided together.
    node.accepted(book(STUDIO, B, span("02T08:00", 60))).await;
    let others = (12..20).map(|hour| book(STUDIO, B, span(&format!("02T{hour:02}:00"), 60)));
    let all: Vec<_> = std::iter::once(again).chain(others).collect();
    let answers = join_all(all.into_iter().map(|command| node.execute(command))).await;
    let failed: Vec<_> = answers.iter().map(Result::is_err).collect();
    let of_the_first = std::iter::once(true).chain(std::iter::repeat_n(false, 8));
    assert_eq!(failed, of_the_first.collect::<Vec<_>>(), "{answers:?}");
}

impl Cluster {
    /// Has the views at the head, as those have them who could read everything.
    async fn project_past_unreadable(&self) {
        sqlx::query(
            "insert into checkpoints (partition, view, position)
             select heads.partition, view.name, heads.position
             from heads, unnest(array['bookings', 'presence']) as view (name)",
        )
        .execute(self.database.pool())
        .await
        .unwrap();
    }
}

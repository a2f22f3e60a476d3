//! Holds that stop being renewed, all at once.

use std::{sync::Arc, time::Duration};

use domain::{
    calendar::{SeatCount, SlotCount, SlotIndex, Span},
    command::{Command, Heartbeat},
    event::Event,
    hold::Lease,
    ids::{HoldId, SessionId},
    resource_day::ResourceDayEvent,
};
use eventlog::{FeedItem, Follower, RecordedEvent};
use futures::{StreamExt, TryStreamExt, stream};
use tokio::{sync::mpsc, task::JoinSet, time::timeout};
use uuid::Uuid;

use crate::{
    Outcome,
    draw::Draw,
    ours::{Node, PARTITIONS, resource},
    play::{count, microseconds},
    postgres::Postgres,
    report::{Bound, Machine, Metric, Report},
    scale::Scale,
};

const METHOD: &str = "5,000 holds of one hour, ten on each of 500 resources' days, placed as fast as they are taken and never renewed, \
so that all leases run out within the time that placing took. A follower of the log notes when each HoldExpired event reaches it: \
lateness is that time, by the database's clock, less the end of the lease. Beside it the time recorded in the event, \
which leaves out the commit and the way to the follower.";

const CASE: &str = "holds that stop at once";
const SEEN: &str = "seen by a follower";
const RECORDED: &str = "recorded";

/// Holds of one resource's day, each of an hour.
const HOURS: usize = 10;

/// How many holds are placed at the same time: what the queues of all partitions take,
/// though resources be spread unevenly.
const PLACED_AT_ONCE: usize = 2_048;

/// The longest silence between two ends: the lease, and time to be late.
const PATIENCE: Duration = Duration::from_mins(1);

/// Runs the benchmark.
///
/// # Errors
///
/// When a hold is refused, or does not end.
pub async fn run(scale: Scale) -> Outcome<Report> {
    let postgres = Postgres::start().await?;
    let machine = Machine::here(postgres.version().await?);
    let mut report = Report::new("expire", METHOD, machine, scale);
    let holds = if scale.quick { 100 } else { 5_000 };
    for _round in 0..scale.rounds {
        let node = Node::start(postgres.database("expire").await?, PARTITIONS).await?;
        let node = Arc::new(node);
        turn(&node, holds, &mut report).await?;
        node.stop().await?;
    }
    let bound = Bound::AtMost(250.0);
    report.claim_by(CASE, &Metric::p99(), SEEN, None, bound);
    postgres.stop().await?;
    Ok(report)
}

async fn turn(node: &Arc<Node>, holds: usize, report: &mut Report) -> Outcome<()> {
    node.register(u32::try_from(holds.div_ceil(HOURS))?).await?;
    let (ends, mut ended) = mpsc::unbounded_channel();
    let mut followers = JoinSet::new();
    for partition in node.log().partitions() {
        let head = node.log().head(partition).await?;
        let follower = node.log().follow(partition, head.position);
        followers.spawn(watch(Arc::clone(node), follower, ends.clone()));
    }
    let placed = (0..holds).map(|nth| place(node, nth));
    let placed = stream::iter(placed).buffer_unordered(PLACED_AT_ONCE);
    placed.try_collect::<()>().await?;
    let (mut seen, mut recorded) = (microseconds(), microseconds());
    for nth in 0..holds {
        let end: Option<Late> = timeout(PATIENCE, ended.recv())
            .await
            .map_err(|_| format!("{nth} of {holds} holds have ended"))?;
        let late = end.ok_or("the log can't be followed any more")?;
        count(&mut seen, late.seen);
        count(&mut recorded, late.recorded);
    }
    report.add_latency(CASE, SEEN, &seen);
    report.add_latency(CASE, RECORDED, &recorded);
    report.progress(CASE, SEEN);
    Ok(())
}

async fn place(node: &Node, nth: usize) -> Outcome<()> {
    let hour = SlotIndex::at(u8::try_from(nth % HOURS)?, 0)?;
    let bits = u128::try_from(nth)? + 1;
    let session = SessionId::new(Uuid::from_u128(bits));
    let beat = Heartbeat {
        resource: resource(u32::try_from(nth / HOURS)?),
        session,
        span: Span::new(Draw::first_day().at(hour), SlotCount::from_minutes(60)?)?,
        lease: Lease::Presence,
        renew: None,
        new_hold: HoldId::new(Uuid::from_u128(bits)),
        quantity: SeatCount::ONE,
    };
    node.execute(Command::Heartbeat(beat), session, None)
        .await?;
    Ok(())
}

/// How late a hold has ended.
struct Late {
    seen: Duration,
    recorded: Duration,
}

/// Tells of each hold that ends of itself, until nobody listens.
async fn watch(
    node: Arc<Node>,
    mut follower: Follower,
    ends: mpsc::UnboundedSender<Late>,
) -> Outcome<()> {
    while let FeedItem::Events(events) = follower.next().await? {
        let now = node.log().clock().now();
        for event in events.iter() {
            let Some(expired) = expired(event) else {
                continue;
            };
            let late = Late {
                seen: now.since(expired),
                recorded: event.recorded_at.since(expired),
            };
            if ends.send(late).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// When the lease ended whose hold this event ends.
fn expired(event: &RecordedEvent) -> Option<domain::calendar::Timestamp> {
    match &event.event {
        Event::ResourceDay(ResourceDayEvent::HoldExpired(expired)) => {
            Some(expired.lease_expires_at)
        }
        _ => None,
    }
}

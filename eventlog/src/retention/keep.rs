use std::{sync::Arc, time::Duration};

use domain::{
    calendar::{Day, Timestamp},
    partition::Partition,
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{Scope, compact};
use crate::{Duty, Leases, Log, LogError, Post, lease::Rounds, metrics, on_connection};

/// How often to look for what has become old. Each time costs an event on every day
/// that had renewals, so not often.
const LOOK_EVERY: Duration = Duration::from_hours(1);

/// Between two batches: what became old while no server ran must not hold up those
/// who book.
const BATCH_PAUSE: Duration = Duration::from_millis(100);

/// For how long what is told of holds keeps what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Renewals, once their hold has ended.
    pub renewals: Duration,
    /// All the rest of a hold that ended without a booking. To the end of a UTC day: so
    /// each day of a resource gets one event a day that tells of it, and not one an hour.
    pub holds: Duration,
}

impl Kept {
    /// Before which time rows are old at `now`.
    fn before(&self, scope: Scope, now: Timestamp) -> Timestamp {
        let kept = match scope {
            Scope::Renewals => self.renewals,
            Scope::Holds => self.holds,
        };
        let kept_ms = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
        let before = Timestamp::from_ms(now.ms().saturating_sub(kept_ms));
        let before = before.unwrap_or(Timestamp::EPOCH);
        match scope {
            Scope::Renewals => before,
            Scope::Holds => Day::of(before).start(),
        }
    }
}

/// Empties what is told of ended holds once it is older than `kept` says, in every
/// partition whose duty this node holds, until `shutdown`.
pub async fn keep(log: Log, leases: Leases, kept: Kept, shutdown: CancellationToken) {
    let rounds = Rounds {
        duty: Duty::Retention,
        task: "emptying what is told of old holds",
        every: LOOK_EVERY,
        trouble: "what is told of old holds can't be emptied",
    };
    let of_log = log.clone();
    // A batch is one transaction: left in the middle, it never was.
    let round = move |partition, post| catch_up(of_log.clone(), post, kept, partition);
    rounds.go(&log, &leases, &shutdown, round).await;
}

/// Empties what is old now, as long as this node has the duty.
async fn catch_up(
    log: Log,
    post: Arc<Post>,
    kept: Kept,
    partition: Partition,
) -> Result<(), LogError> {
    let now = log.read_clock().await?;
    for scope in Scope::ALL {
        let before = kept.before(scope, now);
        let emptied = empty(&log, &post, partition, (scope, before)).await?;
        if emptied > 0 {
            tracing::info!(%partition, emptied, ?scope, "what was told of ended holds is emptied");
        }
    }
    Ok(())
}

async fn empty(
    log: &Log,
    post: &Post,
    partition: Partition,
    (scope, before): (Scope, Timestamp),
) -> Result<u64, LogError> {
    let mut emptied = 0;
    while post.holds() {
        let doing = "emptying what is told of old holds";
        let step = on_connection(log.pool(), doing, async |connection| {
            compact(connection, partition, scope, before, log.clock().now()).await
        })
        .await?;
        post.worked();
        for (position, fault) in &step.changed {
            tracing::error!(%partition, %position, fault, "a row of the log was changed, and keeps what it says");
        }
        metrics::changed_rows(step.changed.len() as u64);
        emptied += step.emptied;
        if !step.more {
            break;
        }
        if step.emptied > 0 {
            post.idle(sleep(BATCH_PAUSE)).await;
        }
    }
    Ok(emptied)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

    use super::*;

    #[test]
    fn holds_are_kept_to_the_end_of_a_day_and_renewals_to_the_millisecond() {
        let kept = Kept {
            renewals: Duration::from_hours(24),
            holds: Duration::from_hours(168),
        };
        let now: Timestamp = "2026-11-24T13:00:00.001Z".parse().unwrap();
        let before = Scope::ALL.map(|scope| kept.before(scope, now).to_string());
        assert_eq!(
            before,
            ["2026-11-23T13:00:00.001Z", "2026-11-17T00:00:00.000Z"]
        );
    }
}

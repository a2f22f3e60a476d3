use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::partition::Partition;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::{Duty, Leases, held::Place};
use crate::metrics;

/// How often a worker that waits says that it is there.
const REPORT_EVERY: Duration = Duration::from_secs(1);

/// Failures in a row after which a duty is given back: the first may be the
/// database's, and the next node would meet it too.
const FAILURES_MAX: u32 = 3;

/// Failures further apart than this are not in a row.
const FAILURES_WITHIN: Duration = Duration::from_mins(1);

/// How long a duty is left to other nodes the first time: they look for free ones
/// several times in it. Doubled each further time.
const REST_MIN: Duration = Duration::from_secs(1);

/// How long it is left to them at most: where there is no other node, nobody does the
/// duty meanwhile.
const REST_MAX: Duration = Duration::from_secs(5);

/// A duty of a partition as its worker on this node sees it.
///
/// The lease is renewed as long as the worker says that it makes progress: that it
/// has done something, or has nothing to do. When this is dropped, the duty is given
/// back, and other nodes take it before this one takes it again.
#[derive(Debug)]
pub struct Post {
    leases: Leases,
    place: Place,
    failures: Mutex<Failures>,
}

/// What went wrong since the worker last did something.
#[derive(Debug, Default)]
struct Failures {
    in_a_row: u32,
    last: Option<Instant>,
    /// How often the duty was given back for them.
    rests: u32,
}

impl Post {
    pub(super) fn new(leases: Leases, duty: Duty, partition: Partition) -> Self {
        let post = Self {
            leases,
            place: (duty, partition),
            failures: Mutex::default(),
        };
        post.leases.hear(post.place);
        post
    }

    /// Waits until this node has the duty.
    pub async fn acquired(&self) {
        let (duty, partition) = self.place;
        self.idle(self.leases.acquired(duty, partition)).await;
    }

    /// Waits until this node has lost the duty.
    pub async fn lost(&self) {
        let (duty, partition) = self.place;
        self.leases.lost(duty, partition).await;
    }

    /// Whether this node has the duty now: see [`Leases::holds`].
    pub fn holds(&self) -> bool {
        let (duty, partition) = self.place;
        self.leases.holds(duty, partition)
    }

    /// Something of the duty is done.
    pub fn worked(&self) {
        *self.failures() = Failures::default();
        self.leases.hear(self.place);
    }

    /// The worker is at it, a step further than before: what it does takes several, and
    /// each may take as long as a statement may.
    pub fn goes_on(&self) {
        self.leases.hear(self.place);
    }

    /// Waits for something to do. The duty is kept meanwhile.
    pub async fn idle<T>(&self, something: impl Future<Output = T>) -> T {
        tokio::pin!(something);
        let mut reports = interval(REPORT_EVERY);
        reports.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                found = &mut something => return found,
                _ = reports.tick() => self.leases.hear(self.place),
            }
        }
    }

    /// What was to be done failed. The third time in a row the duty is given back, so
    /// that another node gets it; true then.
    pub fn failed(&self) -> bool {
        self.leases.hear(self.place);
        let rests = {
            let mut failures = self.failures();
            let fresh = |last: Instant| last.elapsed() <= FAILURES_WITHIN;
            if !failures.last.is_some_and(fresh) {
                *failures = Failures::default();
            }
            failures.last = Some(Instant::now());
            failures.in_a_row += 1;
            if failures.in_a_row < FAILURES_MAX {
                return false;
            }
            failures.in_a_row = 0;
            failures.rests += 1;
            failures.rests
        };
        let doubled = REST_MIN * 2_u32.saturating_pow(rests - 1);
        self.give_back(doubled.min(REST_MAX));
        true
    }

    fn give_back(&self, rest: Duration) {
        let (duty, partition) = self.place;
        if self.holds() {
            let rest_ms = rest.as_millis();
            tracing::warn!(duty = duty.name(), %partition, rest_ms, "a duty is left to other nodes");
            metrics::duty_given_back(duty.name());
        }
        let held = &self.leases.held;
        held.send_modify(|held| held.rest(self.place, rest));
        self.leases.given_back.notify_one();
    }

    fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.leases.held.send_if_modified(|held| {
            held.end(self.place);
            false
        });
        self.give_back(REST_MIN);
    }
}

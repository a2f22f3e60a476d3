use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use domain::calendar::Day;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{meters::Meters, plan::Plan};
use crate::draw::Draw;

/// How many days can be had at a time.
const DAYS_OPEN: u32 = 3;

/// What all visitors and viewers of a soak share.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) plan: Plan,
    pub(super) meters: Meters,
    /// Visitors that are there now.
    pub(super) visitors: AtomicUsize,
    /// Viewers that are there now.
    pub(super) viewers: AtomicUsize,
    addresses: Vec<String>,
    started: Instant,
    over: CancellationToken,
}

/// Counts whoever is there until it is dropped.
#[derive(Debug)]
pub(super) struct There<'a>(&'a AtomicUsize);

impl<'a> There<'a> {
    pub(super) fn at(place: &'a AtomicUsize) -> Self {
        place.fetch_add(1, Ordering::AcqRel);
        Self(place)
    }
}

impl Drop for There<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Site {
    /// Of servers that listen at `addresses`.
    pub(super) fn new(plan: Plan, addresses: Vec<String>) -> Self {
        Self {
            plan,
            meters: Meters::new(),
            visitors: AtomicUsize::new(0),
            viewers: AtomicUsize::new(0),
            addresses,
            started: Instant::now(),
            over: CancellationToken::new(),
        }
    }

    /// The server of whoever comes `nth`: each in turn.
    pub(super) fn address(&self, nth: u64) -> &str {
        let count = self.addresses.len() as u64;
        let nth = usize::try_from(nth % count).unwrap_or(0);
        &self.addresses[nth]
    }

    /// The first and the last day that can be had now. They move on, so that an
    /// hour of bookings finds as much room at its end as at its beginning.
    pub(super) fn open_days(&self) -> (Day, Day) {
        let gone = self.started.elapsed().as_millis() / u128::from(self.plan.day_every_ms);
        let gone = u32::try_from(gone).unwrap_or(u32::MAX);
        let first = Draw::first_day().plus(gone);
        let first = first.expect("far from the year 9999");
        let last = first.plus(DAYS_OPEN - 1);
        (first, last.expect("far from the year 9999"))
    }

    /// How many days can be had at a time.
    pub(super) const fn days_open() -> u32 {
        DAYS_OPEN
    }

    /// Seconds since the load began.
    pub(super) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Waits; false when the soak is over before.
    pub(super) async fn pause(&self, time: Duration) -> bool {
        tokio::select! {
            () = sleep(time) => true,
            () = self.over.cancelled() => false,
        }
    }

    /// Ends when the soak is over.
    pub(super) async fn over(&self) {
        self.over.cancelled().await;
    }

    /// Whether the soak is over.
    pub(super) fn is_over(&self) -> bool {
        self.over.is_cancelled()
    }

    /// Sends everybody home.
    pub(super) fn close(&self) {
        self.over.cancel();
    }
}

//! When a node ends holds although no command has come.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use domain::{calendar::Timestamp, hold::LiveHolds, stream::StreamId};

/// How long a node without the duty leaves a due hold to the node that has it:
/// twice the time in which a duty changes hands. After that the other is taken
/// for stuck.
const GRACE: Duration = Duration::from_secs(4);
/// How long to leave the database alone after a read for expiry has failed.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The timer of a partition's expiry on one node.
#[derive(Debug, Default)]
pub(crate) struct ExpiryTimer {
    /// The streams that due holds wait for.
    wants: HashSet<StreamId>,
    not_before: Option<Instant>,
}

impl ExpiryTimer {
    /// How long until holds should be ended on the timer alone; nothing when
    /// there are none, or when their streams are still being read.
    pub(crate) fn due_in(
        &self,
        holds: &LiveHolds,
        now: Timestamp,
        on_duty: bool,
        loading: impl Fn(&StreamId) -> bool,
    ) -> Option<Duration> {
        let lease = holds.next_lease()?;
        if self.wants.iter().any(loading) {
            return None;
        }
        let grace = if on_duty { Duration::ZERO } else { GRACE };
        // Who is on duty gives those their lease anew that have it by a clock that was
        // ahead, at once: nobody sees by the lease how long they have waited.
        let lease = match holds.dated_ahead(now).next() {
            Some(_) if on_duty => now,
            Some(_) | None => lease,
        };
        let overdue = now.since(lease);
        let due_in = (lease.since(now) + grace).saturating_sub(overdue);
        let pause = self.not_before.map_or(Duration::ZERO, |instant| {
            instant.saturating_duration_since(Instant::now())
        });
        Some(due_in.max(pause))
    }

    /// Notes what must be read before all that is due can end.
    pub(crate) fn want(&mut self, streams: &[StreamId]) {
        if streams.is_empty() {
            self.wants.clear();
        }
        self.wants.extend(streams.iter().cloned());
    }

    pub(crate) fn wants(&self, stream: &StreamId) -> bool {
        self.wants.contains(stream)
    }

    /// Notes that a read has failed.
    pub(crate) fn read_failed(&mut self, streams: &[StreamId]) {
        if streams.iter().any(|stream| self.wants.contains(stream)) {
            self.not_before = Some(Instant::now() + RETRY_AFTER);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use domain::{
        calendar::{SlotCount, Span},
        hold::{Hold, Lease},
        ids::{HoldId, SessionId},
    };
    use uuid::Uuid;

    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms).unwrap()
    }

    fn holds_until(lease_expires_at: Timestamp) -> LiveHolds {
        let mut holds = LiveHolds::default();
        holds.insert(Hold {
            id: HoldId::new(Uuid::nil()),
            resource: "studio-a".parse().unwrap(),
            session: SessionId::new(Uuid::nil()),
            span: Span::new(Timestamp::EPOCH, SlotCount::from_minutes(60).unwrap()).unwrap(),
            lease: Lease::Presence,
            placed_at: Timestamp::EPOCH,
            renewed_at: Timestamp::EPOCH,
            lease_expires_at,
            renewable_until: lease_expires_at,
            renewals: 0,
        });
        holds
    }

    #[test]
    fn without_holds_there_is_no_timer() {
        let timer = ExpiryTimer::default();
        let due_in = timer.due_in(&LiveHolds::default(), at(0), true, |_| false);
        assert_eq!(due_in, None);
    }

    #[test]
    fn the_node_on_duty_wakes_at_the_lease_end_and_others_after_a_grace() {
        let (timer, holds) = (ExpiryTimer::default(), holds_until(at(10_000)));
        let due_in = |now, on_duty| timer.due_in(&holds, at(now), on_duty, |_| false);
        assert_eq!(due_in(4_000, true), Some(Duration::from_secs(6)));
        assert_eq!(due_in(4_000, false), Some(Duration::from_secs(10)));
        assert_eq!(due_in(12_000, true), Some(Duration::ZERO));
        assert_eq!(due_in(12_000, false), Some(Duration::from_secs(2)));
        assert_eq!(due_in(14_000, false), Some(Duration::ZERO));
    }

    #[test]
    fn the_node_on_duty_wakes_for_a_hold_that_is_dated_ahead() {
        let (timer, mut holds) = (ExpiryTimer::default(), LiveHolds::default());
        let hold = holds_until(at(90_000_000)).iter().next().unwrap().clone();
        holds.insert(Hold {
            renewed_at: at(86_400_000),
            ..hold
        });
        let due_in = |on_duty| {
            timer
                .due_in(&holds, at(10_000), on_duty, |_| false)
                .unwrap()
        };
        assert_eq!(due_in(true), Duration::ZERO);
        assert!(due_in(false) > Duration::from_secs(86_400));
    }

    #[test]
    fn the_timer_waits_for_reads_under_way_and_pauses_after_a_failed_one() {
        let (mut timer, holds) = (ExpiryTimer::default(), holds_until(at(10_000)));
        let stream = StreamId::Resource("studio-a".parse().unwrap());
        timer.want(std::slice::from_ref(&stream));
        assert_eq!(timer.due_in(&holds, at(11_000), true, |_| true), None);
        timer.read_failed(std::slice::from_ref(&stream));
        let due_in = timer.due_in(&holds, at(11_000), true, |_| false);
        assert!(due_in.unwrap() > Duration::ZERO);
    }
}

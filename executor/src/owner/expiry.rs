//! When a node ends holds although no command has come.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use domain::{
    calendar::Timestamp,
    hold::{Hold, LiveHolds},
    stream::StreamId,
};

use crate::memory::Unreadable;

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
    /// there are none, or when their streams are still being read. Those that can't be
    /// ended are passed over until their streams are to be read again.
    pub(crate) fn due_in(
        &self,
        (holds, unreadable): (&LiveHolds, &Unreadable),
        now: Timestamp,
        on_duty: bool,
        loading: impl Fn(&StreamId) -> bool,
    ) -> Option<Duration> {
        let instant = Instant::now();
        let next_try = unreadable.next_try(instant);
        let Some(lease) = next_lease(holds, unreadable, instant) else {
            return next_try.map(|at| at.saturating_duration_since(instant));
        };
        if self.wants.iter().any(loading) {
            return None;
        }
        let grace = if on_duty { Duration::ZERO } else { GRACE };
        // Who is on duty gives those a new lease at once that have theirs by a clock that was
        // ahead: nobody sees by the lease how long they have waited.
        let ends = |hold: &Hold| !unreadable.passes_over(hold, instant);
        let lease = if on_duty && holds.dated_ahead(now).any(ends) {
            now
        } else {
            lease
        };
        let overdue = now.since(lease);
        let due_in = (lease.since(now) + grace).saturating_sub(overdue);
        let from_now = |at: Instant| at.saturating_duration_since(instant);
        let due_in = next_try.map_or(due_in, |at| due_in.min(from_now(at)));
        Some(due_in.max(self.not_before.map_or(Duration::ZERO, from_now)))
    }

    /// Notes the streams that the holds have which are to be ended next, instead of those
    /// that were noted before.
    pub(crate) fn want(&mut self, streams: impl Iterator<Item = StreamId>) {
        self.wants.clear();
        self.wants.extend(streams);
    }

    pub(crate) fn wants(&self, stream: &StreamId) -> bool {
        self.wants.contains(stream)
    }

    /// Notes that a read has failed; whether holds that are due wait for it.
    pub(crate) fn read_failed(&mut self, streams: &[StreamId]) -> bool {
        let waits = streams.iter().any(|stream| self.wants.contains(stream));
        if waits {
            self.not_before = Some(Instant::now() + RETRY_AFTER);
        }
        waits
    }
}

/// When the next lease runs out of a hold that is not passed over.
fn next_lease(holds: &LiveHolds, unreadable: &Unreadable, instant: Instant) -> Option<Timestamp> {
    if unreadable.is_empty() {
        return holds.next_lease();
    }
    let mut by_lease = holds.due(Timestamp::MAX);
    let next = by_lease.find(|hold| !unreadable.passes_over(hold, instant));
    next.map(|hold| hold.lease_expires_at)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use domain::{
        calendar::{Buffers, SeatCount, SlotCount, Span},
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
            buffers: Buffers::NONE,
            quantity: SeatCount::ONE,
        });
        holds
    }

    #[test]
    fn without_holds_there_is_no_timer() {
        let timer = ExpiryTimer::default();
        let none = (&LiveHolds::default(), &Unreadable::default());
        let due_in = timer.due_in(none, at(0), true, |_| false);
        assert_eq!(due_in, None);
    }

    #[test]
    fn the_node_on_duty_wakes_at_the_lease_end_and_others_after_a_grace() {
        let (timer, holds) = (ExpiryTimer::default(), holds_until(at(10_000)));
        let all = (&holds, &Unreadable::default());
        let due_in = |now, on_duty| timer.due_in(all, at(now), on_duty, |_| false);
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
                .due_in(
                    (&holds, &Unreadable::default()),
                    at(10_000),
                    on_duty,
                    |_| false,
                )
                .unwrap()
        };
        assert_eq!(due_in(true), Duration::ZERO);
        assert!(due_in(false) > Duration::from_hours(24));
    }

    #[test]
    fn the_timer_waits_for_reads_under_way_and_pauses_after_a_failed_one() {
        let (mut timer, holds) = (ExpiryTimer::default(), holds_until(at(10_000)));
        let stream = StreamId::Resource("studio-a".parse().unwrap());
        let all = (&holds, &Unreadable::default());
        timer.want([stream.clone()].into_iter());
        assert_eq!(timer.due_in(all, at(11_000), true, |_| true), None);
        assert!(timer.read_failed(std::slice::from_ref(&stream)));
        let due_in = timer.due_in(all, at(11_000), true, |_| false);
        assert!(due_in.unwrap() > Duration::ZERO);
    }

    #[test]
    fn only_what_the_next_holds_need_is_kept() {
        let mut timer = ExpiryTimer::default();
        let streams = |name: &str| StreamId::Resource(name.parse().unwrap());
        for name in ["a", "b", "c"] {
            timer.want([streams(name)].into_iter());
        }
        let wanted = ["a", "b", "c"].map(|name| timer.wants(&streams(name)));
        assert_eq!(wanted, [false, false, true]);
    }

    #[test]
    fn a_hold_whose_day_does_not_read_is_passed_over_until_the_day_is_tried_again() {
        let (timer, mut holds) = (ExpiryTimer::default(), holds_until(at(10_000)));
        let mut unreadable = Unreadable::default();
        let first = holds.iter().next().unwrap().clone();
        let days: Vec<_> = first.day_streams().collect();
        unreadable.failed(&days, Instant::now() + Duration::from_mins(1));
        let due_in =
            |holds: &LiveHolds| timer.due_in((holds, &unreadable), at(11_000), true, |_| false);
        assert!(due_in(&holds).unwrap() > Duration::from_secs(59));
        holds.insert(Hold {
            id: HoldId::new(Uuid::from_u128(2)),
            resource: "studio-b".parse().unwrap(),
            lease_expires_at: at(12_000),
            ..first
        });
        assert_eq!(due_in(&holds), Some(Duration::from_secs(1)));
    }
}

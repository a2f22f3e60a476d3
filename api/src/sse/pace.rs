use std::{num::NonZeroU32, time::Duration};

use tokio::time::Instant;

/// Sends a viewer so many rounds of states a second and no more: a day is in a round once.
///
/// Who waits here takes nothing from its boards, which keep the newest states alone; so the
/// next round has those, and the ones between are not sent.
#[derive(Debug)]
pub(super) struct Pace {
    /// Nothing where rounds come as they will.
    every: Option<Duration>,
    next: Option<Instant>,
}

impl Pace {
    /// So many rounds each second; as many as there are without a number.
    pub(super) fn new(each_second: Option<NonZeroU32>) -> Self {
        Self {
            every: each_second.map(|count| Duration::from_secs(1) / count.get()),
            next: None,
        }
    }

    /// Before when no other round may be sent; nothing while one may be at once.
    pub(super) const fn next(&self) -> Option<Instant> {
        self.next
    }

    /// A round of states is sent at `now`.
    pub(super) fn sent(&mut self, now: Instant) {
        self.next = self.every.map(|every| now + every);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of a thousand rounds that wait are sent within a second.
    fn sent_in_a_second(each_second: u32) -> u32 {
        let mut pace = Pace::new(NonZeroU32::new(each_second));
        let begun = Instant::now();
        let (mut now, mut sent) = (begun, 0);
        while sent < 1000 {
            now = pace.next().map_or(now, |next| now.max(next));
            if now >= begun + Duration::from_secs(1) {
                break;
            }
            pace.sent(now);
            sent += 1;
        }
        sent
    }

    #[test]
    fn so_many_rounds_are_sent_each_second_and_no_more() {
        assert_eq!(sent_in_a_second(10), 10);
        assert_eq!(sent_in_a_second(1), 1);
        assert_eq!(sent_in_a_second(0), 1000);
    }
}

//! Streams that could not be read lately, and when each is tried again.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use domain::{hold::Hold, stream::StreamId};

/// The first pause before a stream is read again that a due hold waits for; each further
/// one is twice as long.
const PAUSE_MIN: Duration = Duration::from_secs(1);
/// The longest pause: how late it is noticed that the stream reads again.
const PAUSE_MAX: Duration = Duration::from_mins(1);

/// Streams that do not read. Holds on them are passed over for a while, so that they
/// keep nothing else from its end; whoever asks for such a stream still gets it read.
#[derive(Debug, Default)]
pub(crate) struct Unreadable(HashMap<StreamId, Pause>);

#[derive(Debug, Clone, Copy)]
struct Pause {
    until: Instant,
    length: Duration,
}

impl Unreadable {
    /// Notes that these did not read at `now`.
    pub(crate) fn failed(&mut self, streams: &[StreamId], now: Instant) {
        // Nobody waits any more for what was not tried again for so long.
        self.0.retain(|_, pause| pause.until + PAUSE_MAX * 2 > now);
        for stream in streams {
            let before = self.0.get(stream).map(|pause| pause.length * 2);
            let length = before.unwrap_or(PAUSE_MIN).min(PAUSE_MAX);
            let until = now + length;
            self.0.insert(stream.clone(), Pause { until, length });
        }
    }

    /// Notes that this one reads.
    pub(crate) fn reads(&mut self, stream: &StreamId) {
        if !self.0.is_empty() {
            self.0.remove(stream);
        }
    }

    /// Whether the hold can't be ended now, since a day of it does not read.
    pub(crate) fn passes_over(&self, hold: &Hold, now: Instant) -> bool {
        let pauses = |stream| self.0.get(&stream).is_some_and(|pause| pause.until > now);
        !self.0.is_empty() && hold.day_streams().any(pauses)
    }

    /// Whether there are none, so that no hold is passed over.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// When the next of them may be tried again; nothing when none waits.
    pub(crate) fn next_try(&self, now: Instant) -> Option<Instant> {
        let untils = self.0.values().map(|pause| pause.until);
        untils.filter(|until| *until > now).min()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use super::*;

    fn stream(number: u32) -> StreamId {
        StreamId::Resource(format!("room-{number}").parse().unwrap())
    }

    #[test]
    fn what_fails_again_is_left_alone_for_longer_up_to_a_limit() {
        let (mut unreadable, mut now) = (Unreadable::default(), Instant::now());
        let mut pauses = Vec::new();
        for _ in 0..8 {
            unreadable.failed(&[stream(1)], now);
            let next = unreadable.next_try(now).unwrap();
            pauses.push(next.duration_since(now).as_secs());
            now = next;
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(unreadable.next_try(now), None);
    }

    #[test]
    fn what_reads_again_and_what_nobody_tries_is_forgotten() {
        let (mut unreadable, now) = (Unreadable::default(), Instant::now());
        unreadable.failed(&[stream(1), stream(2)], now);
        unreadable.reads(&stream(1));
        assert_eq!(unreadable.0.len(), 1);
        unreadable.failed(&[stream(3)], now + PAUSE_MAX * 3);
        assert_eq!(unreadable.0.keys().collect::<Vec<_>>(), [&stream(3)]);
    }
}

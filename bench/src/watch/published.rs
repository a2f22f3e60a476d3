use std::{
    sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

/// The quarter hours of a day: each is booked once, then cancelled once.
pub(super) const SLOTS: usize = 96;

/// How many changes a day goes through, each leaving a state of its own.
pub(super) const CHANGES: usize = 2 * SLOTS;

/// When each change of the day was sent off, for those who receive it.
#[derive(Debug)]
pub(super) struct Published {
    base: Instant,
    sent_ns: [AtomicU64; CHANGES + 1],
    /// Subscribers whose stream has begun.
    pub(super) subscribed: AtomicUsize,
    /// The last change; 0 while it is not known.
    pub(super) last: AtomicUsize,
    /// Nobody need wait any longer.
    pub(super) over: AtomicBool,
}

impl Published {
    pub(super) fn new() -> Self {
        Self {
            base: Instant::now(),
            sent_ns: [const { AtomicU64::new(0) }; CHANGES + 1],
            subscribed: AtomicUsize::new(0),
            last: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        }
    }

    /// Change `nth` is being sent now.
    pub(super) fn sending(&self, nth: usize) {
        let now = u64::try_from(self.base.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.sent_ns[nth].store(now, Ordering::Release);
    }

    /// How long change `nth` has been under way.
    pub(super) fn since(&self, nth: usize) -> Duration {
        let sent = Duration::from_nanos(self.sent_ns[nth].load(Ordering::Acquire));
        self.base.elapsed().saturating_sub(sent)
    }
}

/// The busy slots after change `nth`: the first 96 changes book one more quarter
/// hour, the others cancel one, in the order of the day.
pub(super) fn busy_after(nth: usize) -> std::ops::Range<usize> {
    nth.saturating_sub(SLOTS)..nth.min(SLOTS)
}

/// Which change left the day in the state of this frame, if it is one; `after`
/// is the last that was seen.
///
/// Reads no more of the text than the ends of its list: it does so a hundred
/// thousand times a second, on the processors that the server needs.
pub(super) fn change_of(line: &[u8], after: usize) -> Option<usize> {
    let data = line.strip_prefix(b"data:")?;
    let start = data.iter().position(|byte| *byte == b'[')? + 1;
    let end = data.iter().rposition(|byte| *byte == b']')?;
    let busy = data.get(start..end)?;
    if busy.is_empty() {
        return Some(if after == 0 { 0 } else { CHANGES });
    }
    let first = number(busy.split(|byte| *byte == b',').next()?)?;
    let last = number(busy.rsplit(|byte| *byte == b',').next()?)?;
    Some(if first == 0 { last + 1 } else { SLOTS + first })
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_told_by_the_state_it_leaves() {
        for nth in 1..=CHANGES {
            let busy: Vec<String> = busy_after(nth).map(|slot| slot.to_string()).collect();
            let line = format!(r#"data: {{"busySlots":[{}]}}"#, busy.join(","));
            assert_eq!(change_of(line.as_bytes(), nth - 1), Some(nth), "{line}");
        }
        assert_eq!(change_of(br#"data: {"busySlots":[]}"#, 0), Some(0));
        assert_eq!(change_of(b"id: 7", 0), None);
    }
}

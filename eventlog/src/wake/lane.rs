use std::sync::Arc;

use tokio::sync::{broadcast, watch};

use crate::{Commit, Head, Position, RecordedEvent, Tip};

/// Commits that are kept in memory for a follower that is behind; past them it
/// reads the log.
const COMMITS_BUFFERED: usize = 128;

/// A partition's end as it identifies a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) position: Position,
    pub(crate) tip: Tip,
}

impl From<Head> for Seen {
    fn from(head: Head) -> Self {
        Self {
            position: head.position,
            tip: head.tip,
        }
    }
}

/// An append of this process.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    /// The end that it followed.
    pub(crate) after: Seen,
    pub(crate) events: Arc<[RecordedEvent]>,
}

/// What is heard of one partition.
#[derive(Debug)]
pub(crate) struct Lane {
    commits: broadcast::Sender<Published>,
    /// The end as last heard of. Marked as changed only by what this process's
    /// followers don't get from memory.
    end: watch::Sender<Seen>,
}

impl Lane {
    pub(super) fn new(end: Seen) -> Self {
        Self {
            commits: broadcast::Sender::new(COMMITS_BUFFERED),
            end: watch::Sender::new(end),
        }
    }

    /// This process's appends from now on.
    pub(crate) fn commits(&self) -> broadcast::Receiver<Published> {
        self.commits.subscribe()
    }

    /// Changes when the log must be read.
    pub(crate) fn news(&self) -> watch::Receiver<Seen> {
        self.end.subscribe()
    }

    pub(crate) fn end(&self) -> Seen {
        *self.end.borrow()
    }

    pub(super) fn publish(&self, after: Head, commit: &Commit) {
        self.end.send_if_modified(|end| {
            *end = commit.head.into();
            false
        });
        // Fails when nobody follows.
        let _ = self.commits.send(Published {
            after: after.into(),
            events: Arc::clone(&commit.events),
        });
    }

    /// The end was found to be `now`, by a read that began when it was known to
    /// be `before`.
    pub(super) fn hear(&self, before: Seen, now: Seen) {
        self.end.send_if_modified(|end| {
            // An append of this process that was committed after the read.
            let overtaken = before.position < now.position && now.position <= end.position;
            let unchanged = now == *end || now == before;
            if overtaken || unchanged {
                return false;
            }
            *end = now;
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(position: u64, tip: i64) -> Seen {
        Seen {
            position: Position::new(position),
            tip: Tip(tip),
        }
    }

    fn wakes(known: Seen, before: Seen, now: Seen) -> bool {
        let lane = Lane::new(known);
        let news = lane.news();
        lane.hear(before, now);
        news.has_changed().expect("the lane lives")
    }

    #[test]
    fn another_nodes_append_wakes() {
        assert!(wakes(seen(5, 1), seen(5, 1), seen(7, 2)));
    }

    #[test]
    fn what_is_known_does_not_wake() {
        assert!(!wakes(seen(5, 1), seen(5, 1), seen(5, 1)));
    }

    #[test]
    fn own_appends_during_the_read_do_not_wake() {
        assert!(!wakes(seen(9, 3), seen(5, 1), seen(5, 1)));
        assert!(!wakes(seen(9, 3), seen(5, 1), seen(7, 2)));
    }

    #[test]
    fn a_history_undone_wakes() {
        assert!(wakes(seen(5, 1), seen(5, 1), seen(3, 7)));
        assert!(wakes(seen(5, 1), seen(5, 1), seen(5, 8)));
    }
}

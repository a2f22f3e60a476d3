use std::collections::VecDeque;

use eventlog::Position;

use super::change::Change;

/// Changes that a partition's feed remembers: more than the views are behind the
/// log, except after a failure, so that a day from the views needs no event from
/// the log. About 2 MB.
const RECENT_CHANGES_MAX: usize = 16_384;

/// The last changes of a partition, in order.
#[derive(Debug)]
pub(super) struct Recent {
    changes: VecDeque<Change>,
    /// Every change after this position that was applied is here.
    complete_after: Position,
}

impl Recent {
    /// Remembers from `position` on.
    pub(super) const fn after(position: Position) -> Self {
        Self {
            changes: VecDeque::new(),
            complete_after: position,
        }
    }

    /// Remembers a change, and forgets the oldest above the limit.
    pub(super) fn push(&mut self, change: Change) {
        self.changes.push_back(change);
        if self.changes.len() > RECENT_CHANGES_MAX
            && let Some(forgotten) = self.changes.pop_front()
        {
            self.complete_after = forgotten.position;
        }
    }

    /// All changes after `position`, unless some are forgotten.
    pub(super) fn since(&self, position: Position) -> Option<impl Iterator<Item = &Change>> {
        let known = position >= self.complete_after;
        known.then(|| {
            let first = self
                .changes
                .partition_point(|change| change.position <= position);
            self.changes.range(first..)
        })
    }

    /// Whether all changes after `position` are here.
    pub(super) fn reaches_back_to(&self, position: Position) -> bool {
        position >= self.complete_after
    }
}

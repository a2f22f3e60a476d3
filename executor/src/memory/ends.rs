//! Which ends of the partition an owner has passed, and which ones its reads saw.

use std::collections::BTreeMap;

use eventlog::{Head, Position, Tip};

/// Tells whether a read beside the owner saw the history that the owner remembers.
///
/// A read may see more than the owner remembers, of a history that a failover then
/// undoes; or a copy of the log that lags. What it found is only of use while the
/// memory passes the very end that the read saw.
#[derive(Debug)]
pub(crate) struct Ends {
    /// The tips of the appends that were passed since the oldest read that is under way
    /// began, and of the one before.
    passed: BTreeMap<Position, Tip>,
    /// The furthest end that a read saw and that is not passed yet.
    ahead: Option<Head>,
}

/// A read saw another history than the one that is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OtherHistory;

impl Ends {
    /// An owner that stands at `head`.
    pub(crate) fn at(head: Head) -> Self {
        Self {
            passed: BTreeMap::from([(head.position, head.tip)]),
            ahead: None,
        }
    }

    /// The owner passes an event; `tip` is there on the last one of an append.
    pub(crate) fn pass(
        &mut self,
        position: Position,
        tip: Option<Tip>,
    ) -> Result<(), OtherHistory> {
        self.passed.extend(tip.map(|tip| (position, tip)));
        match self.ahead {
            Some(ahead) if ahead.position == position => {
                self.ahead = None;
                self.require(ahead)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A read saw this end.
    pub(crate) fn see(&mut self, seen: Head) -> Result<(), OtherHistory> {
        if seen.position <= self.position() {
            return self.require(seen);
        }
        match self.ahead {
            Some(ahead) if ahead.position == seen.position && ahead.tip != seen.tip => {
                Err(OtherHistory)
            }
            Some(ahead) if ahead.position >= seen.position => Ok(()),
            Some(_) | None => {
                self.ahead = Some(seen);
                Ok(())
            }
        }
    }

    /// Whether a read saw more than the owner has passed.
    pub(crate) const fn are_ahead(&self) -> bool {
        self.ahead.is_some()
    }

    /// Forgets what lies before `oldest`, where the oldest read under way began; all but
    /// the last one without such a read.
    pub(crate) fn forget_before(&mut self, oldest: Option<Position>) {
        let oldest = oldest.unwrap_or_else(|| self.position());
        self.passed = self.passed.split_off(&oldest.min(self.position()));
    }

    /// The end of the last append that was passed.
    pub(crate) fn position(&self) -> Position {
        self.passed
            .last_key_value()
            .map_or(Position::START, |(position, _)| *position)
    }

    fn require(&self, seen: Head) -> Result<(), OtherHistory> {
        if self.passed.get(&seen.position) == Some(&seen.tip) {
            Ok(())
        } else {
            Err(OtherHistory)
        }
    }
}

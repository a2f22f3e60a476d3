//! Holds what clients were told against the log.

mod acknowledged;
mod holds;
mod kept;
mod reading;
mod refusal;

use std::fmt;

use crate::{
    deed::{Attempt, Claim, Deed},
    history::Partition,
    stage::PutBack,
};

/// How long a server may take to notice that its database was put back: it looks
/// once a second, and when a connection is lost.
const NOTICED_MS: i64 = 5_000;

/// What was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Promise {
    /// As `slotkeeper-replay verify` has it.
    Log(replay::verify::Promise),
    /// What was acknowledged is in the log, once, whole and where it was said to be.
    Acknowledged,
    /// Who was told that nothing was done has done nothing.
    NothingDone,
    /// A refusal was justified where it was checked.
    Refusal,
    /// A read shows what it says it shows.
    Reading,
    /// Holds block while they live, and end by their lease.
    Holds,
    /// What an earlier copy had is there after it was put back, and nothing is emptied
    /// before its time.
    Kept,
    /// Everything goes on once the faults are over.
    Alive,
}

/// A promise that was broken, and how.
#[derive(Debug, Clone)]
pub(crate) struct Violation {
    pub(crate) promise: Promise,
    pub(crate) says: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.promise, self.says)
    }
}

/// A history of the log, from when on it went on and until when.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) partitions: Vec<Partition>,
    pub(crate) from_ms: i64,
    pub(crate) until_ms: i64,
}

/// All that ever was: one history, or that which was undone and the one after.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) branches: Vec<Branch>,
    pub(crate) put_back: Option<PutBack>,
}

impl Course {
    /// The histories that an attempt may have met.
    fn met_by(&self, attempt: &Attempt) -> impl Iterator<Item = &Branch> {
        let (sent_ms, answered_ms) = (attempt.sent_ms, attempt.answered_ms);
        self.branches
            .iter()
            .filter(move |branch| branch.from_ms <= answered_ms && sent_ms <= branch.until_ms)
    }

    /// Whether a read came when its server may not have noticed yet that the
    /// database was put back: no read is promised anything then.
    fn is_unsettled(&self, attempt: &Attempt) -> bool {
        self.put_back.is_some_and(|put_back| {
            attempt.answered_ms >= put_back.undone && attempt.sent_ms <= put_back.awake + NOTICED_MS
        })
    }
}

/// All that is wrong with what clients were told.
pub(crate) fn check(course: &Course, deeds: &[Deed]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for deed in deeds {
        for nth in 0..deed.attempts.len() {
            violations.extend(check_attempt(course, deed, nth));
        }
    }
    let mut add = |promise, found: Vec<String>| {
        let found = found.into_iter();
        violations.extend(found.map(|says| Violation { promise, says }));
    };
    for branch in &course.branches {
        add(Promise::Acknowledged, acknowledged::made_twice(branch));
        add(Promise::Holds, holds::ended_early(branch));
        add(Promise::Kept, kept::emptied(branch));
    }
    let last = course.branches.last();
    add(
        Promise::Holds,
        last.map(holds::left_over).unwrap_or_default(),
    );
    add(Promise::Kept, kept::lost(course, deeds));
    violations
}

fn check_attempt(course: &Course, deed: &Deed, nth: usize) -> Option<Violation> {
    let attempt = &deed.attempts[nth];
    let met = |check: &dyn Fn(&Branch) -> Result<(), String>| {
        let mut wrong = "there is no history that it can have met".to_owned();
        for branch in course.met_by(attempt) {
            match check(branch) {
                Ok(()) => return None,
                Err(says) => wrong = says,
            }
        }
        Some(wrong)
    };
    let read = deed.ask.is_read();
    let (promise, wrong) = match attempt.claim() {
        Claim::Done | Claim::Refused if read && course.is_unsettled(attempt) => return None,
        Claim::Done | Claim::Refused if read => (
            Promise::Reading,
            met(&|branch| reading::check(branch, &deed.ask, attempt)),
        ),
        Claim::Done => (
            Promise::Acknowledged,
            met(&|branch| acknowledged::check(branch, deed, nth)),
        ),
        Claim::Refused => (
            Promise::Refusal,
            acknowledged::wrote_nothing(course, attempt)
                .err()
                .or_else(|| met(&|branch| refusal::check(branch, deed, attempt))),
        ),
        Claim::NothingDone => (
            Promise::NothingDone,
            acknowledged::wrote_nothing(course, attempt).err(),
        ),
        Claim::Unknown | Claim::NotShown => return None,
        Claim::Broken => (Promise::Alive, Some("no answer should be that".to_owned())),
    };
    wrong.map(|wrong| Violation {
        promise,
        says: format!(
            "{wrong}: {} of {:?} by {}: {attempt:?}",
            nth + 1,
            deed.ask,
            deed.session
        ),
    })
}

//! Defects that are planted on purpose, so that the fault runs can be seen to
//! find them.
//!
//! Only tests enable the feature `planted-defects`. Without it nothing is ever
//! planted, and the compiler leaves all of this out.

use domain::calendar::Timestamp;

/// Names the defect that a process is to have.
#[cfg(feature = "planted-defects")]
const VARIABLE: &str = "SLOTKEEPER_PLANTED_DEFECT";

/// A promise that is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// The append does not look where the head is.
    HeadUnchecked,
    /// Whoever finds the position it expects asks no further.
    TipIgnored,
    /// Commands are answered before their events are appended.
    AnsweredEarly,
    /// The checkpoint is committed before the rows of its views.
    CheckpointApart,
    /// Holds end by the wall clock of a node.
    ExpiryByWallClock,
}

impl Defect {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::HeadUnchecked,
        Self::TipIgnored,
        Self::AnsweredEarly,
        Self::CheckpointApart,
        Self::ExpiryByWallClock,
    ];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HeadUnchecked => "head-unchecked",
            Self::TipIgnored => "tip-ignored",
            Self::AnsweredEarly => "answered-early",
            Self::CheckpointApart => "checkpoint-apart",
            Self::ExpiryByWallClock => "expiry-by-wall-clock",
        }
    }

    /// Whether this process is to have it.
    #[cfg(feature = "planted-defects")]
    pub fn is_planted(self) -> bool {
        use std::sync::LazyLock;

        static PLANTED: LazyLock<Option<String>> = LazyLock::new(|| std::env::var(VARIABLE).ok());
        PLANTED.as_deref() == Some(self.name())
    }

    /// Never.
    #[cfg(not(feature = "planted-defects"))]
    pub const fn is_planted(self) -> bool {
        false
    }
}

/// The statement that appends, or what a defect makes of it.
#[cfg(feature = "planted-defects")]
pub(crate) fn spoil(append: &'static str) -> &'static str {
    use std::sync::OnceLock;

    static SPOILT: OnceLock<String> = OnceLock::new();
    let (check, instead) = if Defect::HeadUnchecked.is_planted() {
        (
            "and head.position = ($2::bigint[])[batch.nth] and head.tip = ($3::bigint[])[batch.nth]",
            "and $2::bigint[] is not null and $3::bigint[] is not null",
        )
    } else if Defect::TipIgnored.is_planted() {
        (
            "and head.tip = ($3::bigint[])[batch.nth]",
            "and $3::bigint[] is not null",
        )
    } else {
        return append;
    };
    SPOILT.get_or_init(|| append.replace(check, instead))
}

/// The statement that appends.
#[cfg(not(feature = "planted-defects"))]
pub(crate) const fn spoil(append: &'static str) -> &'static str {
    append
}

/// The time at which holds are due that are due `now`.
#[cfg(feature = "planted-defects")]
pub fn due_at(now: Timestamp) -> Timestamp {
    use std::time::SystemTime;

    if !Defect::ExpiryByWallClock.is_planted() {
        return now;
    }
    #[expect(clippy::disallowed_methods, reason = "that is the defect")]
    let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let ms = wall
        .ok()
        .and_then(|wall| i64::try_from(wall.as_millis()).ok());
    ms.and_then(|ms| Timestamp::from_ms(ms).ok()).unwrap_or(now)
}

/// The time at which holds are due that are due `now`.
#[cfg(not(feature = "planted-defects"))]
pub const fn due_at(now: Timestamp) -> Timestamp {
    now
}

/// What to do about a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Remedy {
    /// A view is made again from the log.
    Repair,
    /// A row of the log is wrong, and the log alone tells what happened.
    RestoreLog,
    /// This, in words.
    Do(&'static str),
    /// This, which names what it is done to.
    DoTo(String),
}

impl From<&'static str> for Remedy {
    fn from(words: &'static str) -> Self {
        Self::Do(words)
    }
}

impl From<String> for Remedy {
    fn from(words: String) -> Self {
        Self::DoTo(words)
    }
}

impl Remedy {
    /// In words; `first_bad` is the lowest position of the partition that is at fault.
    pub(super) fn words(self, first_bad: Option<u64>) -> String {
        match (self, first_bad) {
            (Self::Repair, _) => "--repair mends this".into(),
            (Self::RestoreLog, Some(bad)) => format!(
                "this is the log: restore it, the last good position is {}",
                bad.saturating_sub(1)
            ),
            (Self::RestoreLog, None) => "this is the log: restore it".into(),
            (Self::Do(words), _) => words.into(),
            (Self::DoTo(words), _) => words,
        }
    }
}

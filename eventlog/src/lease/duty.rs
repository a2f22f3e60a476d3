/// A background duty that one node at a time does for a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Ending holds that are due.
    Expiry,
    /// Folding the log into the views.
    Projection,
    /// Chaining the rows' hashes.
    Chain,
    /// Emptying what is told of old holds.
    Retention,
}

impl Duty {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Expiry, Self::Projection, Self::Chain, Self::Retention];

    /// As stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::Projection => "projection",
            Self::Chain => "chain",
            Self::Retention => "retention",
        }
    }
}

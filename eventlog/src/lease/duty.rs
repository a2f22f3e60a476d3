/// A background duty that one node at a time does for a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Ending holds that are due.
    Expiry,
    /// Folding the log into the views.
    Projection,
    /// Chaining the rows' hashes.
    Chain,
}

impl Duty {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Expiry, Self::Projection, Self::Chain];

    /// As stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::Projection => "projection",
            Self::Chain => "chain",
        }
    }
}

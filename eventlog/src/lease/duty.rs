/// A background duty that one node at a time does for a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Ending holds that are due.
    Expiry,
    /// Folding the log into the views.
    Projection,
}

impl Duty {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Expiry, Self::Projection];

    /// As stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::Projection => "projection",
        }
    }
}

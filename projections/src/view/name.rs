use std::{fmt, str::FromStr};

/// A table that is a fold of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// What is booked on a day.
    DailyAvailability,
    /// The live holds.
    Presence,
    /// The bookings.
    Bookings,
    /// The resources.
    Resources,
}

impl View {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::DailyAvailability,
        Self::Presence,
        Self::Bookings,
        Self::Resources,
    ];

    /// The name of its table, and of its checkpoint.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DailyAvailability => "daily_availability",
            Self::Presence => "presence",
            Self::Bookings => "bookings",
            Self::Resources => "resources",
        }
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no view of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no view {0:?}")]
pub struct UnknownView(pub String);

impl FromStr for View {
    type Err = UnknownView;

    fn from_str(name: &str) -> Result<Self, UnknownView> {
        View::ALL
            .into_iter()
            .find(|view| view.name() == name)
            .ok_or_else(|| UnknownView(name.into()))
    }
}

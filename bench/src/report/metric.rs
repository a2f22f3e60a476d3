use serde::{Deserialize, Serialize};

/// What a figure counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metric {
    /// What it is called, its unit last.
    pub name: String,
    /// Digits after the point that mean something.
    pub digits: usize,
}

impl Metric {
    /// A metric.
    pub fn new(name: &str, digits: usize) -> Self {
        Self {
            name: name.into(),
            digits,
        }
    }

    /// Acknowledged bookings per second, until the views had caught up.
    pub fn bookings() -> Self {
        Self::new("bookings/s", 0)
    }

    /// Refusals per second, beside the bookings.
    pub fn refusals() -> Self {
        Self::new("refused/s", 0)
    }

    /// Answers per second.
    pub fn answers() -> Self {
        Self::new("answers/s", 0)
    }

    /// The three by which latencies are told, in milliseconds.
    pub fn latencies() -> [Self; 3] {
        ["p50 ms", "p99 ms", "max ms"].map(|name| Self::new(name, 2))
    }

    /// The 99th percentile, in milliseconds.
    pub fn p99() -> Self {
        Self::new("p99 ms", 2)
    }
}

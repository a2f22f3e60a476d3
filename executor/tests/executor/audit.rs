//! What must be true of any log, asked of the database itself.

use crate::cluster::Cluster;

/// Each is a promise, and a query that counts what breaks it.
const PROMISES: [(&str, &str); 5] = [
    (
        "positions run 1, 2, 3 … up to the head",
        include_str!("audit/positions.sql"),
    ),
    (
        "sequences run 1, 2, 3 …",
        include_str!("audit/sequences.sql"),
    ),
    (
        "no more seats are booked and held than there are",
        include_str!("audit/seats.sql"),
    ),
    (
        "time does not run backwards within a partition",
        include_str!("audit/time.sql"),
    ),
    (
        "every booking made has its key and its slots, and nothing else has a key",
        include_str!("audit/keys.sql"),
    ),
];

impl Cluster {
    /// Checks every promise that can be read off the log.
    pub(crate) async fn audit(&self) {
        for (promise, broken) in PROMISES {
            assert_eq!(self.count(broken).await, 0, "broken: {promise}");
        }
    }
}

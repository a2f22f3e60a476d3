use domain::calendar::Timestamp;

/// The database's time, brought back by round trips and carried on by a
/// monotonic clock that counts suspension. The node's wall clock plays no part.
#[derive(Debug, Default)]
pub struct DatabaseClock {}

impl DatabaseClock {
    /// The database's time by the last reading; behind it by at most that
    /// reading's way back.
    pub fn now(&self) -> Timestamp {
        todo!()
    }
}

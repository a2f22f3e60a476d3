use std::time::Duration;

/// The first wait.
const FIRST: Duration = Duration::from_millis(10);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(1);

/// Waits between tries: twice as long each time, up to a limit, and jittered,
/// so that those who failed together don't come back together.
#[derive(Debug)]
pub struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Default for Backoff {
    /// From 10 ms to a second.
    fn default() -> Self {
        Self::between(FIRST, LONGEST)
    }
}

impl Backoff {
    /// Waits of `first` at most, and of `longest` at most in the end.
    pub const fn between(first: Duration, longest: Duration) -> Self {
        Self {
            next: first,
            longest,
        }
    }

    /// How long to wait now.
    pub(crate) fn delay(&mut self) -> Duration {
        let longest = self.next;
        self.next = (self.next * 2).min(self.longest);
        longest.mul_f64(0.5 + 0.5 * fraction())
    }

    /// Waits.
    pub async fn wait(&mut self) {
        tokio::time::sleep(self.delay()).await;
    }
}

/// Between 0 and 1; without randomness 1, which is no reason to fail.
fn fraction() -> f64 {
    let mut byte = [u8::MAX];
    let _ = getrandom::getrandom(&mut byte);
    f64::from(byte[0]) / f64::from(u8::MAX)
}

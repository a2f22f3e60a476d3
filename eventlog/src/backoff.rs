use std::time::Duration;

/// The first wait.
const FIRST: Duration = Duration::from_millis(10);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(1);

/// Waits between tries: twice as long each time, up to a second, and jittered,
/// so that nodes that failed together don't come back together.
#[derive(Debug)]
pub(crate) struct Backoff {
    next: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { next: FIRST }
    }
}

impl Backoff {
    /// How long to wait now.
    pub(crate) fn delay(&mut self) -> Duration {
        let longest = self.next;
        self.next = (self.next * 2).min(LONGEST);
        longest.mul_f64(0.5 + 0.5 * fraction())
    }

    /// Waits.
    pub(crate) async fn wait(&mut self) {
        tokio::time::sleep(self.delay()).await;
    }
}

/// Between 0 and 1; without randomness 1, which is no reason to fail.
fn fraction() -> f64 {
    let mut byte = [u8::MAX];
    let _ = getrandom::getrandom(&mut byte);
    f64::from(byte[0]) / f64::from(u8::MAX)
}

use tokio::{sync::Mutex, time::Instant};

/// A read that many may ask for at one moment, and that is then done once for all of
/// them.
#[derive(Debug)]
pub struct SharedRead<T> {
    /// The last one: when it was begun, and what it found.
    last: Mutex<Option<(Instant, T)>>,
}

impl<T> Default for SharedRead<T> {
    /// Nothing was read yet.
    fn default() -> Self {
        Self {
            last: Mutex::new(None),
        }
    }
}

impl<T: Clone> SharedRead<T> {
    /// What a read found that was not begun before `since`; does `read` when there is
    /// none. One is under way at a time, and all who wait for its end share it, if it
    /// was not begun before what they ask for. Cancel-safe.
    pub async fn since(&self, since: Instant, read: impl AsyncFnOnce() -> T) -> T {
        let mut last = self.last.lock().await;
        if let Some((begun, found)) = last.as_ref()
            && *begun >= since
        {
            return found.clone();
        }
        let begun = Instant::now();
        let found = read().await;
        *last = Some((begun, found.clone()));
        found
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, time::Duration};

    use futures::future::join_all;

    use super::*;

    async fn count(reads: &Cell<u32>) -> u32 {
        reads.set(reads.get() + 1);
        let read = reads.get();
        tokio::time::sleep(Duration::from_millis(10)).await;
        read
    }

    #[tokio::test(start_paused = true)]
    async fn one_read_serves_all_who_ask_at_one_moment() {
        let (shared, reads) = (SharedRead::default(), Cell::new(0));
        let now = Instant::now();
        let asking = (0..100).map(|_| shared.since(now, async || count(&reads).await));
        assert_eq!(join_all(asking).await, vec![1; 100]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_during_a_read_gets_the_next() {
        let (shared, reads) = (SharedRead::default(), Cell::new(0));
        let early = shared.since(Instant::now(), async || count(&reads).await);
        let late = async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let now = Instant::now();
            shared.since(now, async || count(&reads).await).await
        };
        assert_eq!(tokio::join!(early, late), (1, 2));
    }
}

use domain::partition::Partition;
use tokio::sync::watch;

use super::{Seen, Wake};
use crate::Epoch;

/// Tells when a partition may hold what this process has not appended, for
/// those who know its own appends already.
#[derive(Debug)]
pub struct HeadWatch {
    news: watch::Receiver<Seen>,
    epoch: watch::Receiver<Epoch>,
}

impl HeadWatch {
    pub(crate) fn new(wake: &Wake, partition: Partition) -> Self {
        let mut news = wake.lane(partition).news();
        news.mark_changed();
        Self {
            news,
            epoch: wake.watch_epoch(),
        }
    }

    /// Waits until another node may have appended, or the history have
    /// changed: reading the tail tells. The first call returns at once.
    /// Cancel-safe. Waits for ever when the log is closed.
    pub async fn changed(&mut self) {
        tokio::select! {
            Ok(()) = self.news.changed() => {}
            Ok(()) = self.epoch.changed() => {}
            else => std::future::pending().await,
        }
    }
}

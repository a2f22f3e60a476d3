use std::{
    future::Future,
    pin::pin,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use domain::partition::Partition;
use eventlog::{FeedItem, Log, LogError, Post, on_connection};
use futures::FutureExt;
use sqlx::Connection;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

use crate::{
    appends::{Appends, WholeAppends},
    column, metric,
    view::{self, Checkpoints, Generation, View},
};

use super::{
    ViewProgress,
    progress::Committed,
    read_ahead::{self, READ_AHEAD_MAX},
    start::{self, Start},
};

/// Events that one transaction takes: enough that its fixed cost is small beside
/// the rows, few enough that it is over in some tens of milliseconds.
const BATCH_EVENTS_MAX: usize = 1_000;
/// Least time between two transactions of a partition while nobody waits for one:
/// under load the rows of many appends are then written at once, which costs the
/// database a fraction. The first append after a pause is written at once, and so
/// is one that a reader waits for.
const BATCH_GAP: Duration = Duration::from_millis(50);
/// After the first failure in a row; doubled at each further one.
const RETRY_DELAY_MIN: Duration = Duration::from_millis(100);
/// A database that is back is noticed within this time.
const RETRY_DELAY_MAX: Duration = Duration::from_secs(5);
/// How often to look whether a view that takes no events has been rebuilt.
const REBUILT_DELAY: Duration = Duration::from_secs(5);

/// The views do not wait for the disk: what a crash takes of them, checkpoint
/// and all, is folded again from the log, whose commits do wait.
const BEGIN: &str = "begin; set local synchronous_commit = off";

/// Writes the views of one partition.
#[derive(Debug)]
pub(super) struct Runner {
    log: Log,
    partition: Partition,
    progress: ViewProgress,
    post: Post,
    /// Whether it was said already that a view is missing.
    missing_told: AtomicBool,
}

/// Why a pass over the log ended.
enum End {
    /// The runner is to stop.
    Stopped,
    /// Begin anew from the checkpoints after this time.
    Again(Duration),
}

impl Runner {
    pub(super) fn new(log: Log, partition: Partition, progress: ViewProgress, post: Post) -> Self {
        // One that was here before may have ended without a word.
        progress.forget(partition);
        Self {
            log,
            partition,
            progress,
            post,
            missing_told: AtomicBool::new(false),
        }
    }

    /// The duty that it does.
    pub(super) const fn post(&self) -> &Post {
        &self.post
    }

    /// Keeps the views up with the log until `stop`, or until it has failed so often
    /// that it leaves the duty to other nodes.
    pub(super) async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop.fuse());
        let mut retry_delay = RETRY_DELAY_MIN;
        loop {
            let started = Instant::now();
            let delay = match self.pass(&mut stop).await {
                Ok(End::Stopped) => break,
                Ok(End::Again(delay)) => delay,
                Err(error) => {
                    // A pass that got somewhere ends a row of failures.
                    if started.elapsed() > RETRY_DELAY_MAX {
                        retry_delay = RETRY_DELAY_MIN;
                    }
                    self.warn(&error, retry_delay);
                    if self.post.failed() {
                        break;
                    }
                    let delay = retry_delay;
                    retry_delay = (retry_delay * 2).min(RETRY_DELAY_MAX);
                    delay
                }
            };
            tokio::select! {
                () = &mut stop => break,
                () = self.post.idle(sleep(delay)) => {}
            }
        }
        // What another node commits from here on is not heard of.
        self.progress.forget(self.partition);
    }

    fn warn(&self, error: &LogError, retry_delay: Duration) {
        tracing::warn!(
            partition = %self.partition,
            error = error as &dyn std::error::Error,
            retry_delay_ms = retry_delay.as_millis(),
            "the views fall behind"
        );
    }

    /// Says once that views wait for a rebuild.
    fn warn_of_missing(&self, checkpoints: Checkpoints) {
        let missing = View::ALL
            .into_iter()
            .filter(|view| checkpoints.of(*view).is_none());
        let missing: Vec<_> = missing.map(View::name).collect();
        if !missing.is_empty() && !self.missing_told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                partition = %self.partition, ?missing,
                "views that were added to the log take no events: rebuild them"
            );
        }
    }

    /// Follows the log from the checkpoints on.
    async fn pass(&self, stop: &mut (impl Future<Output = ()> + Unpin)) -> Result<End, LogError> {
        // Before they are read: a history that begins later is another.
        let epoch = self.log.epoch();
        let checkpoints = match start::find(&self.log, self.partition).await? {
            Start::At(checkpoints) => checkpoints,
            Start::OfAnotherHistory => return Ok(End::Again(REBUILT_DELAY)),
        };
        self.warn_of_missing(checkpoints);
        let lowest = checkpoints.lowest();
        let committed = Committed {
            epoch,
            position: lowest,
        };
        self.progress.committed(self.partition, committed);
        let follower = self.log.follow(self.partition, lowest);
        let (ahead, items) = mpsc::channel(READ_AHEAD_MAX);
        tokio::select! {
            never = read_ahead::read(follower, ahead) => match never {},
            end = self.write(checkpoints, items, stop) => end,
        }
    }

    /// Commits what comes, all that has come up at a time, until `stop`.
    async fn write(
        &self,
        mut checkpoints: Checkpoints,
        mut items: mpsc::Receiver<Result<FeedItem, LogError>>,
        stop: &mut (impl Future<Output = ()> + Unpin),
    ) -> Result<End, LogError> {
        let mut appends = Appends::default();
        let mut rebuilt = pin!(rebuilt(checkpoints));
        loop {
            let first = tokio::select! {
                () = &mut *stop => return Ok(End::Stopped),
                () = &mut rebuilt => return Ok(End::Again(Duration::ZERO)),
                item = self.post.idle(items.recv()) => item,
            };
            let mut next = first;
            while let Some(item) = next {
                match item? {
                    FeedItem::Events(events) => appends.push(events),
                    FeedItem::Reset => return Ok(End::Again(Duration::ZERO)),
                }
                let more = appends.len() < BATCH_EVENTS_MAX;
                next = more.then(|| items.try_recv().ok()).flatten();
            }
            while let Some(batch) = appends.take(BATCH_EVENTS_MAX) {
                match self.commit(checkpoints, &batch).await? {
                    Some(moved) => checkpoints = moved,
                    None => return Ok(End::Again(Duration::ZERO)),
                }
            }
            tokio::select! {
                () = &mut *stop => return Ok(End::Stopped),
                () = self.progress.hurried(self.partition) => {}
                () = sleep(BATCH_GAP) => {}
            }
        }
    }

    /// Commits a batch and the checkpoints together; `None` when somebody else
    /// has moved the checkpoints or the log has not got the batch any more, and then
    /// nothing is committed.
    async fn commit(
        &self,
        seen: Checkpoints,
        batch: &WholeAppends,
    ) -> Result<Option<Checkpoints>, LogError> {
        let started = Instant::now();
        // Before the commit: a history that begins meanwhile is another.
        let epoch = self.log.epoch();
        let (pool, doing) = (self.log.pool(), "writing views");
        let moved = on_connection(pool, doing, async |connection| {
            let failed = column::failed(doing);
            let mut transaction = connection.begin_with(BEGIN).await.map_err(failed)?;
            let (partition, generation) = (self.partition, Generation::LIVE);
            let events = batch.iter();
            let moved = view::apply(&mut transaction, partition, generation, seen, events).await?;
            if moved.is_some() {
                transaction.commit().await.map_err(column::failed(doing))?;
            }
            Ok(moved)
        })
        .await?;
        let Some(moved) = moved else {
            metrics::counter!(metric::BATCHES_DROPPED, "partition" => self.partition.to_string())
                .increment(1);
            tracing::debug!(partition = %self.partition, "another node writes the views, or the log was put back");
            return Ok(None);
        };
        let position = moved.lowest();
        let committed = Committed { epoch, position };
        self.progress.committed(self.partition, committed);
        self.post.worked();
        #[expect(clippy::cast_precision_loss, reason = "batches are small numbers")]
        metrics::histogram!(metric::BATCH_EVENTS).record(batch.len() as f64);
        metrics::histogram!(metric::BATCH_SECONDS).record(started.elapsed());
        Ok(Some(moved))
    }
}

/// Ends when a view that is not among these may have been made meanwhile.
async fn rebuilt(checkpoints: Checkpoints) {
    if checkpoints.views().count() == View::ALL.len() {
        std::future::pending::<()>().await;
    } else {
        sleep(REBUILT_DELAY).await;
    }
}

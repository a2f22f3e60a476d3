//! The task that owns a partition's write side.

mod commit;
mod expiry;
mod tenure;

use std::{
    error::Error,
    iter,
    panic::{self, AssertUnwindSafe},
    sync::Arc,
    time::{Duration, Instant},
};

use domain::partition::Partition;
use eventlog::{Cause, Log, LogError, Post, Standing, panic_words};
use futures::FutureExt;
use tokio::{sync::mpsc, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    ExecutorLimits, Failure,
    memory::restore,
    meters::Meters,
    waiting::{Queue, Queued},
};
use tenure::Tenure;

/// The first pause after a failure; each further one is twice as long.
const PAUSE_MIN: Duration = Duration::from_millis(50);
/// The longest pause: how late the end of an outage is noticed.
const PAUSE_MAX: Duration = Duration::from_secs(1);
/// Failures further apart than this are not in a row: where nothing is asked for, no batch
/// tells that all is well again.
const FAILURES_WITHIN: Duration = Duration::from_mins(1);
/// How long a command waits for the log to come back before it gets
/// [`Failure::Unavailable`]: a restart of the database, not an outage.
const OUTAGE_PATIENCE: Duration = Duration::from_secs(3);

/// What an owner keeps when it has to forget its partition.
#[derive(Debug)]
pub(crate) struct Owner {
    pub(crate) partition: Partition,
    pub(crate) log: Log,
    pub(crate) standing: Arc<dyn Standing>,
    /// The duty to end holds though no command comes.
    pub(crate) expiry: Post,
    pub(crate) limits: ExecutorLimits,
    pub(crate) shutdown: CancellationToken,
    pub(crate) inbox: mpsc::Receiver<Queued>,
    pub(crate) queue: Queue,
    pub(crate) meters: Meters,
    /// Failures in a row since the last batch that was confirmed.
    pub(crate) failures: u32,
    pub(crate) last_failure: Option<Instant>,
}

impl Owner {
    /// Serves the partition until shutdown. What is known of the partition is dropped
    /// and read again when the log is not as remembered, and when something panics.
    pub(crate) async fn run(mut self) {
        while !self.shutdown.is_cancelled() {
            let tenure = AssertUnwindSafe(self.tenure()).catch_unwind().await;
            let error = match tenure {
                Ok(Ok(())) => break,
                Ok(Err(error)) => {
                    let cause = error.of_database().map_or(Cause::Task, Cause::of);
                    self.is_troubled(cause, &words_of(&error));
                    tracing::warn!(
                        partition = self.partition.get(),
                        error = &*error as &dyn Error,
                        "the partition is read from the beginning"
                    );
                    Some(error)
                }
                Err(panic) => {
                    let words = panic_words(panic.as_ref());
                    let partition = self.partition.get();
                    tracing::error!(partition, words, "an owner panicked");
                    self.is_troubled(Cause::Task, &words);
                    None
                }
            };
            self.queue.forget_wants();
            self.pause(error.as_ref()).await;
        }
        self.refuse_all();
    }

    /// Tells readiness that the partition's commands wait.
    fn is_troubled(&self, cause: Cause, words: &str) {
        let name = self.trouble();
        let detail = format!("{name}: {words}");
        self.log.health().set(name, cause, detail);
    }

    /// The name under which it is noted that this owner can't work.
    fn trouble(&self) -> String {
        format!("the owner of partition {}", self.partition)
    }

    async fn tenure(&mut self) -> Result<(), Arc<LogError>> {
        let restored = tokio::select! {
            () = self.shutdown.cancelled() => return Ok(()),
            restored = self.expiry.idle(restore(
                &self.log,
                &*self.standing,
                self.partition,
                self.limits.cached_streams,
            )) => restored?,
        };
        self.log.health().clear(&self.trouble());
        let resets = self.meters.resets.clone();
        let mut tenure = Tenure::new(self, restored);
        match AssertUnwindSafe(tenure.serve()).catch_unwind().await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                resets.increment(1);
                Err(error)
            }
            Err(panicked) => {
                resets.increment(1);
                panic::resume_unwind(panicked)
            }
        }
    }

    /// Waits before the next try, longer each time, and answers those who have
    /// waited too long.
    pub(crate) async fn pause(&mut self, error: Option<&Arc<LogError>>) {
        let in_a_row = |last: Instant| last.elapsed() <= FAILURES_WITHIN;
        if !self.last_failure.is_some_and(in_a_row) {
            self.failures = 0;
        }
        self.last_failure = Some(Instant::now());
        let pause = PAUSE_MIN * 2_u32.saturating_pow(self.failures.min(10));
        self.failures += 1;
        self.expiry.failed();
        tokio::select! {
            () = self.shutdown.cancelled() => {}
            () = sleep(pause.min(PAUSE_MAX)) => {}
        }
        self.take_arrivals();
        if let Some(error) = error {
            let late = |queued: &Queued| queued.arrived.elapsed() >= OUTAGE_PATIENCE;
            for queued in self.queue.take(late) {
                let failure = Failure::Unavailable(error.clone());
                queued.ticket.answer(Err(failure));
            }
        }
    }

    /// Queues what has come in meanwhile.
    pub(crate) fn take_arrivals(&mut self) {
        while let Ok(queued) = self.inbox.try_recv() {
            self.queue.push(queued);
        }
    }

    fn refuse_all(&mut self) {
        self.inbox.close();
        self.take_arrivals();
        for queued in self.queue.take(|_| true) {
            queued.ticket.answer(Err(Failure::Stopping));
        }
    }
}

/// What an error says, with what is behind it.
fn words_of(error: &LogError) -> String {
    let causes = iter::successors(error.source(), |cause| (*cause).source());
    causes.fold(error.to_string(), |words, cause| {
        format!("{words}: {cause}")
    })
}

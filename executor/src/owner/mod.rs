//! The task that owns a partition's write side.

mod commit;
mod expiry;
mod tenure;

use std::{
    panic::{self, AssertUnwindSafe},
    sync::Arc,
    time::Duration,
};

use domain::partition::Partition;
use eventlog::{Log, LogError, Post, Standing};
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
    /// Failures since the last batch that was confirmed.
    pub(crate) failures: u32,
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
                    tracing::warn!(
                        partition = self.partition.get(),
                        error = &*error as &dyn std::error::Error,
                        "the partition is read from the beginning"
                    );
                    Some(error)
                }
                Err(_) => {
                    tracing::error!(partition = self.partition.get(), "an owner panicked");
                    None
                }
            };
            self.queue.forget_wants();
            self.pause(error.as_ref()).await;
        }
        self.refuse_all();
    }

    async fn tenure(&mut self) -> Result<(), Arc<LogError>> {
        let restored = tokio::select! {
            () = self.shutdown.cancelled() => return Ok(()),
            restored = restore(
                &self.log,
                &*self.standing,
                self.partition,
                self.limits.cached_streams,
            ) => restored,
        };
        let resets = self.meters.resets.clone();
        let mut tenure = Tenure::new(self, restored?);
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

//! The way of a command to its partition's owner and back.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::command::Target;
use eventlog::{Duty, Leases, Log, Standing};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    ExecutorLimits, Failure, Receipt, Request,
    meters::{self, Meters},
    owner::Owner,
    waiting::{Answer, Queue, Queued, Ticket},
};

/// When a caller that found the queue full may try again: by then, a queue of
/// the default length has been answered several times over.
const BUSY_RETRY_AFTER: Duration = Duration::from_secs(1);

/// The write side of this node. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Executor {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    log: Log,
    /// By partition.
    entrances: Vec<Entrance>,
    patience: Duration,
    shutdown: CancellationToken,
    /// Closed when the last owner has dropped its end.
    running: watch::Sender<()>,
}

/// The way to a partition's owner.
#[derive(Debug)]
struct Entrance {
    inbox: mpsc::Sender<Queued>,
    /// As many as commands may be without an answer.
    places: Arc<Semaphore>,
}

impl Executor {
    /// Starts an owner for every partition. They finish what they have begun
    /// after `shutdown`. What they measure goes to the recorder of [`metrics`]
    /// that is installed by then. What `standing` tells is of the same log.
    pub fn start(
        log: Log,
        standing: &Arc<dyn Standing>,
        leases: &Leases,
        limits: &ExecutorLimits,
        shutdown: CancellationToken,
    ) -> Self {
        meters::describe();
        let (running, alive) = watch::channel(());
        let owners = log.partitions().map(|partition| {
            let (inbox, commands) = mpsc::channel(limits.queue);
            let owner = Owner {
                partition,
                log: log.clone(),
                standing: Arc::clone(standing),
                expiry: leases.post(Duty::Expiry, partition),
                limits: limits.clone(),
                shutdown: shutdown.clone(),
                inbox: commands,
                queue: Queue::default(),
                meters: Meters::of(partition),
                failures: 0,
                last_failure: None,
            };
            let alive = alive.clone();
            tokio::spawn(async move {
                owner.run().await;
                drop(alive);
            });
            let places = Arc::new(Semaphore::new(limits.queue));
            Entrance { inbox, places }
        });
        let entrances = owners.collect();
        Self {
            shared: Arc::new(Shared {
                log,
                entrances,
                patience: limits.patience,
                shutdown,
                running,
            }),
        }
    }

    /// Executes a command. The answer is true: "done" only after the commit,
    /// "refused" only when checked against the head.
    ///
    /// Dropping the future does not take a command back that is queued.
    ///
    /// # Errors
    ///
    /// [`Failure`].
    #[tracing::instrument(
        level = "debug",
        skip_all,
        fields(command = request.command.name(), partition, position)
    )]
    pub async fn execute(&self, request: Request) -> Result<Receipt, Failure> {
        let (name, since) = (request.command.name(), Instant::now());
        let answer = self.answer(request).await;
        if let Ok(Receipt { position, .. }) | Err(Failure::Rejected { position, .. }) = &answer {
            let span = tracing::Span::current();
            span.record("partition", position.partition.get());
            span.record("position", position.position.get());
        }
        meters::answered(name, &answer, since);
        answer
    }

    async fn answer(&self, request: Request) -> Answer {
        if self.shared.shutdown.is_cancelled() {
            return Err(Failure::Stopping);
        }
        let entrance = self.entrance(request.command.target());
        let Ok(place) = entrance.places.clone().try_acquire_owned() else {
            return Err(Failure::Busy {
                retry_after: BUSY_RETRY_AFTER,
            });
        };
        let (ticket, waiter) = Ticket::new(place);
        let queued = Queued::new(request, ticket);
        // There is a place for everyone with a permit, so the owner has gone.
        if entrance.inbox.try_send(queued).is_err() {
            return Err(Failure::Stopping);
        }
        waiter.answer(self.shared.patience).await
    }

    fn entrance(&self, target: Target<'_>) -> &Entrance {
        let partition = match target {
            Target::Resource(resource) => self.shared.log.partition_of(resource),
            Target::Booking(booking) => booking.partition(),
        };
        // An id that names a partition beyond the log's was never given out:
        // any owner finds that there is no such booking.
        let entrances = &self.shared.entrances;
        &entrances[usize::from(partition.get()) % entrances.len()]
    }

    /// Waits until all owners have stopped.
    pub async fn stopped(&self) {
        self.shared.running.closed().await;
    }
}

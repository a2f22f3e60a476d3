//! What an owner knows and does between two times that it forgets.

use std::{
    error::Error,
    future,
    ops::ControlFlow,
    panic,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{calendar::Timestamp, stream::StreamId};
use eventlog::{Certainty, ClockHealth, HeadWatch, LogError, planted};
use tokio::{sync::watch, task::JoinSet, time::sleep};

use super::{Owner, expiry::ExpiryTimer};
use crate::{
    Failure,
    decision::{Formed, Group},
    memory::{BegunDays, Memory, survey},
    waiting::{Loader, Queued, Read},
};

/// Of so many failures in a row one is told in the log, the first: about one a minute, at
/// the pace at which a failing database is asked.
const WAITS_TOLD_EVERY: u32 = 60;

/// An owner with its partition in memory.
#[derive(Debug)]
pub(crate) struct Tenure<'a> {
    pub(crate) owner: &'a mut Owner,
    pub(crate) memory: Memory,
    loader: Loader,
    head: HeadWatch,
    /// Changes when another time may be believed in.
    clock: watch::Receiver<ClockHealth>,
    expiry: ExpiryTimer,
    /// Whether the log may go on behind the memory though nobody tells.
    behind: bool,
    /// Ends when it is known which days have begun.
    surveying: JoinSet<Result<BegunDays, LogError>>,
}

/// What an idle owner was woken by.
enum Wake {
    /// Look around: a command has come, a lease has ended, or a duty has changed hands.
    Up,
    Read(Read),
    /// Another node may have appended.
    Tail,
    /// Nobody is left to send commands.
    Deserted,
}

impl<'a> Tenure<'a> {
    pub(crate) fn new(owner: &'a mut Owner, memory: Memory) -> Self {
        let (log, partition) = (&owner.log, owner.partition);
        let mut surveying = JoinSet::new();
        surveying.spawn(survey(log.clone(), partition, memory.begun.clone()));
        Self {
            loader: Loader::new(log.clone(), Arc::clone(&owner.standing), partition),
            head: log.watch_head(partition),
            clock: log.clock().watch_health(),
            expiry: ExpiryTimer::default(),
            behind: false,
            surveying,
            memory,
            owner,
        }
    }

    /// Takes whatever has queued up, decides it, appends it, answers it, and
    /// begins again, until shutdown. What the database fails at is tried again, and
    /// what is remembered stays.
    ///
    /// # Errors
    ///
    /// What makes the memory useless.
    pub(crate) async fn serve(&mut self) -> Result<(), Arc<LogError>> {
        loop {
            match self.turn().await {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return Ok(()),
                Err(error) => self.ride_out(error).await?,
            }
        }
    }

    /// One group, or one wait for something to do; breaks off when there will be
    /// nothing any more.
    async fn turn(&mut self) -> Result<ControlFlow<()>, Arc<LogError>> {
        self.owner.take_arrivals();
        while let Some(read) = self.loader.try_next() {
            self.take_read(read)?;
        }
        self.take_survey();
        if self.behind || self.memory.is_behind_reads() {
            self.catch_up().await?;
        }
        if self.owner.shutdown.is_cancelled() {
            return Ok(ControlFlow::Break(()));
        }
        self.evict();
        let clock = self.owner.log.clock().decide_at().map_err(Arc::new)?;
        let now = self.memory.now(clock);
        self.measure(self.memory.head().last_at.since(clock));
        let Formed { group, stray, .. } = self.form(now);
        if !group.is_empty() {
            self.commit(group).await?;
        } else if stray {
            self.forget_strays(now);
        } else if !self.wait(now).await? {
            return Ok(ControlFlow::Break(()));
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Waits after what says nothing against the memory, which is then led on by the
    /// tail: an append whose end is not known shows there, or makes the next one miss.
    ///
    /// # Errors
    ///
    /// `error`, when it makes the memory useless: the history is another; or what
    /// follows does not read, and the views may be past it.
    async fn ride_out(&mut self, error: Arc<LogError>) -> Result<(), Arc<LogError>> {
        match error.certainty() {
            Certainty::HistoryChanged => return Err(error),
            Certainty::NothingWritten | Certainty::Unknown if error.is_unreadable() => {
                return Err(error);
            }
            Certainty::NothingWritten | Certainty::Unknown => {}
        }
        if self.owner.failures.is_multiple_of(WAITS_TOLD_EVERY) {
            tracing::warn!(
                partition = self.owner.partition.get(),
                error = &*error as &dyn Error,
                "the partition waits for the database"
            );
        }
        self.behind = true;
        self.owner.pause(Some(&error)).await;
        Ok(())
    }

    /// Takes what there is to do; asks for what it lacks.
    fn form(&mut self, now: Timestamp) -> Formed {
        if self.owner.queue.is_empty() && self.expires_in(now) != Some(Duration::ZERO) {
            return Formed::nothing(now);
        }
        let Owner { queue, limits, .. } = &mut *self.owner;
        let mut formed = Group::form(queue, &mut self.memory, now, limits);
        let to_end = self.memory.to_end(now, self.owner.limits.expire_batch);
        self.expiry
            .want(to_end.filter(|_| !formed.cold_due.is_empty()));
        let Formed { cold, cold_due, .. } = &mut formed;
        cold.append(cold_due);
        self.loader
            .ask(&mut self.memory.loading, std::mem::take(cold));
        formed
    }

    /// Has streams read that a command needs, which waits for them; it is told if they
    /// can't be read.
    pub(crate) fn read_for(&mut self, queued: &mut Queued, missing: Vec<StreamId>) {
        self.owner.queue.want(queued, &missing);
        self.loader.ask(&mut self.memory.loading, missing);
    }

    /// The index and the days stand at one head, so holds that their days know nothing of
    /// were never in the log, which is to be believed.
    fn forget_strays(&mut self, now: Timestamp) {
        let partition = self.owner.partition.get();
        tracing::error!(partition, "due holds that their days know nothing of");
        self.memory.forget_due(now, self.owner.limits.expire_batch);
    }

    fn expires_in(&self, now: Timestamp) -> Option<Duration> {
        let Memory {
            holds,
            loading,
            unreadable,
            ..
        } = &self.memory;
        let (on_duty, now) = (self.on_duty(), planted::due_at(now));
        self.expiry
            .due_in((holds, unreadable), now, on_duty, |stream| {
                loading.contains(stream)
            })
    }

    fn on_duty(&self) -> bool {
        self.owner.expiry.holds()
    }

    /// Waits for something to do; false when nothing will ever come.
    async fn wait(&mut self, now: Timestamp) -> Result<bool, Arc<LogError>> {
        let (timer, on_duty) = (self.expires_in(now), self.on_duty());
        let Owner {
            inbox,
            queue,
            expiry,
            shutdown,
            ..
        } = &mut *self.owner;
        let wake = async {
            tokio::select! {
                () = shutdown.cancelled() => Wake::Up,
                arrived = inbox.recv() => match arrived {
                    Some(queued) => {
                        queue.push(queued);
                        Wake::Up
                    }
                    None => Wake::Deserted,
                },
                read = self.loader.next() => Wake::Read(read),
                () = self.head.changed() => Wake::Tail,
                // The clock is the log's, so it lives as long as this.
                _ = self.clock.changed() => Wake::Up,
                () = elapsed(timer) => Wake::Up,
                () = expiry.acquired(), if !on_duty => Wake::Up,
            }
        };
        match expiry.idle(wake).await {
            Wake::Up => {}
            Wake::Read(read) => self.take_read(read)?,
            Wake::Tail => self.catch_up().await?,
            Wake::Deserted => return Ok(false),
        }
        Ok(true)
    }

    /// Keeps what was read; who waits for what could not be read is told so.
    ///
    /// # Errors
    ///
    /// [`LogError::HistoryChanged`] when the read saw another history.
    fn take_read(&mut self, read: Read) -> Result<(), LogError> {
        match read.found {
            Ok(found) => self.memory.finish_load(found),
            Err(error) => {
                self.read_failed(&read.streams, &error);
                let wanted = &read.streams;
                let waits = self.owner.queue.take(|queued| {
                    let mut wants = queued.wants().iter();
                    wants.any(|stream| wanted.contains(stream))
                });
                for queued in waits {
                    let failure = Failure::Unavailable(error.clone());
                    queued.ticket.answer(Err(failure));
                }
                for stream in wanted {
                    self.memory.loading.abandon(stream);
                }
                self.memory.loading.tidy();
                Ok(())
            }
        }
    }

    /// Says that holds can't be ended, if they wait for what could not be read: another
    /// node may be able to. They are passed over for a while if it is their days' fault.
    fn read_failed(&mut self, streams: &[StreamId], error: &LogError) {
        if !self.expiry.read_failed(streams) {
            return;
        }
        self.owner.expiry.failed();
        let (partition, source) = (self.owner.partition.get(), error as &dyn Error);
        if !error.is_of_the_question() {
            tracing::warn!(
                partition,
                error = source,
                "holds that are due wait for the database"
            );
            return;
        }
        let first = streams.first().map(ToString::to_string);
        tracing::error!(
            partition,
            stream = first,
            streams = streams.len(),
            error = source,
            "holds that are due can't be ended: their days can't be read"
        );
        self.memory.unreadable.failed(streams, Instant::now());
    }

    /// Learns which days are fresh, once that is known. Until then, and when it can't
    /// be found out, each is read.
    fn take_survey(&mut self) {
        match self.surveying.try_join_next() {
            Some(Ok(Ok(found))) => self.memory.begun.complete(&found),
            Some(Ok(Err(error))) => {
                let (partition, error) = (self.owner.partition.get(), &error as &dyn Error);
                tracing::warn!(
                    partition,
                    error,
                    "fresh days are read as others are, for good"
                );
            }
            Some(Err(error)) => panic::resume_unwind(error.into_panic()),
            None => {}
        }
    }

    /// Applies what other nodes have appended, unless the node is to stop meanwhile.
    ///
    /// # Errors
    ///
    /// As [`Self::catch_up_a_page`]; [`LogError::HistoryChanged`] when a read saw more
    /// than there is.
    pub(crate) async fn catch_up(&mut self) -> Result<(), LogError> {
        self.behind = true;
        let mut more = true;
        while more {
            if self.owner.shutdown.is_cancelled() {
                return Ok(());
            }
            more = self.catch_up_a_page().await?;
        }
        self.behind = false;
        if self.memory.is_behind_reads() {
            return Err(self.memory.history_changed());
        }
        Ok(())
    }

    /// Applies a page of what other nodes have appended; whether there is more.
    ///
    /// # Errors
    ///
    /// [`LogError::HistoryChanged`] when the log is not as remembered; what a read of it
    /// fails with.
    pub(crate) async fn catch_up_a_page(&mut self) -> Result<bool, LogError> {
        let Owner {
            log,
            partition,
            expiry,
            ..
        } = &*self.owner;
        let reading = log.read_tail(*partition, self.memory.head());
        let tail = expiry.idle(reading).await?;
        self.memory.advance(&tail.events, tail.head)?;
        self.evict();
        Ok(tail.more)
    }

    /// Keeps the memory within its limit.
    pub(crate) fn evict(&mut self) {
        let Memory {
            streams, loading, ..
        } = &mut self.memory;
        let (queue, expiry) = (&self.owner.queue, &self.expiry);
        streams.evict(|stream| {
            queue.wanted(stream) || expiry.wants(stream) || loading.contains(stream)
        });
    }

    fn measure(&self, ahead: Duration) {
        let meters = &self.owner.meters;
        meters.ahead(ahead);
        let queued = self.owner.queue.len() + self.owner.inbox.len();
        meters.standing(queued, self.memory.holds.len());
    }
}

async fn elapsed(timer: Option<Duration>) {
    match timer {
        Some(duration) => sleep(duration).await,
        None => future::pending().await,
    }
}

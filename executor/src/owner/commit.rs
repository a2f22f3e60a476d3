//! Brings a group to its end: appended or confirmed, then answered.

use std::{error::Error, io, sync::Arc};

use domain::stream::StreamId;
use eventlog::{
    AppendOutcome, Certainty, Commit, GlobalPosition, LockedHead, LogError, PAGE_EVENTS_MAX,
    Position, PreparedBatch, failed, planted::Defect,
};

use super::{Owner, tenure::Tenure};
use crate::{
    Failure, Receipt,
    decision::{Begun, Group, Lacking, Trust, Verdict},
    memory::Loads,
};

/// How often a command is decided again because the partition was not what the
/// memory of it said, before it is told that the log can't be relied on.
const HISTORY_TRIES_MAX: u8 = 3;

/// How often a node that is far behind lets go of the head's lock and catches up before
/// it locks again: a node that is behind still would never be done, since others write
/// faster than it reads, and then catches up under the lock.
const CATCH_UPS_MAX: u32 = 8;

/// How often a group is decided again whose lock of the head was lost on the way before
/// the database is taken for failing.
const LOCKS_LOST_MAX: u32 = 3;

/// What makes the group's answers true.
enum Confirmed {
    /// Its events are committed.
    Appended(Commit),
    /// It has none, and the head is where it was decided.
    Standing,
}

/// How a try under the head's lock ended.
enum Tried {
    Confirmed(Confirmed),
    /// The lock was lost before the append, and somebody else has appended: nothing is
    /// written, and the history goes on.
    LockLost,
}

impl Tenure<'_> {
    /// Appends and answers a group.
    ///
    /// # Errors
    ///
    /// What went wrong; the commands have then been answered, or are back in the queue.
    /// Whether the memory is still of use, [`LogError::certainty`] tells.
    #[tracing::instrument(
        name = "group",
        level = "debug",
        skip_all,
        fields(
            partition = self.owner.partition.get(),
            commands = group.begun.len(),
            events = group.events.len(),
            position,
        )
    )]
    pub(crate) async fn commit(&mut self, mut group: Group) -> Result<(), Arc<LogError>> {
        if Defect::AnsweredEarly.is_planted() {
            let before = self.memory.head().position;
            let events = group.events.len() as u64;
            self.tell(&mut group, before.plus(events));
        }
        let confirmed = match self.first_try(&mut group).await {
            Ok(None) => self.try_again(&mut group, Trust::Presume).await,
            Err(LogError::WrongExpectedVersion { .. }) => {
                self.try_again(&mut group, Trust::Verify).await
            }
            Ok(Some(confirmed)) => Ok(confirmed),
            Err(error) => Err(error),
        };
        match confirmed {
            Ok(confirmed) => Ok(self.answer(group, &confirmed)?),
            Err(error) => Err(self.fail(group, error)),
        }
    }

    /// Appends at the head that the memory stands at; nothing when the head has
    /// moved on.
    async fn first_try(&mut self, group: &mut Group) -> Result<Option<Confirmed>, LogError> {
        let log = &self.owner.log;
        let seen = self.memory.head();
        if group.events.is_empty() {
            let head = log.head(self.owner.partition).await?;
            let known = head.tip == seen.tip || Defect::TipIgnored.is_planted();
            let stands = head.position == seen.position && known;
            return Ok(stands.then_some(Confirmed::Standing));
        }
        let prepared = self.prepare(group)?;
        Ok(match self.owner.log.append(&prepared).await? {
            AppendOutcome::Appended(commit) => Some(Confirmed::Appended(commit)),
            AppendOutcome::Missed => None,
        })
    }

    /// Decides and appends under the head's lock, so that it can't lose again.
    async fn try_again(
        &mut self,
        group: &mut Group,
        mut trust: Trust,
    ) -> Result<Confirmed, LogError> {
        let mut lost = 0;
        while lost < LOCKS_LOST_MAX {
            match self.try_locked(group, trust).await {
                Err(LogError::WrongExpectedVersion { .. }) if trust == Trust::Presume => {
                    trust = Trust::Verify;
                }
                Ok(Tried::LockLost) => lost += 1,
                Ok(Tried::Confirmed(confirmed)) => return Ok(confirmed),
                Err(error) => return Err(error),
            }
        }
        let source = sqlx::Error::Io(io::ErrorKind::ConnectionAborted.into());
        Err(failed("appending under a lock")(source))
    }

    /// Decides and appends under the head's lock. A stream that does not read fails those
    /// alone who need it: they are left out, and read outside of the lock.
    async fn try_locked(&mut self, group: &mut Group, trust: Trust) -> Result<Tried, LogError> {
        if let Some(tried) = self.decide_locked(group, (trust, Lacking::Waits)).await? {
            return Ok(tried);
        }
        let tried = self.decide_locked(group, (trust, Lacking::LeftOut)).await?;
        Ok(tried.unwrap_or(Tried::Confirmed(Confirmed::Standing)))
    }

    /// Nothing when what is lacking can't be read.
    async fn decide_locked(
        &mut self,
        group: &mut Group,
        (trust, lacking): (Trust, Lacking),
    ) -> Result<Option<Tried>, LogError> {
        self.owner.meters.second_tries.increment(1);
        let mut locked = self.lock_near().await?;
        loop {
            self.owner.expiry.goes_on();
            let tail = locked.read_tail(self.memory.head()).await?;
            self.memory.advance(&tail.events, tail.head)?;
            self.evict();
            if !tail.more {
                break;
            }
        }
        let now = self.memory.now(self.owner.log.clock().decide_at()?);
        loop {
            let (memory, limits) = (&mut self.memory, &self.owner.limits);
            let cold = group.redo(memory, now, limits, (trust, lacking));
            if cold.is_empty() {
                break;
            }
            match self.read_locked(&mut locked, cold).await {
                Err(error) if error.is_of_the_question() => {
                    let (partition, error) = (self.owner.partition.get(), &error as &dyn Error);
                    tracing::warn!(
                        partition,
                        error,
                        "what commands need can't be read; those that do not need it go on"
                    );
                    return Ok(None);
                }
                read => read?,
            }
            self.owner.expiry.goes_on();
        }
        if group.events.is_empty() {
            return Ok(Some(Tried::Confirmed(Confirmed::Standing)));
        }
        let prepared = self.prepare(group)?;
        self.owner.expiry.goes_on();
        Ok(Some(match locked.append(&prepared).await? {
            AppendOutcome::Appended(commit) => Tried::Confirmed(Confirmed::Appended(commit)),
            AppendOutcome::Missed => Tried::LockLost,
        }))
    }

    async fn read_locked(
        &mut self,
        locked: &mut LockedHead,
        cold: Vec<StreamId>,
    ) -> Result<(), LogError> {
        let Owner {
            standing,
            partition,
            ..
        } = &*self.owner;
        for (id, stream) in Loads::read_locked(locked, &**standing, *partition, cold).await? {
            self.memory.keep(&id, stream);
        }
        Ok(())
    }

    /// Locks the head when less than a page lies between it and the memory: whoever
    /// reads more holds up all nodes meanwhile.
    async fn lock_near(&mut self) -> Result<LockedHead, LogError> {
        for _ in 0..CATCH_UPS_MAX {
            let locked = self.owner.log.lock_head(self.owner.partition).await?;
            let near = self.memory.head().position.plus(PAGE_EVENTS_MAX.into());
            if locked.head().position < near {
                return Ok(locked);
            }
            // No further: it is others who write, and the next lock tells how much.
            let end = locked.head().position;
            drop(locked);
            while self.memory.head().position < end && self.catch_up_a_page().await? {}
        }
        self.owner.expiry.goes_on();
        self.owner.log.lock_head(self.owner.partition).await
    }

    fn prepare(&self, group: &mut Group) -> Result<PreparedBatch, LogError> {
        let batch = eventlog::Batch {
            partition: self.owner.partition,
            expected: self.memory.head(),
            recorded_at: group.now,
            events: std::mem::take(&mut group.events),
            keys: std::mem::take(&mut group.keys),
        };
        batch.prepare()
    }

    /// Answers the group's commands, and moves the memory on.
    fn answer(&mut self, mut group: Group, confirmed: &Confirmed) -> Result<(), LogError> {
        let head = match confirmed {
            Confirmed::Appended(commit) => commit.head,
            Confirmed::Standing => self.memory.head(),
        };
        tracing::Span::current().record("position", head.position.get());
        self.owner.meters.decided(group.begun.len());
        self.owner.failures = 0;
        self.owner.expiry.worked();
        self.tell(&mut group, head.position);
        match confirmed {
            Confirmed::Appended(commit) => {
                self.owner.meters.expired(&commit.events, group.now);
                self.memory.advance(&commit.events, commit.head)
            }
            Confirmed::Standing => Ok(()),
        }
    }

    /// Answers the group's commands, which leave the partition at `head`; who
    /// was not decided is back in the queue.
    fn tell(&mut self, group: &mut Group, head: Position) {
        let before = self.memory.head().position;
        let epoch = self.owner.log.epoch();
        let partition = self.owner.partition;
        let global = |position| GlobalPosition {
            epoch,
            partition,
            position,
        };
        let mut open = Vec::new();
        for Begun {
            mut queued,
            verdict,
        } in std::mem::take(&mut group.begun)
        {
            let answer = match verdict {
                Verdict::Open => {
                    open.push(queued);
                    continue;
                }
                Verdict::Cold(missing) => {
                    self.read_for(&mut queued, missing);
                    open.push(queued);
                    continue;
                }
                Verdict::Refused(rejection) => Err(Failure::Rejected {
                    rejection,
                    position: global(head),
                    decided_at: group.now,
                }),
                Verdict::Accepted {
                    outcome,
                    last_event,
                } => Ok(Receipt {
                    outcome,
                    position: global(position_of(last_event, before, head)),
                    decided_at: group.now,
                }),
            };
            queued.ticket.answer(answer);
        }
        self.owner.queue.put_back(open.into_iter());
    }

    /// Tells the group's commands what is true after `error`.
    fn fail(&mut self, group: Group, error: LogError) -> Arc<LogError> {
        let error = Arc::new(error);
        let mut again = Vec::new();
        for Begun {
            mut queued,
            verdict,
        } in group.begun
        {
            let wrote = matches!(
                verdict,
                Verdict::Accepted {
                    last_event: Some(_),
                    ..
                }
            );
            let failure = match error.certainty() {
                Certainty::HistoryChanged if queued.tries < HISTORY_TRIES_MAX => {
                    queued.tries += 1;
                    again.push(queued);
                    continue;
                }
                Certainty::Unknown if wrote => Failure::OutcomeUnknown,
                Certainty::HistoryChanged | Certainty::Unknown | Certainty::NothingWritten => {
                    Failure::Unavailable(error.clone())
                }
            };
            queued.ticket.answer(Err(failure));
        }
        self.owner.queue.put_back(again.into_iter());
        error
    }
}

/// Where a reader must be to see what a command did.
fn position_of(last_event: Option<usize>, before: Position, head: Position) -> Position {
    match last_event {
        Some(index) => before.plus(index as u64 + 1),
        None => head,
    }
}

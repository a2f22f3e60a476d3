//! The commands that are decided together, and what they write.

use std::{mem, time::Instant};

use domain::{
    calendar::Timestamp,
    decide::{Decision, Outcome, expire, redate},
    event::StreamEvent,
    facts::Facts,
    hold::Hold,
    ids::BookingId,
    rejection::Rejection,
    stream::StreamId,
};
use eventlog::{Actor, Metadata, PendingEvent, WrappedKey, planted};

use super::{
    judgement::{Judgement, Trust, judge},
    working::Working,
};
use crate::{
    ExecutorLimits, Request,
    memory::{Memory, Unreadable},
    waiting::{Behind, Queue, Queued},
};

/// Events past which an append takes no further command: a hold of a month
/// that moves is 62 of them.
const EVENTS_SOFT_MAX: usize = 4096;

/// The causation of events that no command caused: holds end.
const EXPIRY: &str = "Expiry";
/// The same: holds get a new lease that had theirs by a clock that was ahead.
const CLOCK_SET_BACK: &str = "ClockSetBack";

/// A command of the group and its verdict.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) queued: Queued,
    pub(crate) verdict: Verdict,
}

/// What is decided of a command, true once the group is confirmed.
#[derive(Debug)]
pub(crate) enum Verdict {
    Accepted {
        outcome: Outcome,
        /// Which of the group's events is the command's last; none when what
        /// was asked for was so already.
        last_event: Option<usize>,
    },
    Refused(Rejection),
    /// Not decided in this group.
    Open,
    /// Not decided in this group: these streams must be read first, and not with all the
    /// others.
    Cold(Vec<StreamId>),
}

/// What becomes of a command that lacks a stream when the group is decided again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lacking {
    /// It is decided once the stream has been read, and all the others with it.
    Waits,
    /// It is left out: what is lacking can't be read, for this command or another.
    LeftOut,
}

/// Decisions that stand or fall together, made at one time.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) now: Timestamp,
    pub(crate) begun: Vec<Begun>,
    pub(crate) events: Vec<PendingEvent>,
    pub(crate) keys: Vec<(BookingId, WrappedKey)>,
}

/// A group, and what must be read for what is not in it.
#[derive(Debug)]
pub(crate) struct Formed {
    pub(crate) group: Group,
    /// For commands that stay in the queue.
    pub(crate) cold: Vec<StreamId>,
    /// For holds that are due.
    pub(crate) cold_due: Vec<StreamId>,
    /// Whether holds are due whose days know nothing of them.
    pub(crate) stray: bool,
}

impl Formed {
    /// There was nothing to do.
    pub(crate) const fn nothing(now: Timestamp) -> Self {
        Self {
            group: Group::new(now),
            cold: Vec::new(),
            cold_due: Vec::new(),
            stray: false,
        }
    }
}

/// What was found while the holds that are due were ended.
struct Ending {
    /// What must be read before the others can end.
    cold: Vec<StreamId>,
    /// Whether more are due than one group ends.
    more: bool,
    /// Whether holds stay that are due.
    overdue: bool,
    /// Whether all of them are holds whose days know nothing of them.
    stray: bool,
}

impl Group {
    /// Ends what is due, then decides the queued commands in their order. One
    /// that needs what is not at hand stays in the queue.
    pub(crate) fn form(
        queue: &mut Queue,
        memory: &mut Memory,
        now: Timestamp,
        limits: &ExecutorLimits,
    ) -> Formed {
        let mut group = Self::new(now);
        let loading = &memory.loading;
        let mut working = Working::new(&memory.streams, &memory.begun, &mut memory.holds);
        let ending = group.end_due(&mut working, &memory.unreadable, limits.expire_batch);
        let mut cold = Vec::new();
        let mut behind = Behind::default();
        // A hold that is due ends before any command is decided: while more are
        // due than one group ends, commands wait.
        let commands = if ending.more { 0 } else { queue.len() };
        for _ in 0..commands {
            let Some(mut queued) = queue.pop() else { break };
            let full = group.begun.len() >= limits.batch || group.events.len() >= EVENTS_SOFT_MAX;
            let waits = queued.wants().iter().any(|id| loading.contains(id));
            if full || waits || behind.must_wait(&queued) {
                behind.wait(&queued);
                queue.push(queued);
                continue;
            }
            if !queued.ticket.begin() {
                queue.release(&mut queued);
                continue;
            }
            let overdue = ending.overdue;
            match group.decide(&mut working, &queued.request, Trust::Presume, overdue) {
                Ok(verdict) => {
                    queue.release(&mut queued);
                    group.begun.push(Begun { queued, verdict });
                }
                Err(missing) => {
                    queued.ticket.put_back();
                    queue.want(&mut queued, &missing);
                    behind.wait(&queued);
                    queue.push(queued);
                    cold.extend(missing);
                }
            }
        }
        drop(working);
        Formed {
            group,
            cold,
            cold_due: ending.cold,
            stray: ending.stray,
        }
    }

    /// Decides the same commands again, on a memory that has moved on. Returns
    /// what must be read before all of them can be decided; until then the
    /// group is of no use. Nothing, where commands are left out that lack something.
    pub(crate) fn redo(
        &mut self,
        memory: &mut Memory,
        now: Timestamp,
        limits: &ExecutorLimits,
        (trust, lacking): (Trust, Lacking),
    ) -> Vec<StreamId> {
        let mut begun = mem::replace(self, Self::new(now)).begun;
        let mut working = Working::new(&memory.streams, &memory.begun, &mut memory.holds);
        let ending = self.end_due(&mut working, &memory.unreadable, limits.expire_batch);
        let Ending {
            mut cold,
            more,
            overdue,
            ..
        } = ending;
        let mut behind = Behind::default();
        for Begun { queued, verdict } in &mut begun {
            *verdict = Verdict::Open;
            if more || behind.must_wait(queued) {
                continue;
            }
            match self.decide(&mut working, &queued.request, trust, overdue) {
                Ok(decided) => *verdict = decided,
                Err(missing) => match lacking {
                    Lacking::Waits => cold.extend(missing),
                    Lacking::LeftOut => {
                        behind.wait(queued);
                        *verdict = Verdict::Cold(missing);
                    }
                },
            }
        }
        self.begun = begun;
        if lacking == Lacking::LeftOut {
            return Vec::new();
        }
        cold.sort_unstable();
        cold.dedup();
        cold
    }

    /// Whether there is nothing to append and nothing to confirm.
    pub(crate) const fn is_empty(&self) -> bool {
        self.begun.is_empty() && self.events.is_empty()
    }

    const fn new(now: Timestamp) -> Self {
        Self {
            now,
            begun: Vec::new(),
            events: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// Ends the holds that are due, after those have their lease from now on that had it
    /// by a clock that was ahead.
    fn end_due(
        &mut self,
        working: &mut Working<'_>,
        unreadable: &Unreadable,
        limit: usize,
    ) -> Ending {
        let (now, due_at, instant) = (self.now, planted::due_at(self.now), Instant::now());
        // Who meets a hold that is passed over needs its days, which do not read.
        let ends = |hold: &&Hold| !unreadable.passes_over(hold, instant);
        let all_due = || working.holds().due(due_at);
        let all_ahead = || working.holds().dated_ahead(now);
        let due = all_due().filter(ends).take(limit + 1).count();
        let ahead = all_ahead().filter(ends).take(limit + 1).count();
        let passed_over = !unreadable.is_empty() && !all_due().all(|hold| ends(&hold));
        let (redated, mut cold) = match ahead {
            0 => (Vec::new(), Vec::new()),
            _ => redate(working, now, all_ahead().filter(ends).take(limit)),
        };
        let (ended, cold_due) = match due {
            0 => (Vec::new(), Vec::new()),
            _ => expire(working, all_due().filter(ends).take(limit)),
        };
        cold.extend(cold_due);
        self.push(working, redated, &by_the_system(CLOCK_SET_BACK));
        self.push(working, ended, &by_the_system(EXPIRY));
        Ending {
            stray: ahead + due > 0 && self.events.is_empty() && cold.is_empty(),
            more: ahead > limit || due > limit,
            overdue: passed_over || !cold.is_empty(),
            cold,
        }
    }

    /// Decides one command and takes its events; fails with the streams that
    /// must be read first.
    fn decide(
        &mut self,
        working: &mut Working<'_>,
        request: &Request,
        trust: Trust,
        overdue: bool,
    ) -> Result<Verdict, Vec<StreamId>> {
        match judge(working, request, self.now, trust, overdue) {
            Judgement::Accepted(decision) => Ok(self.accept(working, request, decision)),
            Judgement::Refused(rejection) => Ok(Verdict::Refused(rejection)),
            Judgement::Cold(missing) => Err(missing),
        }
    }

    fn accept(
        &mut self,
        working: &mut Working<'_>,
        request: &Request,
        decision: Decision,
    ) -> Verdict {
        let Decision { events, outcome } = decision;
        if let Outcome::Booked {
            booking,
            replayed: false,
        } = &outcome
        {
            let key = request.booking_key.clone();
            self.keys.extend(key.map(|key| (booking.id(), key)));
        }
        let wrote = !events.is_empty();
        if wrote {
            let metadata = Metadata {
                actor: request.actor.clone(),
                request_id: request.request_id.clone(),
                causation: request.command.name().into(),
            };
            self.push(working, events, &metadata);
        }
        Verdict::Accepted {
            outcome,
            last_event: wrote.then(|| self.events.len() - 1),
        }
    }

    fn push(&mut self, working: &mut Working<'_>, events: Vec<StreamEvent>, metadata: &Metadata) {
        for (stream, event) in events {
            let (sequence, resource) = working.append(&stream, &event);
            self.events.push(PendingEvent {
                stream,
                sequence,
                event,
                metadata: metadata.clone(),
                resource,
            });
        }
    }
}

fn by_the_system(causation: &str) -> Metadata {
    Metadata {
        actor: Actor::System,
        request_id: None,
        causation: causation.into(),
    }
}

//! The commands that are decided together, and what they write.

use std::mem;

use domain::{
    calendar::Timestamp,
    decide::{Decision, Outcome, expire_due},
    event::StreamEvent,
    facts::Facts,
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
    memory::Memory,
    waiting::{Behind, Queue, Queued},
};

/// Events past which an append takes no further command: a hold of a month
/// that moves is 62 of them.
const EVENTS_SOFT_MAX: usize = 4096;

/// The causation of events that no command caused.
const EXPIRY: &str = "Expiry";

/// A command of the group and what it came to.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) queued: Queued,
    pub(crate) verdict: Verdict,
}

/// What a command came to, true once the group is confirmed.
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
        let ending = group.end_due(&mut working, limits.expire_batch);
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
            let overdue = !ending.cold.is_empty();
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

    /// Decides the same commands anew, on a memory that has moved on. Returns
    /// what must be read before all of them can be decided; until then the
    /// group is of no use.
    pub(crate) fn redo(
        &mut self,
        memory: &mut Memory,
        now: Timestamp,
        limits: &ExecutorLimits,
        trust: Trust,
    ) -> Vec<StreamId> {
        let mut begun = mem::replace(self, Self::new(now)).begun;
        let mut working = Working::new(&memory.streams, &memory.begun, &mut memory.holds);
        let Ending { mut cold, more, .. } = self.end_due(&mut working, limits.expire_batch);
        let overdue = !cold.is_empty();
        for Begun { queued, verdict } in &mut begun {
            *verdict = Verdict::Open;
            if more {
                continue;
            }
            match self.decide(&mut working, &queued.request, trust, overdue) {
                Ok(decided) => *verdict = decided,
                Err(missing) => cold.extend(missing),
            }
        }
        self.begun = begun;
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

    fn end_due(&mut self, working: &mut Working<'_>, limit: usize) -> Ending {
        let due_at = planted::due_at(self.now);
        let due = working.holds().due(due_at).take(limit + 1).count();
        if due == 0 {
            return Ending {
                cold: Vec::new(),
                more: false,
                stray: false,
            };
        }
        let (ended, cold) = expire_due(working, due_at, limit);
        let metadata = Metadata {
            actor: Actor::System,
            request_id: None,
            causation: EXPIRY.into(),
        };
        self.push(working, ended, &metadata);
        Ending {
            stray: self.events.is_empty() && cold.is_empty(),
            more: due > limit,
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

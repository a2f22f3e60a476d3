//! The commands of a partition that nobody has decided yet, in order.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::Instant,
};

use domain::{
    command::Command,
    ids::{BookingId, SessionId},
    stream::StreamId,
};

use super::Ticket;
use crate::Request;

/// A command on its way to a decision.
#[derive(Debug)]
pub(crate) struct Queued {
    pub(crate) request: Request,
    pub(crate) ticket: Ticket,
    pub(crate) arrived: Instant,
    /// How often it was decided on what turned out not to be the log's history.
    pub(crate) tries: u8,
    /// The cold streams that it has asked for: kept until it is decided.
    wants: Vec<StreamId>,
}

impl Queued {
    pub(crate) fn new(request: Request, ticket: Ticket) -> Self {
        Self {
            request,
            ticket,
            arrived: Instant::now(),
            tries: 0,
            wants: Vec::new(),
        }
    }

    pub(crate) fn wants(&self) -> &[StreamId] {
        &self.wants
    }
}

/// Whose commands keep their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Line {
    Session(SessionId),
    Booking(BookingId),
}

fn lines(command: &Command) -> impl Iterator<Item = Line> + use<> {
    let (session, booking) = match command {
        Command::PutResource(_)
        | Command::RetireResource(_)
        | Command::AddExceptions(_)
        | Command::RemoveException(_) => (None, None),
        Command::Heartbeat(beat) => (Some(beat.session), None),
        Command::Leave(leave) => (Some(leave.session), None),
        Command::BookSlots(book) => (Some(book.session), Some(book.booking)),
        Command::RescheduleBooking(moved) => (moved.session, Some(moved.booking)),
        Command::CancelBooking(cancel) => (None, Some(cancel.booking)),
    };
    let session = session.map(Line::Session);
    session.into_iter().chain(booking.map(Line::Booking))
}

/// Undecided commands in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    commands: VecDeque<Queued>,
    /// How many commands want each stream.
    wanted: HashMap<StreamId, u32>,
}

/// The lines in which somebody waits: who comes after must wait as well, so
/// that a leave is not decided before the beat that was sent before it.
#[derive(Debug, Default)]
pub(crate) struct Behind(HashSet<Line>);

impl Behind {
    pub(crate) fn wait(&mut self, queued: &Queued) {
        self.0.extend(lines(&queued.request.command));
    }

    pub(crate) fn must_wait(&self, queued: &Queued) -> bool {
        !self.0.is_empty() && lines(&queued.request.command).any(|line| self.0.contains(&line))
    }
}

impl Queue {
    pub(crate) fn push(&mut self, queued: Queued) {
        self.commands.push_back(queued);
    }

    /// Puts commands back that were taken, in front and in their order.
    pub(crate) fn put_back(&mut self, taken: impl DoubleEndedIterator<Item = Queued>) {
        for queued in taken.rev() {
            queued.ticket.put_back();
            self.commands.push_front(queued);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.commands.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// The first command; whoever takes it answers it or pushes it back.
    pub(crate) fn pop(&mut self) -> Option<Queued> {
        self.commands.pop_front()
    }

    /// Notes that `queued` wants these streams.
    pub(crate) fn want(&mut self, queued: &mut Queued, streams: &[StreamId]) {
        for stream in streams {
            if !queued.wants.contains(stream) {
                *self.wanted.entry(stream.clone()).or_default() += 1;
                queued.wants.push(stream.clone());
            }
        }
    }

    /// Lets go of what a command wanted that leaves the queue for good.
    pub(crate) fn release(&mut self, queued: &mut Queued) {
        for stream in queued.wants.drain(..) {
            if let Some(count) = self.wanted.get_mut(&stream) {
                *count -= 1;
                if *count == 0 {
                    self.wanted.remove(&stream);
                }
            }
        }
    }

    /// Whether a queued command wants the stream.
    pub(crate) fn wanted(&self, stream: &StreamId) -> bool {
        self.wanted.contains_key(stream)
    }

    /// Takes the commands out that `picked` picks, in order.
    pub(crate) fn take(&mut self, picked: impl Fn(&Queued) -> bool) -> Vec<Queued> {
        let mut taken = Vec::new();
        for _ in 0..self.commands.len() {
            let Some(mut queued) = self.commands.pop_front() else {
                break;
            };
            if picked(&queued) {
                self.release(&mut queued);
                taken.push(queued);
            } else {
                self.commands.push_back(queued);
            }
        }
        taken
    }

    /// Forgets what was wanted: the memory that it was to be read into is gone.
    pub(crate) fn forget_wants(&mut self) {
        self.wanted.clear();
        for queued in &mut self.commands {
            queued.wants.clear();
        }
    }
}

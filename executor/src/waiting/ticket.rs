//! The way of one command's answer back to its caller.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use eventlog::LogError;
use tokio::{
    sync::{OwnedSemaphorePermit, oneshot},
    time::timeout,
};

use crate::{Failure, Receipt};

pub(crate) type Answer = Result<Receipt, Failure>;

/// Nobody has begun it: its caller may still give it up.
const WAITING: u8 = 0;
/// It may be in an append.
const BEGUN: u8 = 1;
/// Its caller was told that nothing was done; so it must not be begun.
const GIVEN_UP: u8 = 2;

/// A caller's place in a partition's queue, and the owner's duty to answer it.
#[derive(Debug)]
pub(crate) struct Ticket {
    stage: Arc<AtomicU8>,
    reply: oneshot::Sender<Answer>,
    /// Gives the place in the queue back with the answer.
    _place: OwnedSemaphorePermit,
}

/// The caller's end.
#[derive(Debug)]
pub(crate) struct Waiter {
    stage: Arc<AtomicU8>,
    reply: oneshot::Receiver<Answer>,
}

impl Ticket {
    pub(crate) fn new(place: OwnedSemaphorePermit) -> (Self, Waiter) {
        let stage = Arc::new(AtomicU8::new(WAITING));
        let (sender, receiver) = oneshot::channel();
        let ticket = Self {
            stage: stage.clone(),
            reply: sender,
            _place: place,
        };
        let waiter = Waiter {
            stage,
            reply: receiver,
        };
        (ticket, waiter)
    }

    /// Begins the command; false when its caller has given it up.
    pub(crate) fn begin(&self) -> bool {
        let begun =
            self.stage
                .compare_exchange(WAITING, BEGUN, Ordering::AcqRel, Ordering::Acquire);
        begun != Err(GIVEN_UP)
    }

    /// Takes the beginning back: the command is in no append, and waits again.
    pub(crate) fn put_back(&self) {
        self.stage.store(WAITING, Ordering::Release);
    }

    pub(crate) fn answer(self, answer: Answer) {
        // A caller that has gone misses its answer and nothing else.
        let _ = self.reply.send(answer);
    }
}

impl Waiter {
    /// The answer, or what is true when there is none after `patience`.
    pub(crate) async fn answer(mut self, patience: Duration) -> Answer {
        match timeout(patience, &mut self.reply).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(self.unanswered(Failure::Stopping)),
            Err(_) => {
                let source = sqlx::Error::Io(io::ErrorKind::TimedOut.into());
                let late = LogError::Database {
                    doing: "deciding a command in time",
                    source,
                };
                Err(self.unanswered(Failure::Unavailable(Arc::new(late))))
            }
        }
    }

    /// `untouched` if nothing was done, and never will be.
    fn unanswered(&self, untouched: Failure) -> Failure {
        let given_up =
            self.stage
                .compare_exchange(WAITING, GIVEN_UP, Ordering::AcqRel, Ordering::Acquire);
        match given_up {
            Ok(_) => untouched,
            Err(_) => Failure::OutcomeUnknown,
        }
    }
}

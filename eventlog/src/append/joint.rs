//! What several partitions of a node have to append at one time goes to the database in
//! one statement, with one flush.
//!
//! Nobody waits for others: who finds fewer than two appends under way sends at once. Who
//! comes meanwhile goes with the next one, which is sent as soon as one of them has ended.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{sync::oneshot, time::timeout};

use super::{
    PreparedBatch,
    attempt::Attempt,
    gather::{Together, Tried, Waiting, gather},
    settle::ATTEMPT_MAX,
    statement::{Answer, send},
};
use crate::{clock::BootTime, database::no_answer, log::Shared, metrics};

/// Joint appends under way at a time: while one waits for the disk, another is computed.
pub(super) const UNDER_WAY_MAX: usize = 2;

/// What this node has to append, and how much is under way.
#[derive(Debug, Default)]
pub(crate) struct Joint {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// In the order in which they came.
    waiting: VecDeque<Waiting>,
    under_way: usize,
}

/// Tries a batch, together with what else is ready; none when it is to be tried alone.
///
/// Dropped before it was sent, it is not sent.
pub(super) async fn first_try(shared: &Arc<Shared>, batch: &PreparedBatch) -> Option<Attempt> {
    let (tell, told) = oneshot::channel();
    let waiting = Waiting {
        batch: batch.clone(),
        tell,
    };
    if let Some(turn) = Turn::begin(shared, waiting) {
        // A task of its own: what is under way concerns all who are in it.
        tokio::spawn(turn.run());
    }
    match told.await {
        Ok(Tried::Attempt(attempt)) => Some(attempt),
        Ok(Tried::Apart) => None,
        Err(_) => Some(Attempt::Lost(no_answer())),
    }
}

/// The right to have one joint append after the other under way, until nobody waits.
struct Turn {
    shared: Arc<Shared>,
    /// Whether it has ended as it should.
    over: bool,
}

impl Turn {
    /// Lets a batch wait; gives a turn unless as many as may be are under way.
    fn begin(shared: &Arc<Shared>, waiting: Waiting) -> Option<Self> {
        let mut state = shared.joint.state();
        state.waiting.push_back(waiting);
        if state.under_way == UNDER_WAY_MAX {
            return None;
        }
        state.under_way += 1;
        drop(state);
        Some(Self {
            shared: Arc::clone(shared),
            over: false,
        })
    }

    async fn run(mut self) {
        while let Some(together) = self.next() {
            append(&self.shared, together).await;
        }
    }

    /// What is ready now; the turn is over when nothing is.
    fn next(&mut self) -> Option<Together> {
        let mut state = self.shared.joint.state();
        let together = gather(&mut state.waiting);
        if together.is_empty() {
            state.under_way -= 1;
            self.over = true;
            return None;
        }
        Some(together)
    }
}

impl Drop for Turn {
    /// After a panic, who waits and has no other turn to be sent in is told that nothing
    /// is known.
    fn drop(&mut self) {
        if self.over {
            return;
        }
        let mut state = self.shared.joint.state();
        state.under_way -= 1;
        if state.under_way == 0 {
            state.waiting.clear();
        }
    }
}

impl Joint {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Appends what goes together, and tells each what became of it.
async fn append(shared: &Shared, together: Together) {
    let batches: Vec<&PreparedBatch> = together.values().map(|one| &one.batch).collect();
    metrics::joined(batches.len());
    let tried = attempt(shared, &batches).await;
    match tried {
        Ok(answer) => {
            for one in together.into_values() {
                let attempt = Attempt::of_answer(&answer, &one.batch);
                one.tell(Tried::Attempt(attempt));
            }
        }
        Err(failed) => tell_all(together, failed),
    }
}

async fn attempt(shared: &Shared, batches: &[&PreparedBatch]) -> Result<Answer, Attempt> {
    let taken = shared.appenders.take(&shared.pool).await;
    let mut connection = taken.map_err(Attempt::Unsent)?;
    let asked = BootTime::now();
    let sent = timeout(ATTEMPT_MAX, send(&mut connection, batches)).await;
    let sent = sent.unwrap_or_else(|_| Err(no_answer()));
    let answered = sent.map_err(Attempt::of_error);
    // One whose answer may still come is closed.
    if !matches!(answered, Err(Attempt::Lost(_))) {
        shared.appenders.keep(connection);
    }
    if let Ok(answer) = &answered {
        shared.clock.learn(asked, answer.now);
    }
    answered
}

/// Tells all of a joint append that it has failed.
fn tell_all(mut together: Together, failed: Attempt) {
    if together.len() == 1
        && let Some((_, one)) = together.pop_first()
    {
        one.tell(Tried::Attempt(failed));
        return;
    }
    let of_each: Box<dyn Fn() -> Tried> = match failed {
        Attempt::Lost(error) => {
            let error = Arc::new(error);
            Box::new(move || Tried::Attempt(Attempt::Lost(shared_by_all(&error))))
        }
        // All have waited for a connection; to wait again would be twice as long.
        Attempt::Unsent(sqlx::Error::PoolTimedOut) => {
            Box::new(|| Tried::Attempt(Attempt::Unsent(sqlx::Error::PoolTimedOut)))
        }
        // What is wrong with one is not to be held against the others.
        Attempt::Refused(_) | Attempt::Unsent(_) | Attempt::Missed | Attempt::Appended => {
            Box::new(|| Tried::Apart)
        }
    };
    for one in together.into_values() {
        one.tell(of_each());
    }
}

/// The error of a connection on which several batches were lost, for one of them.
fn shared_by_all(error: &Arc<sqlx::Error>) -> sqlx::Error {
    let kind = match &**error {
        sqlx::Error::Io(error) => error.kind(),
        _ => io::ErrorKind::ConnectionAborted,
    };
    sqlx::Error::Io(io::Error::new(kind, Arc::clone(error)))
}

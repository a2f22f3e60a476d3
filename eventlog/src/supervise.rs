use std::{any::Any, fmt, panic::AssertUnwindSafe, time::Duration};

use domain::partition::Partition;
use futures::FutureExt;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Backoff, Cause, Health, metrics};

/// Before a task that failed is started again for the first time.
const RESTART_MIN: Duration = Duration::from_millis(100);
/// The longest pause between two starts: how late the end of a lasting trouble is
/// noticed.
const RESTART_MAX: Duration = Duration::from_secs(15);
/// A task that has run for so long is taken for sound again.
const SOUND_AFTER: Duration = Duration::from_secs(5);

/// A task in the background, as logs and metrics name it.
#[derive(Debug, Clone, Copy)]
pub struct Task {
    name: &'static str,
    partition: Option<Partition>,
}

impl Task {
    /// A task that a node has once.
    pub const fn of_node(name: &'static str) -> Self {
        Self {
            name,
            partition: None,
        }
    }

    /// A task that a node has once for each partition.
    pub const fn of_partition(name: &'static str, partition: Partition) -> Self {
        Self {
            name,
            partition: Some(partition),
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.partition {
            Some(partition) => write!(f, "{} of partition {partition}", self.name),
            None => f.write_str(self.name),
        }
    }
}

/// Runs a task that is to run until `stop`: what `make` makes, and again when that
/// ends before or panics.
///
/// Each such end is logged, counted and set in `health`, and the next start waits,
/// longer each time. Once the task has run for a while again, `health` is told.
/// After `stop` this returns when the task does.
pub async fn supervise<F>(
    task: Task,
    health: Health,
    stop: CancellationToken,
    mut make: impl FnMut() -> F,
) where
    F: Future<Output = ()>,
{
    let mut backoff = Backoff::between(RESTART_MIN, RESTART_MAX);
    // Apart from what the task itself may have noticed.
    let name = format!("the task {task}");
    loop {
        let started = Instant::now();
        let run = run_once(make(), || health.clear(&name));
        let ended = run.await;
        if stop.is_cancelled() && ended.is_ok() {
            return;
        }
        let reason = ended.err().unwrap_or_else(|| "it ended by itself".into());
        tracing::error!(%task, reason, "a task failed and is started again");
        metrics::restarted(task.name);
        health.set(name.clone(), Cause::Task, format!("{task}: {reason}"));
        if started.elapsed() >= SOUND_AFTER {
            backoff = Backoff::between(RESTART_MIN, RESTART_MAX);
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = backoff.wait() => {}
        }
    }
}

/// Runs a task that ends by itself once its work is done; again, when it panics.
pub async fn supervise_to_end<F>(
    task: Task,
    health: Health,
    stop: CancellationToken,
    mut make: impl FnMut() -> F,
) where
    F: Future<Output = ()>,
{
    let done = stop.child_token();
    supervise(task, health, done.clone(), || {
        let (work, done) = (make(), done.clone());
        async move {
            work.await;
            done.cancel();
        }
    })
    .await;
}

/// Runs `work` to its end or its panic, and calls `sound` once it has run for long
/// enough, or has ended well.
async fn run_once(work: impl Future<Output = ()>, sound: impl Fn()) -> Result<(), String> {
    let work = AssertUnwindSafe(work).catch_unwind();
    tokio::pin!(work);
    let ended = tokio::select! {
        biased;
        ended = &mut work => ended,
        () = tokio::time::sleep(SOUND_AFTER) => {
            sound();
            work.await
        }
    };
    match ended {
        Ok(()) => {
            sound();
            Ok(())
        }
        Err(panic) => Err(panic_words(panic.as_ref())),
    }
}

/// What a panic said.
pub fn panic_words(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().copied();
    let words = words.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("it panicked: {}", words.unwrap_or("without words"))
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use tokio::sync::Notify;

    use super::*;

    const TASK: Task = Task::of_node("a task");

    /// Fails `failures` times and then runs until it is stopped; returns how it was
    /// started how often, and the health that it left.
    async fn failing(failures: u32, fail: fn()) -> (u32, Health) {
        let (health, stop) = (Health::default(), CancellationToken::new());
        let (starts, runs) = (Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
        let make = || {
            let (stop, runs) = (stop.clone(), Arc::clone(&runs));
            let start = starts.fetch_add(1, Ordering::Relaxed);
            async move {
                if start < failures {
                    return fail();
                }
                runs.notify_one();
                stop.cancelled().await;
            }
        };
        let supervised = supervise(TASK, health.clone(), stop.clone(), make);
        let seen = async {
            runs.notified().await;
            let troubles = health.troubles_now();
            assert_eq!(troubles.len(), usize::from(failures > 0));
            assert!(troubles.iter().all(|of| of.cause == Cause::Task));
            tokio::time::sleep(SOUND_AFTER * 2).await;
            assert_eq!(health.troubles_now(), []);
            stop.cancel();
        };
        tokio::join!(supervised, seen);
        (starts.load(Ordering::Relaxed), health)
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_panics_is_started_again_and_readiness_knows() {
        let (starts, _) = failing(3, || panic!("on purpose")).await;
        assert_eq!(starts, 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_ends_by_itself_is_started_again_and_readiness_knows() {
        let (starts, _) = failing(2, || {}).await;
        assert_eq!(starts, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_ends_after_the_stop_is_left_alone() {
        let (starts, health) = failing(0, || {}).await;
        assert_eq!((starts, health.troubles_now()), (1, vec![]));
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_has_an_end_is_done_once_and_again_after_a_panic() {
        let (health, stop) = (Health::default(), CancellationToken::new());
        let mut starts = 0;
        let make = || {
            starts += 1;
            let first = starts == 1;
            async move { assert!(!first, "on purpose") }
        };
        supervise_to_end(TASK, health.clone(), stop.clone(), make).await;
        assert_eq!((starts, health.troubles_now()), (2, vec![]));
        assert!(!stop.is_cancelled());
    }
}

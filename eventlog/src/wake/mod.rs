//! Who hears of an append, and how soon: this process's followers at once and
//! with the events themselves; other nodes by a notification without data, after
//! which they look at the heads; everybody, whatever is lost, by looking at the
//! heads once a second.

mod head_watch;
mod lane;
mod listener;
mod news;
mod notifier;
mod watcher;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use domain::partition::Partition;
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

pub use head_watch::HeadWatch;
pub(crate) use lane::{Lane, Published, Seen};
pub(crate) use news::{News, read_news};

use crate::{
    Commit, Epoch, Head, append,
    clock::report,
    log::{Shared, strain},
    supervise::{Task, supervise},
};

/// The channel of notifications between nodes.
const CHANNEL: &str = "slotkeeper_log";

/// Least time between two notifications of a node: a notification locks the
/// whole database for a moment, and one tells as much as many.
const NOTIFY_GAP: Duration = Duration::from_millis(5);

/// How often the heads, the epoch and the clock are read though nothing was
/// heard: how late an append is heard of whose notification was lost.
const POLL: Duration = Duration::from_secs(1);

/// The same while no connection listens.
const POLL_DEAF: Duration = Duration::from_millis(100);

/// What is known of the log's ends, and who wants to hear of them.
#[derive(Debug)]
pub(crate) struct Wake {
    epoch: watch::Sender<Epoch>,
    lanes: Box<[Lane]>,
    /// For who follows a partition that the log does not have.
    nowhere: Lane,
    /// This node has appended.
    appended: Notify,
    /// Another node may have appended.
    look: Notify,
    /// Whether a connection listens.
    listening: AtomicBool,
    /// The backend by which this node notifies; 0 for none.
    notifier: AtomicU32,
}

impl Wake {
    /// With the ends as first read.
    pub(crate) fn new(epoch: Epoch, heads: &[Seen]) -> Self {
        Self {
            epoch: watch::Sender::new(epoch),
            lanes: heads.iter().map(|head| Lane::new(*head)).collect(),
            nowhere: Lane::new(Head::START.into()),
            appended: Notify::new(),
            look: Notify::new(),
            listening: AtomicBool::new(false),
            notifier: AtomicU32::new(0),
        }
    }

    pub(crate) fn epoch(&self) -> Epoch {
        *self.epoch.borrow()
    }

    pub(crate) fn watch_epoch(&self) -> watch::Receiver<Epoch> {
        self.epoch.subscribe()
    }

    /// What is heard of a partition.
    pub(crate) fn lane(&self, partition: Partition) -> &Lane {
        let lane = self.lanes.get(usize::from(partition.get()));
        lane.unwrap_or(&self.nowhere)
    }

    /// Tells of an append of this process that followed `after`.
    pub(crate) fn publish(&self, after: Head, commit: &Commit) {
        if let Some(first) = commit.events.first() {
            self.lane(first.partition).publish(after, commit);
        }
        self.appended.notify_one();
    }

    /// The ends as known now: to be taken before reading them again.
    fn ends(&self) -> Vec<Seen> {
        self.lanes.iter().map(Lane::end).collect()
    }

    /// Takes what was read after [`Self::ends`] gave `before`.
    fn hear(&self, before: &[Seen], news: &News) {
        self.epoch.send_if_modified(|epoch| {
            let changed = *epoch != news.epoch;
            *epoch = news.epoch;
            changed
        });
        for ((lane, before), now) in self.lanes.iter().zip(before).zip(&news.heads) {
            lane.hear(*before, *now);
        }
    }

    fn is_listening(&self) -> bool {
        self.listening.load(Ordering::Relaxed)
    }
}

/// Starts the background tasks.
pub(crate) fn start(tasks: &mut JoinSet<()>, shared: &Arc<Shared>, stop: &CancellationToken) {
    spawn(tasks, shared, stop, "hearing of appends", listener::run);
    spawn(tasks, shared, stop, "telling of appends", notifier::run);
    spawn(tasks, shared, stop, "watching the heads", watcher::run);
    spawn(tasks, shared, stop, "minding the clock", report::run);
    spawn(tasks, shared, stop, "looking after appends", append::mind);
    spawn(
        tasks,
        shared,
        stop,
        "looking for old snapshots",
        strain::run,
    );
}

fn spawn<F>(
    tasks: &mut JoinSet<()>,
    shared: &Arc<Shared>,
    stop: &CancellationToken,
    name: &'static str,
    run: fn(Arc<Shared>, CancellationToken) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let (of_task, stop_of_task) = (Arc::clone(shared), stop.clone());
    let make = move || run(Arc::clone(&of_task), stop_of_task.clone());
    let (task, health) = (Task::of_node(name), shared.health.clone());
    tasks.spawn(supervise(task, health, stop.clone(), make));
}

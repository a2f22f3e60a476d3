use std::{
    collections::BTreeSet,
    sync::{Arc, Weak},
    time::Duration,
};

use domain::ids::ResourceId;
use eventlog::{LogError, Position, Task, supervise_to_end};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{
    LiveError,
    change::{Change, What},
    day::{DayEntry, DayKey},
    loaded::{self, Loaded},
    partition::PartitionFeed,
    resource::ResourceEntry,
    state::{Moment, PartitionState},
};

/// Days and resources that one load takes; more wait for the next.
const LOAD_KEYS_MAX: usize = 1_000;
/// Requests that wait for a load before those who ask wait to ask.
pub(super) const LOAD_REQUESTS_MAX: usize = 1_024;
/// How long a load waits for this node to apply what the views have already.
const LOAD_PATIENCE: Duration = Duration::from_secs(2);
/// Tries of a load that changes overtake: each fails only if the history was
/// undone, or more was appended during it than is remembered.
const LOAD_TRIES_MAX: u32 = 5;

/// Asks for days and resources to be brought into memory.
#[derive(Debug)]
pub(super) struct LoadRequest {
    pub(super) days: Vec<DayKey>,
    pub(super) resources: Vec<ResourceId>,
    pub(super) reply: oneshot::Sender<Result<(), LiveError>>,
}

impl LoadRequest {
    fn len(&self) -> usize {
        self.days.len() + self.resources.len()
    }
}

/// Begins to serve a partition's requests, until the feed is dropped.
pub(super) fn start(feed: &Arc<PartitionFeed>, requests: mpsc::Receiver<LoadRequest>) {
    let (weak, requests) = (Arc::downgrade(feed), Arc::new(Mutex::new(requests)));
    let task = Task::of_partition("loading days", feed.partition());
    let (health, until_dropped) = (feed.log().health().clone(), CancellationToken::new());
    let make = move || serve(Weak::clone(&weak), Arc::clone(&requests));
    tokio::spawn(supervise_to_end(task, health, until_dropped, make));
}

/// Serves a partition's requests, as many in one load as have come up during the
/// one before: whoever asks for a day that is being loaded finds it loaded.
/// Ends when the feed is dropped.
async fn serve(feed: Weak<PartitionFeed>, requests: Arc<Mutex<mpsc::Receiver<LoadRequest>>>) {
    let mut requests = requests.lock().await;
    while let Some(first) = requests.recv().await {
        let mut keys = first.len();
        let mut batch = vec![first];
        while keys < LOAD_KEYS_MAX
            && let Ok(request) = requests.try_recv()
        {
            keys += request.len();
            batch.push(request);
        }
        let Some(feed) = feed.upgrade() else { return };
        let result = load(&feed, &batch).await;
        for request in batch {
            // Who has gone away needs no answer.
            let _ = request.reply.send(result.clone());
        }
    }
}

/// What a load still lacks.
struct Missing {
    days: Vec<DayKey>,
    resources: Vec<ResourceId>,
}

async fn load(feed: &Arc<PartitionFeed>, batch: &[LoadRequest]) -> Result<(), LiveError> {
    let mut reached = Position::START;
    for _ in 0..LOAD_TRIES_MAX {
        let (moment, missing) = {
            let state = feed.state();
            (state.moment(), missing(&state, batch))
        };
        if missing.days.is_empty() && missing.resources.is_empty() {
            return Ok(());
        }
        let days = load_days(feed, &missing.days, moment.applied).await?;
        let resources = load_resources(feed, &missing.resources, moment.applied).await?;
        let furthest = (days.iter().map(|day| day.reached))
            .chain(resources.iter().map(|resource| resource.reached))
            .max();
        // The views may be ahead of this node for a moment; what is in memory
        // is all of one position.
        reached = furthest.unwrap_or(reached);
        feed.wait_for(reached, LOAD_PATIENCE).await?;
        take_in(&mut feed.state(), moment, days, resources);
    }
    Err(LiveError::Behind {
        wanted: feed.state().moment().applied,
        applied: reached,
    })
}

fn missing(state: &PartitionState, batch: &[LoadRequest]) -> Missing {
    let days: BTreeSet<_> = batch.iter().flat_map(|request| &request.days).collect();
    let resources: BTreeSet<_> = batch.iter().flat_map(|of| &of.resources).collect();
    let days = days.into_iter().filter(|key| !state.days.has(key));
    let resources = resources.into_iter().filter(|id| !state.resources.has(id));
    Missing {
        days: days.cloned().collect(),
        resources: resources.cloned().collect(),
    }
}

/// By the views; by the streams where those are of no use: further behind than the recent
/// changes reach, further than this node has heard of the log, as after a restore that put
/// back less than the views, or unreadable.
async fn load_days(
    feed: &PartitionFeed,
    keys: &[DayKey],
    known: Position,
) -> Result<Vec<Loaded<DayKey, DayEntry>>, LiveError> {
    let (log, partition) = (feed.log(), feed.partition());
    let mut all = Vec::with_capacity(keys.len());
    for keys in keys.chunks(LOAD_KEYS_MAX) {
        let days = match loaded::days_by_views(log, partition, keys).await {
            Ok(days) if days.iter().all(|day| is_of_use(feed, day)) => days,
            Ok(_) => loaded::days_by_streams(log, partition, keys, known).await?,
            Err(error @ LogError::Corrupt { .. }) => {
                tracing::error!(%partition, %error, "days are read from the log: verify the views");
                loaded::days_by_streams(log, partition, keys, known).await?
            }
            Err(error) => return Err(error.into()),
        };
        all.extend(days);
    }
    Ok(all)
}

/// Whether what the views say of a day can be brought to where this node is.
fn is_of_use(feed: &PartitionFeed, day: &Loaded<DayKey, DayEntry>) -> bool {
    let heard_of = feed.log().heard_of(feed.partition()).max(feed.applied());
    day.reached <= heard_of && feed.state().recent().reaches_back_to(day.through)
}

async fn load_resources(
    feed: &PartitionFeed,
    ids: &[ResourceId],
    known: Position,
) -> Result<Vec<Loaded<ResourceId, ResourceEntry>>, LiveError> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let resources = loaded::resources(feed.log(), feed.partition(), ids, known);
    Ok(resources.await?)
}

/// Brings what was loaded up to what is applied, and takes it in. What the
/// recent changes do not reach back to stays missing.
fn take_in(
    state: &mut PartitionState,
    read_at: Moment,
    days: Vec<Loaded<DayKey, DayEntry>>,
    resources: Vec<Loaded<ResourceId, ResourceEntry>>,
) {
    if state.moment().generation != read_at.generation {
        return;
    }
    for mut day in days {
        let Some(since) = state.recent().since(day.through) else {
            continue;
        };
        for Change {
            position,
            resource,
            what,
        } in since
        {
            if let What::Day(date, change) = what
                && *resource == day.key.resource
                && *date == day.key.day
            {
                day.value.apply(change, *position);
            }
        }
        state.days.put(day.key, day.value);
    }
    for mut resource in resources {
        let Some(since) = state.recent().since(resource.through) else {
            continue;
        };
        for change in since.filter(|change| change.resource == resource.key) {
            if let What::Settings(event) = &change.what {
                resource.value.apply(event, change.position);
            }
        }
        state.resources.put(resource.key, resource.value);
    }
    state.renew_boards();
}

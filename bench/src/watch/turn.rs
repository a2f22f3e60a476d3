use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::{
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};

use super::{
    feed::Feed,
    herd::{Herd, Seen},
    published::{Published, busy_after},
};
use crate::{
    Outcome,
    http::Request,
    serve::{Child, Usage},
};

/// Time between two changes.
const PACE: Duration = Duration::from_millis(100);

/// How long all subscribers may take to be let in.
const ADMISSION_LIMIT: Duration = Duration::from_mins(1);

/// How long the last change may take to reach everybody.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came of one turn.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) seen: Seen,
    /// Of the server, before the subscribers came.
    pub(super) before: Usage,
    /// When all had come and nothing had changed yet.
    pub(super) idle: Usage,
    /// When the last change had arrived.
    pub(super) after: Usage,
}

/// Lets `size` subscribers watch `path` while `feed` makes `changes`.
///
/// # Errors
///
/// When the server refuses a subscriber or a change.
pub(super) async fn turn(
    server: &mut Child,
    path: &str,
    mut feed: impl Feed,
    size: usize,
    changes: usize,
) -> Outcome<Watched> {
    let before = server.usage().await?;
    let published = Arc::new(Published::new());
    let herd = gather(&server.address, path, size, Arc::clone(&published));
    let admitted = Instant::now() + ADMISSION_LIMIT;
    while published.subscribed.load(Ordering::Acquire) < size && !herd.is_finished() {
        if Instant::now() > admitted {
            published.over.store(true, Ordering::Release);
            return Err("the server does not let all subscribers in".into());
        }
        sleep(PACE).await;
    }
    let idle = server.usage().await?;
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for nth in 1..=changes {
        ticks.tick().await;
        published.sending(nth);
        feed.change(nth, busy_after(nth)).await?;
    }
    published.last.store(changes, Ordering::Release);
    let seen = all_seen(herd, &published).await?;
    let after = server.usage().await?;
    Ok(Watched {
        seen,
        before,
        idle,
        after,
    })
}

fn gather(
    address: &str,
    path: &str,
    size: usize,
    published: Arc<Published>,
) -> JoinHandle<Outcome<Seen>> {
    let address = address.to_owned();
    let request = Request::default().get(path).to_vec();
    tokio::task::spawn_blocking(move || Herd::new(&address, &request, size, published)?.graze())
}

async fn all_seen(mut herd: JoinHandle<Outcome<Seen>>, published: &Published) -> Outcome<Seen> {
    if let Ok(seen) = timeout(PATIENCE, &mut herd).await {
        return seen?;
    }
    published.over.store(true, Ordering::Release);
    herd.await?
}

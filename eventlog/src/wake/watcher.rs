use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{News, POLL, POLL_DEAF, read_news};
use crate::{Cause, backoff::Backoff, clock::BootTime, log::Shared, metrics};

/// The name under which a trouble with the heads is noted.
const WATCHING: &str = "reading the log's heads";

/// Looks at the heads when there may be something new, and once a second
/// anyway; brings back the clock and the epoch each time.
pub(super) async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    let mut backoff = Backoff::default();
    loop {
        let patience = if shared.wake.is_listening() {
            POLL
        } else {
            POLL_DEAF
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = shared.wake.look.notified() => {}
            () = tokio::time::sleep(patience) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = look(&shared, &mut backoff) => {}
        }
    }
}

async fn look(shared: &Shared, backoff: &mut Backoff) {
    let before = shared.wake.ends();
    let asked = BootTime::now();
    match read_news(&shared.background).await {
        Ok(news) => {
            shared.clock.learn(asked, news.now);
            shared.wake.hear(&before, &news);
            note(shared, &news);
            *backoff = Backoff::default();
        }
        Err(error) => {
            shared.health.note(WATCHING, Some(&error));
            metrics::reconnecting("watcher");
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the log's heads can't be read"
            );
            backoff.wait().await;
        }
    }
}

/// Says whether the database has all that appends need.
fn note(shared: &Shared, news: &News) {
    if news.missing.is_empty() {
        shared.health.clear(WATCHING);
    } else {
        let lacking = format!("the database lacks {}", news.missing.join(", "));
        shared.health.set(WATCHING, Cause::Schema, lacking);
    }
}

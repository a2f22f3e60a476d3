use std::{fmt, sync::Arc};

use domain::partition::Partition;
use futures::future::BoxFuture;
use tokio::{
    sync::{broadcast, watch},
    time::Instant,
};

use super::FeedItem;
use crate::{
    Epoch, Log, LogError, Position, RecordedEvent, Tip,
    backoff::Backoff,
    database::on_connection,
    read::{Anchor, PAGE_EVENTS_MAX, Page, read_page},
    wake::{Published, Seen},
};

/// Reads a partition from a position on, live: from this process's own appends
/// when they are contiguous, from the log otherwise.
///
/// Every event is delivered once, in the order of the log, whether or not the
/// notification of it was lost. Events in the buffer of this process's commits
/// are bounded; who is slower reads from the log, in bounded pages.
pub struct Follower {
    log: Log,
    partition: Partition,
    position: Position,
    /// The event at `position`; none before the first, and until it was read.
    anchor: Option<Anchor>,
    state: State,
    /// A read under way. It goes on when [`Self::next`] is called again after
    /// having been cancelled: or who cancels often would never get anything.
    reading: Option<Reading>,
    /// The history that is followed.
    epoch: Epoch,
    epochs: watch::Receiver<Epoch>,
    commits: broadcast::Receiver<Published>,
    news: watch::Receiver<Seen>,
    /// When the log may be read again after it could not be.
    retry_at: Option<Instant>,
    backoff: Backoff,
}

type Reading = BoxFuture<'static, Result<Page, LogError>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The log may have more than was delivered.
    Behind,
    /// Everything that was heard of was delivered.
    Current,
    /// The history that was followed is gone.
    Lost,
}

impl Follower {
    /// Follows `partition` from after `after`. For a partition that the log
    /// does not have, every read fails.
    pub(crate) fn new(log: Log, partition: Partition, after: Position) -> Self {
        let wake = &log.shared().wake;
        let epochs = wake.watch_epoch();
        let epoch = *epochs.borrow();
        let lane = wake.lane(partition);
        Self {
            commits: lane.commits(),
            news: lane.news(),
            epoch,
            epochs,
            partition,
            position: after,
            anchor: None,
            state: State::Behind,
            reading: None,
            retry_at: None,
            backoff: Backoff::default(),
            log,
        }
    }

    /// The position up to which this follower has delivered.
    pub fn position(&self) -> Position {
        self.position
    }

    /// The next events; waits until there are some. Cancel-safe. After
    /// [`FeedItem::Reset`] there is nothing else.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`], [`LogError::Decode`] and [`LogError::Corrupt`];
    /// asking again tries again, after a while.
    pub async fn next(&mut self) -> Result<FeedItem, LogError> {
        loop {
            if *self.epochs.borrow_and_update() != self.epoch {
                self.state = State::Lost;
            }
            match self.state {
                State::Lost => return Ok(FeedItem::Reset),
                State::Behind => {
                    if let Some(item) = self.read().await? {
                        return Ok(item);
                    }
                }
                State::Current => {
                    if let Some(item) = self.listen().await {
                        return Ok(item);
                    }
                }
            }
        }
    }

    /// Waits for something to happen; events, if it is an append of this
    /// process that follows what was delivered.
    async fn listen(&mut self) -> Option<FeedItem> {
        tokio::select! {
            commit = self.commits.recv() => match commit {
                Ok(commit) if self.is_next(&commit) => return Some(self.deliver(commit.events)),
                Ok(_) | Err(_) => self.state = State::Behind,
            },
            Ok(()) = self.news.changed() => self.state = State::Behind,
            Ok(()) = self.epochs.changed() => {}
        }
        None
    }

    /// Whether an append followed the very event that was delivered last.
    fn is_next(&self, commit: &Published) -> bool {
        let tip = self.anchor.map_or(Tip::NONE, |anchor| anchor.tip);
        commit.after.position == self.position && commit.after.tip == tip
    }

    /// Reads a page of the log; none when it has nothing more.
    async fn read(&mut self) -> Result<Option<FeedItem>, LogError> {
        let reading = match self.reading.take() {
            Some(reading) => reading,
            None => self.begin_reading(),
        };
        let page = self.reading.insert(reading).await;
        self.reading = None;
        match page {
            Ok(page) => {
                self.retry_at = None;
                self.backoff = Backoff::default();
                Ok(self.take(page))
            }
            Err(error) => {
                self.retry_at = Some(Instant::now() + self.backoff.delay());
                Err(error)
            }
        }
    }

    fn begin_reading(&mut self) -> Reading {
        // What is buffered is committed, so the page will have it.
        self.commits = self.commits.resubscribe();
        self.news.mark_unchanged();
        let (partition, after) = (self.partition, self.position);
        let pool = self.log.pool().clone();
        let retry_at = self.retry_at;
        Box::pin(async move {
            if let Some(retry_at) = retry_at {
                tokio::time::sleep_until(retry_at).await;
            }
            on_connection(&pool, "following a partition", async |connection| {
                read_page(connection, partition, after, PAGE_EVENTS_MAX).await
            })
            .await
        })
    }

    fn take(&mut self, page: Page) -> Option<FeedItem> {
        let lost = match (self.anchor, page.anchor) {
            (Some(known), found) => found != Some(known),
            (None, found) => self.position > Position::START && found.is_none(),
        };
        if lost {
            self.state = State::Lost;
            return Some(FeedItem::Reset);
        }
        self.anchor = page.anchor;
        if !page.more() {
            self.state = State::Current;
        }
        (!page.events.is_empty()).then(|| self.deliver(page.events.into()))
    }

    fn deliver(&mut self, events: Arc<[RecordedEvent]>) -> FeedItem {
        if let Some(last) = events.last() {
            self.position = last.position;
            self.anchor = Some(Anchor {
                hash: last.hash,
                tip: last.tip.unwrap_or(Tip::NONE),
            });
        }
        FeedItem::Events(events)
    }
}

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follower")
            .field("partition", &self.partition)
            .field("position", &self.position)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

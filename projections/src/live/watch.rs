use std::{ops::RangeInclusive, sync::Arc};

use bytes::Bytes;
use domain::{calendar::Day, ids::ResourceId};
use eventlog::Position;
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use tokio::sync::watch;

use super::{
    ViewerPosition,
    board::Board,
    partition::{PartitionFeed, Reached},
    view::View,
};

/// Days of a resource that a viewer wants to watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Of what.
    pub resource: ResourceId,
    /// Which.
    pub days: RangeInclusive<Day>,
    /// Whether the viewer has been sent them up to the last id it got. Others are all
    /// sent, whatever that id is.
    pub known: bool,
}

/// One viewer's days, of as many resources as it watches.
#[derive(Debug)]
pub struct Watch {
    views: Vec<View>,
    partitions: Vec<Watched>,
    /// What waits for a change of each view; of one alone, nothing.
    changes: FuturesUnordered<Change>,
    told_of: Told,
    /// Whether the viewer must be told that what it knows is void.
    lost: bool,
    /// Whether a round is to come without waiting, even an empty one.
    due: bool,
}

/// What a viewer is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Days,
    DaysAndResources,
}

/// A partition that a viewer watches.
#[derive(Debug)]
pub(super) struct Watched {
    feed: Arc<PartitionFeed>,
    reached: Reached,
    /// Up to which everything of it that is watched has been sent; none when nothing has.
    sent: Option<Position>,
}

/// Ends with the board's next change; with nothing when the feed has stopped.
type Change = BoxFuture<'static, Option<watch::Receiver<Board>>>;

fn change(mut board: watch::Receiver<Board>) -> Change {
    async move { board.changed().await.ok().map(|()| board) }.boxed()
}

/// What a viewer is sent next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Round {
    /// The viewer's id could not be placed, or the history it knew is gone: say
    /// so; all days follow in the next round.
    Reset,
    /// Whole states of the days that changed, as SSE frames ready to send (with
    /// no id), and the position up to which every watched day has been sent.
    Days {
        /// Shared by all viewers of the day.
        frames: Vec<Bytes>,
        /// To be sent as an id alone, after the frames.
        id: ViewerPosition,
    },
}

impl Watched {
    /// A partition of which a viewer has been sent all up to `sent`.
    pub(super) fn new(feed: Arc<PartitionFeed>, sent: Option<Position>) -> Self {
        let reached = feed.reached();
        Self {
            feed,
            reached,
            sent,
        }
    }

    pub(super) const fn feed(&self) -> &Arc<PartitionFeed> {
        &self.feed
    }

    pub(super) const fn sent(&self) -> Option<Position> {
        self.sent
    }

    /// All of it is to be sent again.
    pub(super) const fn forget(&mut self) {
        self.sent = None;
    }
}

impl Watch {
    /// A viewer of `views`, which are all of `partitions`. Who is `lost` is told so first.
    pub(super) fn new(
        views: Vec<View>,
        partitions: Vec<Watched>,
        told_of: Told,
        lost: bool,
    ) -> Self {
        let mut changes = FuturesUnordered::new();
        if let [_, _, ..] = views.as_slice() {
            changes.extend(views.iter().map(|view| change(view.board.clone())));
        }
        Self {
            views,
            partitions,
            changes,
            told_of,
            lost,
            due: true,
        }
    }

    /// The next round; waits until something watched changes. The first comes at
    /// once (it may hold no frames). A slow caller finds the newest states, not
    /// the ones between. Cancel-safe. `None` when the feed has stopped.
    pub async fn next(&mut self) -> Option<Round> {
        loop {
            if let Some(round) = self.round() {
                return Some(round);
            }
            self.changed().await?;
        }
    }

    async fn changed(&mut self) -> Option<()> {
        if let [only] = self.views.as_mut_slice() {
            return only.board.changed().await.ok();
        }
        let board = self.changes.next().await??;
        self.changes.push(change(board));
        Some(())
    }

    /// What the boards have for this viewer, if anything.
    fn round(&mut self) -> Option<Round> {
        // Before the boards: all up to there is then on each of them.
        for partition in &mut self.partitions {
            partition.reached = partition.feed.reached();
        }
        for view in &mut self.views {
            self.lost |= view.turned();
        }
        if std::mem::take(&mut self.lost) {
            self.forget();
            return Some(Round::Reset);
        }
        if !self.stands() {
            return None;
        }
        let mut frames = Vec::new();
        for view in &mut self.views {
            view.news(self.told_of == Told::DaysAndResources, &mut frames);
        }
        if frames.is_empty() && !self.due {
            return None;
        }
        self.due = false;
        let id = self.advance()?;
        Some(Round::Days { frames, id })
    }

    fn forget(&mut self) {
        self.due = true;
        for partition in &mut self.partitions {
            partition.forget();
        }
        for view in &mut self.views {
            view.forget();
        }
    }

    /// Whether all boards are of one history, and of the one that stands. Until they
    /// are, no id could be given: the last of them to come wakes the viewer.
    fn stands(&self) -> bool {
        let reached = |of: usize| self.partitions[of].reached;
        let mut pairs = self.partitions.windows(2);
        let mut views = self.views.iter();
        pairs.all(|pair| pair[0].reached.at.epoch == pair[1].reached.at.epoch)
            && views.all(|view| reached(view.partition).generation == view.generation())
    }

    /// Up to where everything has now been sent. A viewer that comes from another node
    /// may know more of its days than has happened to them here since they were watched.
    fn advance(&mut self) -> Option<ViewerPosition> {
        let mut all = Vec::with_capacity(self.partitions.len());
        for partition in &mut self.partitions {
            let mut at = partition.reached.at;
            at.position = partition
                .sent
                .map_or(at.position, |sent| sent.max(at.position));
            partition.sent = Some(at.position);
            all.push(at);
        }
        ViewerPosition::new(all)
    }
}

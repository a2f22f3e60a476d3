use std::{ops::RangeInclusive, sync::Arc};

use bytes::Bytes;
use domain::{calendar::Day, ids::ResourceId};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use tokio::sync::watch;

use super::{ViewerPosition, board::Board, partition::PartitionFeed, rounds::Rounds, view::View};

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
    rounds: Rounds,
    /// Of the partitions of the rounds, by the same index.
    feeds: Vec<Arc<PartitionFeed>>,
    /// What waits for a change of each board; of one alone, nothing.
    changes: FuturesUnordered<Change>,
    /// The viewer is one until these are dropped.
    _views: Vec<View>,
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
    /// Whole states of the days and resources that changed, as SSE frames ready to send
    /// (with no id), and the position up to which every watched day has been sent.
    Days {
        /// Shared by all viewers of the day.
        frames: Vec<Bytes>,
        /// To be sent as an id alone, after the frames.
        id: ViewerPosition,
    },
}

impl Watch {
    pub(super) fn new(
        views: Vec<View>,
        feeds: Vec<Arc<PartitionFeed>>,
        mut rounds: Rounds,
    ) -> Self {
        let changes = FuturesUnordered::new();
        if let seats @ [_, _, ..] = rounds.seats() {
            for seat in seats {
                changes.push(change(seat.board.clone()));
            }
        }
        Self {
            rounds,
            feeds,
            changes,
            _views: views,
        }
    }

    /// The next round; waits until something watched changes. The first comes at
    /// once (it may hold no frames). A slow caller finds the newest states, not
    /// the ones between. Cancel-safe. `None` when the feed has stopped.
    pub async fn next(&mut self) -> Option<Round> {
        loop {
            let feeds = &self.feeds;
            if let Some(round) = self.rounds.round(|index| feeds[index].reached()) {
                return Some(round);
            }
            self.changed().await?;
        }
    }

    async fn changed(&mut self) -> Option<()> {
        if let [only] = self.rounds.seats() {
            return only.board.changed().await.ok();
        }
        let board = self.changes.next().await??;
        self.changes.push(change(board));
        Some(())
    }
}

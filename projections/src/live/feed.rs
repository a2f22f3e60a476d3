use std::{num::NonZeroUsize, ops::RangeInclusive, sync::Arc, time::Duration};

use domain::{calendar::Day, ids::ResourceId, partition::Partition};
use eventlog::{GlobalPosition, Log, LogError, Position};
use futures::future::{join_all, try_join_all};
use tokio_util::sync::CancellationToken;

use crate::metric;

use super::{
    DayState, LiveError, LiveLimits, ResourceState, ViewerPosition, Wanted, Watch,
    audience::{WatchedDays, keys},
    follow,
    partition::PartitionFeed,
    rounds::{Known, Rounds},
    seat::Seat,
    view::View,
};

/// How long a viewer's last id may be ahead of this node before it is told to
/// begin anew: another node of the same log is seldom further ahead.
const SEEN_PATIENCE: Duration = Duration::from_secs(1);

/// The live state of all partitions on this node. Cheap to clone.
#[derive(Debug, Clone)]
pub struct LiveFeed {
    log: Log,
    partitions: Arc<[Arc<PartitionFeed>]>,
}

impl LiveFeed {
    /// Starts following every partition; stops at `shutdown`. What was read by
    /// then can still be read, and every [`Watch`] ends.
    ///
    /// # Errors
    ///
    /// [`LogError`] when the heads can't be read.
    pub async fn start(
        log: Log,
        limits: LiveLimits,
        shutdown: CancellationToken,
    ) -> Result<Self, LogError> {
        metric::describe();
        let share = limits.cached_days / usize::from(log.partition_count().get());
        let cached = NonZeroUsize::new(share).unwrap_or(NonZeroUsize::MIN);
        let watched = Arc::new(WatchedDays::new(limits.watched_days));
        let mut partitions = Vec::new();
        for partition in log.partitions() {
            let beginning = follow::begin(&log, partition).await?;
            let start = (beginning.epoch, beginning.head);
            let watched = Arc::clone(&watched);
            let feed = PartitionFeed::new(log.clone(), partition, start, cached, watched);
            follow::start(&feed, beginning.follower, &shutdown);
            partitions.push(feed);
        }
        Ok(Self {
            log,
            partitions: partitions.into(),
        })
    }

    /// How far this node has applied the partition; 0 for one that the log does
    /// not have.
    pub fn applied(&self, partition: Partition) -> Position {
        let feed = self.partitions.get(usize::from(partition.get()));
        feed.map_or(Position::START, |feed| feed.applied())
    }

    /// Where the partition's state is, in the history that it is of; that may be one that
    /// the log has left a moment ago. At 0 of the log's history for a partition that the
    /// log does not have.
    pub fn position(&self, partition: Partition) -> GlobalPosition {
        let feed = self.partitions.get(usize::from(partition.get()));
        feed.map_or_else(
            || GlobalPosition {
                epoch: self.log.epoch(),
                partition,
                position: Position::START,
            },
            |feed| feed.state().position(),
        )
    }

    /// Waits until this node has applied `position`, at most `patience`; not at all
    /// for a position that nobody has written.
    ///
    /// # Errors
    ///
    /// [`LiveError::Behind`], at once for a partition that the log does not have;
    /// [`LiveError::Beyond`], [`LiveError::Log`].
    pub async fn wait_for(
        &self,
        partition: Partition,
        position: Position,
        patience: Duration,
    ) -> Result<(), LiveError> {
        let wanted = position;
        let Some(feed) = self.partitions.get(usize::from(partition.get())) else {
            let applied = Position::START;
            return Err(LiveError::Behind { wanted, applied });
        };
        if feed.applied() >= position {
            return Ok(());
        }
        match self.log.end_before(partition, position).await? {
            Some(head) => Err(LiveError::Beyond { wanted, head }),
            None => feed.wait_for(position, patience).await,
        }
    }

    /// A resource's settings.
    ///
    /// # Errors
    ///
    /// [`LiveError::Log`]; [`LiveError::Behind`] when this node is so far behind
    /// the log that what was loaded can't be brought into line.
    pub async fn resource(&self, id: &ResourceId) -> Result<Arc<ResourceState>, LiveError> {
        self.of(id).resource(id).await
    }

    /// Days of a resource, ascending, one for each day of the range, all as of
    /// one position. Cold ones cost one query for all of them; warm ones none.
    ///
    /// # Errors
    ///
    /// As [`Self::resource`].
    pub async fn days(
        &self,
        resource: &ResourceId,
        days: RangeInclusive<Day>,
    ) -> Result<Vec<Arc<DayState>>, LiveError> {
        self.of(resource).days(&keys(resource, &days)).await
    }

    /// Watches days of a resource, and the resource itself. `seen` is the last id the
    /// viewer got, if any: days that have not changed since are not sent again.
    ///
    /// # Errors
    ///
    /// [`LiveError::Full`], and as [`Self::resource`].
    pub async fn watch(
        &self,
        resource: &ResourceId,
        days: RangeInclusive<Day>,
        seen: Option<ViewerPosition>,
    ) -> Result<Watch, LiveError> {
        let wanted = Wanted {
            resource: resource.clone(),
            days,
            known: true,
        };
        self.watch_many(vec![wanted], seen).await
    }

    /// Watches days of many resources, and the resources themselves. `seen` is the
    /// last id the viewer got, if any: known days that have not changed since are not
    /// sent again.
    ///
    /// # Errors
    ///
    /// [`LiveError::Full`], and as [`Self::resource`].
    pub async fn watch_many(
        &self,
        wanted: Vec<Wanted>,
        seen: Option<ViewerPosition>,
    ) -> Result<Watch, LiveError> {
        let partition_of = |of: &Wanted| usize::from(self.log.partition_of(&of.resource).get());
        let mut indices: Vec<usize> = wanted.iter().map(partition_of).collect();
        indices.sort_unstable();
        indices.dedup();
        let feeds: Vec<_> = indices
            .iter()
            .map(|&index| Arc::clone(&self.partitions[index]))
            .collect();
        let placed = feeds.iter().map(async |feed| {
            let seen = seen.as_ref().and_then(|seen| seen.of(feed.partition()));
            let sent = match seen {
                Some(seen) => place(feed, seen).await,
                None => None,
            };
            Known::new(feed.reached(), sent)
        });
        let mut known = join_all(placed).await;
        let index_of = |of: &Wanted| indices.partition_point(|&index| index < partition_of(of));
        let unplaced = |of: &Wanted| of.known && known[index_of(of)].sent().is_none();
        let lost = seen.is_some() && wanted.iter().any(unplaced);
        if lost {
            known.iter_mut().for_each(Known::forget);
        }
        let views = wanted.into_iter().map(async |of| {
            let index = index_of(&of);
            let sent = known[index].sent().filter(|_| of.known);
            let (view, board) = View::open(Arc::clone(&feeds[index]), of.resource, of.days).await?;
            Ok::<_, LiveError>((view, Seat::new(index, board, sent)))
        });
        let views = try_join_all(views).await?;
        let (views, seats) = views.into_iter().unzip();
        Ok(Watch::new(views, feeds, Rounds::new(seats, known, lost)))
    }

    fn of(&self, resource: &ResourceId) -> &Arc<PartitionFeed> {
        let partition = self.log.partition_of(resource);
        &self.partitions[usize::from(partition.get())]
    }
}

/// Where `seen` is in the history of the feed; `None` when it is not in it.
async fn place(feed: &PartitionFeed, seen: GlobalPosition) -> Option<Position> {
    let here = |seen: GlobalPosition| {
        let position = feed.state().position();
        position.epoch == seen.epoch && position.partition == seen.partition
    };
    if !here(seen) {
        return None;
    }
    feed.wait_for(seen.position, SEEN_PATIENCE).await.ok()?;
    here(seen).then_some(seen.position)
}

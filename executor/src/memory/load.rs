//! Reads streams as they stand: days by their views and what is behind those, others
//! from their first event.
//!
//! Bookings and resources have no view that tells all of them (who asked first with
//! which request, since when the attendee is erased), and nobody but their owner makes
//! them long. They are read whole, a page at a time.

use domain::{partition::Partition, stream::StreamId};
use eventlog::{
    Head, LockedHead, Log, LogError, PAGE_EVENTS_MAX, Standing, StandingDay, head_on,
    on_connection, read_streams_after,
};
use sqlx::PgConnection;

use super::{Aggregate, Stream};

/// Days whose views are further behind than this are read all the same, and it is told:
/// whoever writes the views is not at work.
const BEHIND_WARN: u64 = PAGE_EVENTS_MAX as u64;

/// Streams on their way into memory.
///
/// What it costs in memory is a page of events, however many are read. Each statement
/// has a snapshot of its own: what was read of a stream is its past, to which the later
/// ones add.
#[derive(Debug)]
pub(crate) struct Loads {
    partition: Partition,
    streams: Vec<Load>,
    /// The partition's end as each connection saw it after what it read.
    ends: Vec<Head>,
}

/// What a read found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) streams: Vec<(StreamId, Stream)>,
    /// Ends of the partition that were seen after the streams were: what was found is of
    /// the histories that have these.
    pub(crate) ends: Vec<Head>,
}

#[derive(Debug)]
struct Load {
    id: StreamId,
    stream: Stream,
    /// Whether it goes on in the log.
    more: bool,
}

impl Loads {
    /// Reads streams of the log, to their ends.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`], [`LogError::Decode`], [`LogError::Corrupt`].
    pub(crate) async fn read(
        log: &Log,
        standing: &dyn Standing,
        partition: Partition,
        ids: Vec<StreamId>,
    ) -> Result<Found, LogError> {
        let (pool, doing) = (log.pool(), "reading streams");
        let mut loads = Self::of(partition, ids);
        on_connection(pool, doing, async |connection| {
            loads.stand(connection, standing).await?;
            loads.go_on(connection).await?;
            loads.see_end(connection).await
        })
        .await?;
        // Pages of their own, so that no time limit is for all of a long stream.
        while loads.are_more() {
            on_connection(pool, doing, async |connection| {
                loads.go_on(connection).await?;
                loads.see_end(connection).await
            })
            .await?;
        }
        Ok(Found {
            ends: std::mem::take(&mut loads.ends),
            streams: loads.into_streams(),
        })
    }

    /// Reads streams under the lock of the partition's head.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub(crate) async fn read_locked(
        locked: &mut LockedHead,
        standing: &dyn Standing,
        partition: Partition,
        ids: Vec<StreamId>,
    ) -> Result<Vec<(StreamId, Stream)>, LogError> {
        let doing = "reading streams";
        let mut loads = Self::of(partition, ids);
        locked
            .on_connection(doing, async |connection| {
                loads.stand(connection, standing).await?;
                while loads.are_more() {
                    loads.go_on(connection).await?;
                }
                Ok(())
            })
            .await?;
        Ok(loads.into_streams())
    }

    fn of(partition: Partition, ids: Vec<StreamId>) -> Self {
        let streams = ids.into_iter().map(|id| Load {
            stream: Stream::empty(&id),
            more: true,
            id,
        });
        Self {
            partition,
            streams: streams.collect(),
            ends: Vec::new(),
        }
    }

    /// Takes the days from their views.
    async fn stand(
        &mut self,
        connection: &mut PgConnection,
        standing: &dyn Standing,
    ) -> Result<(), LogError> {
        let (mut days, mut loads) = (Vec::new(), Vec::new());
        for load in &mut self.streams {
            if let StreamId::ResourceDay(resource, day) = &load.id {
                days.push((resource.clone(), *day));
                loads.push(load);
            }
        }
        if days.is_empty() {
            return Ok(());
        }
        let days = standing.days(connection, self.partition, &days).await?;
        for (load, day) in loads.into_iter().zip(days) {
            load.stand(day);
        }
        Ok(())
    }

    fn are_more(&self) -> bool {
        self.streams.iter().any(|load| load.more)
    }

    /// Reads a page of what is behind.
    async fn go_on(&mut self, connection: &mut PgConnection) -> Result<(), LogError> {
        let mut loads: Vec<_> = self.streams.iter_mut().filter(|load| load.more).collect();
        let known = |load: &&mut Load| (load.id.clone(), load.stream.sequence);
        let wanted: Vec<_> = loads.iter().map(known).collect();
        let pages = read_streams_after(connection, self.partition, &wanted).await?;
        for (load, page) in loads.iter_mut().zip(pages) {
            for recorded in &page.events {
                load.stream.apply(recorded.sequence, &recorded.event);
            }
            load.more = page.more;
        }
        Ok(())
    }

    /// Notes the end of the history that the connection reads: a failover between two
    /// reads ends the connection.
    async fn see_end(&mut self, connection: &mut PgConnection) -> Result<(), LogError> {
        self.ends.push(head_on(connection, self.partition).await?);
        Ok(())
    }

    fn into_streams(self) -> Vec<(StreamId, Stream)> {
        let streams = self.streams.into_iter();
        streams.map(|load| (load.id, load.stream)).collect()
    }
}

impl Load {
    fn stand(&mut self, day: StandingDay) {
        let StandingDay {
            state,
            sequence,
            last,
        } = day;
        let behind = last.saturating_sub(sequence);
        if behind > BEHIND_WARN {
            tracing::warn!(stream = %self.id, behind, "the views of a day are far behind; their events must all be read");
        }
        self.more = behind > 0;
        if sequence > 0 {
            self.stream = Stream {
                sequence,
                state: Aggregate::ResourceDay(state),
            };
        }
    }
}

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use cqrs_es::{Aggregate, EventEnvelope, Query, persist::QueryReplay};
use domain::{booking::Booking, resource::Resource, resource_day::ResourceDay};
use postgres_es::PostgresEventRepository;
use sqlx::{PgPool, postgres::PgConnectOptions};

use crate::{Outcome, peers};

/// Counts the events that it is given, and does nothing with them. A lost connection
/// ends a replay early and without an error: the count tells.
#[derive(Debug, Clone, Default)]
struct Count(Arc<AtomicU64>);

// What `async_trait` makes of an `async fn`.
impl<A: Aggregate> Query<A> for Count {
    fn dispatch<'query, 'id, 'events, 'future>(
        &'query self,
        _aggregate_id: &'id str,
        events: &'events [EventEnvelope<A>],
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'future>>
    where
        'query: 'future,
        'id: 'future,
        'events: 'future,
        Self: 'future,
    {
        self.0.fetch_add(events.len() as u64, Ordering::Relaxed);
        Box::pin(std::future::ready(()))
    }
}

/// Replays the events of all aggregates from `table`. Returns how many they were.
pub(super) async fn replay(options: PgConnectOptions, table: &str) -> Outcome<u64> {
    let pool = peers::pool(options, 1).await?;
    let count = Count::default();
    all_of::<Resource>(&pool, table, &count).await?;
    all_of::<ResourceDay>(&pool, table, &count).await?;
    all_of::<Booking>(&pool, table, &count).await?;
    pool.close().await;
    Ok(count.0.load(Ordering::Relaxed))
}

async fn all_of<A: Aggregate>(pool: &PgPool, table: &str, count: &Count) -> Outcome<()>
where
    A::Error: Send + Sync + 'static,
{
    let repository = PostgresEventRepository::new(pool.clone()).with_tables(table, "none");
    let replay = QueryReplay::<_, _, A>::new(repository, count.clone());
    Ok(replay.replay_all().await?)
}

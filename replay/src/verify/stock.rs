//! The stock repository of postgres-es as an independent reader.

use cqrs_es::{
    Aggregate, EventEnvelope,
    persist::{PersistedEventRepository, PersistenceError},
};
use domain::{booking::Booking, resource::Resource, resource_day::ResourceDay};
use postgres_es::PostgresEventRepository;
use sqlx::PgPool;

use super::{
    Faults, Promise,
    streams::{Folded, Stream},
};

/// Folds streams as the stock repository reads them.
pub(super) struct Stock(PostgresEventRepository);

impl Stock {
    pub(super) fn new(pool: &PgPool) -> Self {
        let repository = PostgresEventRepository::new(pool.clone());
        Self(repository.with_tables("postgres_es_events", "none"))
    }

    /// Compares a stream, as far as we have read it: it may have grown since.
    pub(super) async fn compare(&self, stream: &Stream, faults: &mut Faults) {
        // Where an event does not read, nothing is left to compare.
        let Some(ours) = stream.state.as_ref() else {
            return;
        };
        let same = match ours {
            Folded::Resource(ours) => self.same::<Resource>(stream, ours).await,
            Folded::Day(ours) => self.same::<ResourceDay>(stream, ours).await,
            Folded::Booking(ours) => self.same::<Booking>(stream, ours).await,
        };
        let says = match same {
            Ok(true) => return,
            Ok(false) => "the stock repository folds it to another state".into(),
            Err(error) => format!("the stock repository does not read it: {error}"),
        };
        faults.found_at(
            Promise::StockRepository,
            stream.position,
            stream.name.as_str(),
            says,
        );
    }

    async fn same<A: Aggregate + PartialEq>(
        &self,
        stream: &Stream,
        ours: &A,
    ) -> Result<bool, PersistenceError> {
        let events = self.0.get_events::<A>(&stream.aggregate_id).await?;
        let last = usize::try_from(stream.sequence).unwrap_or(0);
        let mut theirs = A::default();
        for event in events.into_iter().filter(|event| event.sequence <= last) {
            theirs.apply(EventEnvelope::<A>::try_from(event)?.payload);
        }
        Ok(theirs == *ours)
    }
}

mod day;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use cqrs_es::{AggregateError, Query, persist::GenericQuery};
use domain::calendar::Day;
use postgres_es::{PostgresCqrs, PostgresViewRepository, postgres_cqrs};
use sqlx::{PgPool, postgres::PgConnectOptions};
use uuid::Uuid;

use self::day::{BookedDay, DayCommand, DayView, SlotsBooked};
use crate::{
    Outcome,
    draw::Wish,
    play::{Client, Contender, Rival},
};

/// cqrs-es on postgres-es as their documentation shows: an aggregate, and a
/// view kept by a `GenericQuery` over a `PostgresViewRepository`.
pub(crate) struct CqrsEs {
    framework: Arc<PostgresCqrs<BookedDay>>,
    pool: PgPool,
    lost_updates: Arc<AtomicU64>,
}

impl CqrsEs {
    /// Makes its tables in an empty database.
    ///
    /// # Errors
    ///
    /// When PostgreSQL refuses.
    pub(crate) async fn new(options: PgConnectOptions, connections: u32) -> Outcome<Self> {
        let pool = super::pool(options, connections).await?;
        sqlx::raw_sql(include_str!("schema.sql"))
            .execute(&pool)
            .await?;
        let lost_updates = Arc::new(AtomicU64::new(0));
        let lost = Arc::clone(&lost_updates);
        let repository =
            PostgresViewRepository::<DayView, BookedDay>::new("day_view", pool.clone());
        let mut query = GenericQuery::new(Arc::new(repository));
        query.use_error_handler(Box::new(move |_error| {
            lost.fetch_add(1, Ordering::Relaxed);
        }));
        let queries: Vec<Box<dyn Query<BookedDay>>> = vec![Box::new(query)];
        Ok(Self {
            framework: Arc::new(postgres_cqrs(pool.clone(), queries, ())),
            pool,
            lost_updates,
        })
    }

    /// How many acknowledged bookings its view did not get.
    pub(crate) fn lost_updates(&self) -> u64 {
        self.lost_updates.load(Ordering::Relaxed)
    }
}

impl Contender for CqrsEs {
    type Client = CqrsClient;

    async fn client(&self) -> Outcome<CqrsClient> {
        Ok(CqrsClient {
            framework: Arc::clone(&self.framework),
        })
    }

    async fn caught_up(&self) -> Outcome<()> {
        Ok(())
    }

    async fn bookings(&self, _from: Day) -> Outcome<Vec<Uuid>> {
        let ids = sqlx::query_scalar(include_str!("bookings.sql"));
        Ok(ids.fetch_all(&self.pool).await?)
    }
}

/// A client of [`CqrsEs`].
pub(crate) struct CqrsClient {
    framework: Arc<PostgresCqrs<BookedDay>>,
}

impl CqrsClient {
    /// Tries until nobody was faster; nothing when it was refused.
    async fn execute(&self, wish: &Wish, command: impl Fn() -> DayCommand) -> Outcome<Option<()>> {
        let day = format!("{}/{}", wish.resource, wish.day);
        loop {
            match self.framework.execute(&day, command()).await {
                Ok(()) => return Ok(Some(())),
                Err(AggregateError::UserError(_)) => return Ok(None),
                Err(AggregateError::AggregateConflict) => {}
                Err(error) => return Err(error.to_string().into()),
            }
        }
    }
}

impl Client for CqrsClient {
    async fn book(&mut self, wish: &Wish) -> Outcome<Option<Uuid>> {
        let book = || {
            DayCommand::Book(SlotsBooked {
                booking_id: wish.id(),
                session_id: super::session(wish),
                first_slot: wish.first.get(),
                slots: wish.slots,
                attendee: super::ATTENDEE.into(),
            })
        };
        Ok(self.execute(wish, book).await?.map(|()| wish.id()))
    }
}

impl Rival for CqrsClient {
    async fn cancel(&mut self, wish: &Wish, id: Uuid) -> Outcome<()> {
        let cancelled = self.execute(wish, || DayCommand::Cancel(id)).await?;
        cancelled.ok_or_else(|| "a booking could not be cancelled".into())
    }
}

use domain::calendar::Day;
use sqlx::{PgPool, postgres::PgConnectOptions};
use uuid::Uuid;

use crate::{
    Outcome,
    draw::Wish,
    play::{Client, Contender, Rival},
};

/// A day's availability as one row of bits, checked and set by one statement.
#[derive(Debug)]
pub(crate) struct BitmapRow {
    pool: PgPool,
}

impl BitmapRow {
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
        Ok(Self { pool })
    }
}

impl Contender for BitmapRow {
    type Client = BitmapClient;

    async fn client(&self) -> Outcome<BitmapClient> {
        Ok(BitmapClient {
            pool: self.pool.clone(),
        })
    }

    async fn caught_up(&self) -> Outcome<()> {
        Ok(())
    }

    async fn bookings(&self, _from: Day) -> Outcome<Vec<Uuid>> {
        let ids = sqlx::query_scalar("select id from bookings");
        Ok(ids.fetch_all(&self.pool).await?)
    }
}

/// A client of [`BitmapRow`].
#[derive(Debug)]
pub(crate) struct BitmapClient {
    pool: PgPool,
}

impl Client for BitmapClient {
    async fn book(&mut self, wish: &Wish) -> Outcome<Option<Uuid>> {
        let span = wish.span();
        let outcome = sqlx::query(include_str!("book.sql"))
            .bind(i32::try_from(wish.resource)?)
            .bind(wish.day.date())
            .bind(digits(wish))
            .bind(wish.id())
            .bind(span.start().to_datetime())
            .bind(span.end().to_datetime())
            .bind(super::session(wish))
            .bind(super::ATTENDEE)
            .execute(&self.pool)
            .await?;
        Ok((outcome.rows_affected() == 1).then(|| wish.id()))
    }
}

impl Rival for BitmapClient {
    async fn cancel(&mut self, wish: &Wish, id: Uuid) -> Outcome<()> {
        sqlx::query(include_str!("cancel.sql"))
            .bind(id)
            .bind(wish.day.date())
            .bind(digits(wish))
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

/// The slots with slot 0 leftmost.
fn digits(wish: &Wish) -> String {
    let digits = wish.mask().bits().reverse_bits() >> 32;
    format!("{digits:096b}")
}

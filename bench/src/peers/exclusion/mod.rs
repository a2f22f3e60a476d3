use domain::calendar::Day;
use sqlx::{PgPool, postgres::PgConnectOptions};
use uuid::Uuid;

use crate::{
    Outcome,
    draw::Wish,
    play::{Client, Contender, Rival},
};

/// A table of bookings under an exclusion constraint.
#[derive(Debug)]
pub(crate) struct ExclusionConstraint {
    pool: PgPool,
}

impl ExclusionConstraint {
    /// Makes its table in an empty database.
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

impl Contender for ExclusionConstraint {
    type Client = ExclusionClient;

    async fn client(&self) -> Outcome<ExclusionClient> {
        Ok(ExclusionClient {
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

/// A client of [`ExclusionConstraint`].
#[derive(Debug)]
pub(crate) struct ExclusionClient {
    pool: PgPool,
}

impl Client for ExclusionClient {
    async fn book(&mut self, wish: &Wish) -> Outcome<Option<Uuid>> {
        let span = wish.span();
        let outcome = sqlx::query(include_str!("book.sql"))
            .bind(wish.id())
            .bind(i32::try_from(wish.resource)?)
            .bind(span.start().to_datetime())
            .bind(span.end().to_datetime())
            .bind(super::session(wish))
            .bind(super::ATTENDEE)
            .execute(&self.pool)
            .await?;
        Ok((outcome.rows_affected() == 1).then(|| wish.id()))
    }
}

impl Rival for ExclusionClient {
    async fn cancel(&mut self, _wish: &Wish, id: Uuid) -> Outcome<()> {
        sqlx::query("delete from bookings where id = $1")
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

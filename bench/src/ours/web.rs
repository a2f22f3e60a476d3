use std::time::{Duration, Instant};

use domain::calendar::Day;
use futures::{StreamExt, TryStreamExt, stream};
use sqlx::PgPool;
use tokio::time::sleep;
use uuid::Uuid;

use super::names::{SETTINGS, resource};
use crate::{
    Outcome,
    draw::Wish,
    http::{Connection, Request},
    play::{Client, Contender},
};

/// The admin key of the servers that benchmarks start.
pub(crate) const ADMIN_KEY: &str = "an-admin-key-for-benchmarks";

/// How many connections register resources at the same time.
const REGISTERED_AT_ONCE: u32 = 64;

/// How long the views may take to catch up, and how often that is asked.
const CATCHING_UP: Duration = Duration::from_mins(2);
const POLL: Duration = Duration::from_millis(5);

/// A server, over HTTP.
#[derive(Debug)]
pub(crate) struct Web {
    address: String,
    /// Of the server's database, to see what it keeps.
    pool: PgPool,
}

impl Web {
    /// The server that listens at `address` on the database of `pool`.
    pub(crate) const fn new(address: String, pool: PgPool) -> Self {
        Self { address, pool }
    }

    /// Registers resources 0 to `count`.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub(crate) async fn register(&self, count: u32) -> Outcome<()> {
        self.register_as(count, SETTINGS).await
    }

    /// Registers resources 0 to `count` with these settings.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub(crate) async fn register_as(&self, count: u32, settings: &str) -> Outcome<()> {
        let workers = (0..REGISTERED_AT_ONCE).map(|nth| async move {
            let mut connection = Connection::open(&self.address).await?;
            let mut request = Request::default();
            let admin = format!("authorization: Bearer {ADMIN_KEY}");
            for number in (nth..count).step_by(REGISTERED_AT_ONCE as usize) {
                let path = format!("/v1/resources/{}", resource(number));
                let put = request.json("PUT", &path, &[&admin], settings);
                let answer = connection.ask(put).await?;
                if answer.status >= 300 {
                    return Err(answer.surprise());
                }
            }
            Ok(())
        });
        let workers = stream::iter(workers).buffer_unordered(REGISTERED_AT_ONCE as usize);
        workers.try_collect::<()>().await?;
        self.caught_up().await
    }
}

impl Contender for Web {
    type Client = WebClient;

    async fn client(&self) -> Outcome<WebClient> {
        WebClient::new(&self.address).await
    }

    async fn caught_up(&self) -> Outcome<()> {
        let deadline = Instant::now() + CATCHING_UP;
        loop {
            let behind: bool = sqlx::query_scalar(include_str!("behind.sql"))
                .fetch_one(&self.pool)
                .await?;
            if !behind {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err("the views do not catch up".into());
            }
            sleep(POLL).await;
        }
    }

    async fn bookings(&self, from: Day) -> Outcome<Vec<Uuid>> {
        let ids = sqlx::query_scalar(include_str!("bookings.sql"));
        let ids = ids.bind(from.start().to_datetime());
        Ok(ids.fetch_all(&self.pool).await?)
    }
}

/// A visitor with a session and a connection of its own.
#[derive(Debug)]
pub(crate) struct WebClient {
    connection: Connection,
    request: Request,
    authorization: String,
    manage_token: String,
}

impl WebClient {
    /// Connects, and begins a session.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub(crate) async fn new(address: &str) -> Outcome<Self> {
        let mut connection = Connection::open(address).await?;
        let mut request = Request::default();
        let answer = connection
            .ask(request.json("POST", "/v1/sessions", &[], "{}"))
            .await?;
        let token = answer.text("token").ok_or_else(|| answer.surprise())?;
        Ok(Self {
            authorization: format!("authorization: Bearer {token}"),
            connection,
            request,
            manage_token: String::new(),
        })
    }

    /// What the booking that was made last is cancelled with.
    pub(crate) fn manage_token(&self) -> &str {
        &self.manage_token
    }

    /// Cancels a booking.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub(crate) async fn cancel(&mut self, booking: Uuid, manage_token: &str) -> Outcome<()> {
        let path = format!("/v1/bookings/{booking}");
        let token = format!("slotkeeper-manage-token: {manage_token}");
        let request = self.request.json("DELETE", &path, &[&token], "");
        let answer = self.connection.ask(request).await?;
        match answer.status {
            200..300 => Ok(()),
            _ => Err(answer.surprise()),
        }
    }
}

impl Client for WebClient {
    async fn book(&mut self, wish: &Wish) -> Outcome<Option<Uuid>> {
        let key = format!("idempotency-key: {:032x}", wish.bits);
        let (resource, start) = (resource(wish.resource), wish.span().start());
        let minutes = wish.span().length().minutes();
        let body = format!(
            r#"{{"resourceId":"{resource}","start":"{start}","duration":{minutes},"attendee":{{"name":"Some Body","email":"some.body@example.org"}}}}"#,
        );
        let headers = [self.authorization.as_str(), key.as_str()];
        let request = self.request.json("POST", "/v1/bookings", &headers, &body);
        let answer = self.connection.ask(request).await?;
        match answer.status {
            201 => {
                let id = answer.text("bookingId").ok_or_else(|| answer.surprise())?;
                let id = id.parse()?;
                let token = answer
                    .text("manageToken")
                    .ok_or_else(|| answer.surprise())?;
                token.clone_into(&mut self.manage_token);
                Ok(Some(id))
            }
            409 if answer.text("code") == Some("booked") => Ok(None),
            _ => Err(answer.surprise()),
        }
    }
}

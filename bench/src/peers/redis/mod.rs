mod connection;
mod server;

use std::path::PathBuf;

use domain::calendar::Day;
use uuid::Uuid;

use self::connection::{Connection, Reply};
use crate::{
    Failure, Outcome,
    draw::Wish,
    play::{Client, Contender},
};

pub(crate) use server::RedisServer;

/// A day's availability as a bitmap in Redis, checked and set by a script.
#[derive(Debug)]
pub(crate) struct Redis {
    socket: PathBuf,
    script: Vec<u8>,
}

impl Redis {
    /// Empties the server and loads the script.
    ///
    /// # Errors
    ///
    /// When Redis refuses.
    pub(crate) async fn new(server: &RedisServer) -> Outcome<Self> {
        let socket = server.socket();
        let mut connection = Connection::open(&socket).await?;
        connection.ask(&[b"FLUSHALL"]).await?;
        let script = include_str!("book.lua").as_bytes();
        match connection.ask(&[b"SCRIPT", b"LOAD", script]).await? {
            Reply::Text(script) => Ok(Self { socket, script }),
            other => Err(surprise(&other)),
        }
    }
}

impl Contender for Redis {
    type Client = RedisClient;

    async fn client(&self) -> Outcome<RedisClient> {
        Ok(RedisClient {
            connection: Connection::open(&self.socket).await?,
            script: self.script.clone(),
        })
    }

    async fn caught_up(&self) -> Outcome<()> {
        Ok(())
    }

    async fn bookings(&self, _from: Day) -> Outcome<Vec<Uuid>> {
        let mut connection = Connection::open(&self.socket).await?;
        let Reply::Several(keys) = connection.ask(&[b"KEYS", b"booking:*"]).await? else {
            return Err("Redis lists no keys".into());
        };
        let id = |key: Reply| match key {
            Reply::Text(key) => Ok(Uuid::try_parse_ascii(&key[b"booking:".len()..])?),
            other => Err(surprise(&other)),
        };
        keys.into_iter().map(id).collect()
    }
}

/// A client of [`Redis`], with a connection of its own.
#[derive(Debug)]
pub(crate) struct RedisClient {
    connection: Connection,
    script: Vec<u8>,
}

impl Client for RedisClient {
    async fn book(&mut self, wish: &Wish) -> Outcome<Option<Uuid>> {
        let day = format!("day:{}/{}", wish.resource, wish.day);
        let booking = format!("booking:{}", wish.id());
        let first = wish.first.get().to_string();
        let slots = wish.slots.to_string();
        let session = super::session(wish);
        let text = format!("{day} {first} {slots} {session} {}", super::ATTENDEE);
        let words: [&[u8]; 8] = [
            b"EVALSHA",
            &self.script,
            b"2",
            day.as_bytes(),
            booking.as_bytes(),
            first.as_bytes(),
            slots.as_bytes(),
            text.as_bytes(),
        ];
        match self.connection.ask(&words).await? {
            Reply::Number(1) => Ok(Some(wish.id())),
            Reply::Number(0) => Ok(None),
            other => Err(surprise(&other)),
        }
    }
}

fn surprise(reply: &Reply) -> Failure {
    format!("not the reply that was expected of Redis: {reply:?}").into()
}

//! Connections: accepted up to a limit, each bounded in time, drained at the end.

mod connection;
mod stall;

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::sync::CancellationToken;

use crate::{
    config::HttpSettings,
    limits::{ConnectionLimit, Peer, TooManyConnections},
    telemetry::metrics::names,
};

use connection::Connections;

/// Bytes that the kernel keeps for a client that does not read: with its default,
/// a stuck viewer would cost 4 MB. Answers of ours are smaller than this.
const SEND_BUFFER_BYTES: u32 = 32 * 1024;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// How long to wait after a connection could not be accepted: as a rule the
/// process has no file descriptor left, and some connection must end first.
const ACCEPT_RETRY_AFTER: Duration = Duration::from_millis(100);

/// An address that was taken; nobody can connect yet.
#[derive(Debug)]
pub(crate) struct Bound(TcpSocket);

impl Bound {
    /// Takes the address.
    ///
    /// # Errors
    ///
    /// When the system refuses it: another process has it, as a rule.
    pub(crate) fn to(address: SocketAddr) -> io::Result<Self> {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        socket.set_reuseaddr(true)?;
        // Accepted sockets have it from the one that listens.
        socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
        socket.bind(address)?;
        Ok(Self(socket))
    }

    /// Begins to listen.
    pub(crate) fn listen(self) -> io::Result<TcpListener> {
        self.0.listen(BACKLOG)
    }
}

/// Who is let in: so many connections in all, and so many of each address.
#[derive(Debug, Clone)]
pub(crate) struct Entrance {
    pub(crate) places: usize,
    pub(crate) of_address: ConnectionLimit,
}

/// Serves `router` to as many clients at once as `entrance` lets in, until `stopping`;
/// then closes the listener, unless somebody else has it too, lets requests under way finish, for a
/// bounded time, and closes what is left.
pub(crate) async fn serve(
    listener: Arc<TcpListener>,
    router: Router,
    entrance: Entrance,
    limits: &HttpSettings,
    stopping: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(entrance.places));
    let graceful = GracefulShutdown::new();
    let drain = limits.drain();
    let connections = Connections::new(router, limits);
    loop {
        let accepted = tokio::select! {
            biased;
            () = stopping.cancelled() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok((stream, peer, place)) => match entrance.of_address.enter(peer) {
                Ok(part) => connections.spawn(stream, Peer(peer), (place, part), &graceful),
                // Nothing of it was read: it is closed at once, and its place is free.
                Err(TooManyConnections) => {
                    tracing::debug!("an address has as many connections as it may");
                }
            },
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_RETRY_AFTER).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(drain, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            drain_ms = u64::try_from(drain.as_millis()).unwrap_or(u64::MAX),
            "requests were still under way at the end of the drain; they are cut off",
        );
    }
    connections.close();
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, IpAddr, Place)> {
    let permit = Arc::clone(places).acquire_owned().await;
    let permit = permit.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    // Fails for a client that has gone already; serving it will tell.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection can't be told not to delay");
    }
    Ok((stream, peer.ip(), Place::new(permit)))
}

/// A connection's place among those there may be, given back when it is dropped.
#[derive(Debug)]
struct Place(#[expect(dead_code, reason = "held")] OwnedSemaphorePermit);

impl Place {
    fn new(permit: OwnedSemaphorePermit) -> Self {
        metrics::gauge!(names::CONNECTIONS).increment(1.0);
        Self(permit)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!(names::CONNECTIONS).decrement(1.0);
    }
}

use std::time::Duration;

use axum::Router;
use hyper::{Request, body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::net::TcpStream;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{config::HttpSettings, limits::Peer};

use super::stall::Stalling;

/// Bytes of a request's head at most: several times the longest that browsers
/// send.
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// Bytes that are read ahead at most: a head and then some.
const READ_AHEAD_BYTES_MAX: usize = 64 * 1024;

/// Serves connections, each in a task of its own.
pub(super) struct Connections {
    service: TowerToHyperService<Router>,
    http: http1::Builder,
    write_timeout: Duration,
    closed: CancellationToken,
    _close_on_drop: DropGuard,
}

impl Connections {
    pub(super) fn new(router: Router, limits: &HttpSettings) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(limits.header_timeout())
            .max_header_size(HEAD_BYTES_MAX)
            .max_buf_size(READ_AHEAD_BYTES_MAX);
        let closed = CancellationToken::new();
        Self {
            service: TowerToHyperService::new(router),
            http,
            write_timeout: limits.write_timeout(),
            _close_on_drop: closed.clone().drop_guard(),
            closed,
        }
    }

    /// Serves a connection, for which `place` is kept until it ends.
    pub(super) fn spawn(
        &self,
        stream: TcpStream,
        peer: Peer,
        place: impl Send + 'static,
        graceful: &GracefulShutdown,
    ) {
        let io = TokioIo::new(Stalling::new(stream, self.write_timeout));
        let service = OfPeer {
            service: self.service.clone(),
            peer,
        };
        let connection = self.http.serve_connection(io, service);
        let connection = graceful.watch(connection);
        let closed = self.closed.clone();
        tokio::spawn(async move {
            let _place = place;
            tokio::select! {
                ended = connection => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection broke");
                    }
                }
                () = closed.cancelled() => {}
            }
        });
    }

    /// Ends all connections at once.
    pub(super) fn close(&self) {
        self.closed.cancel();
    }
}

/// Answers the requests of one connection, each of which knows where it is from.
struct OfPeer {
    service: TowerToHyperService<Router>,
    peer: Peer,
}

impl Service<Request<Incoming>> for OfPeer {
    type Response = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Response;
    type Error = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Error;
    type Future = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        self.service.call(request)
    }
}

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request},
    http::request::Parts,
};

use crate::problem::Problem;

use super::{Address, Limits};

/// The other end of a request's connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Who sent a request, as limits see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client {
    pub(crate) address: Address,
}

/// A request whose connection is not known.
#[derive(Debug, thiserror::Error)]
#[error("a request came that says not where from")]
struct FromNowhere;

impl Limits {
    /// Finds out who sent a request, and lets it know.
    ///
    /// # Errors
    ///
    /// `internal` when nobody has told where the connection is from.
    pub(crate) fn introduce(&self, request: &mut Request) -> Result<Client, Problem> {
        let peer = request.extensions().get::<Peer>();
        let Peer(peer) = *peer.ok_or_else(from_nowhere)?;
        let ip = self.proxies.client(peer, self.header, request.headers());
        let client = Client { address: ip.into() };
        request.extensions_mut().insert(client);
        Ok(client)
    }
}

fn from_nowhere() -> Problem {
    Problem::internal(Arc::new(FromNowhere))
}

impl Client {
    /// Who sent the request of these parts.
    ///
    /// # Errors
    ///
    /// `internal`, as [`Limits::introduce`].
    pub(crate) fn of(parts: &Parts) -> Result<Self, Problem> {
        let known = parts.extensions.get::<Self>().copied();
        known.ok_or_else(from_nowhere)
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(parts)
    }
}

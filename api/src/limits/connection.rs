use std::net::IpAddr;

use super::{
    Address, By, Proxies,
    limit::Cap,
    refused,
    shares::{Part, Shares},
};

/// Connections of each address. Those of proxies carry everybody, and are not counted.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionLimit {
    shares: Option<Shares<Address>>,
    proxies: Proxies,
}

/// A connection's part of its address's share, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct ConnectionPart {
    /// Nothing where it is not counted.
    _part: Option<Part<Address>>,
}

/// Its address has as many connections as it may.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooManyConnections;

impl ConnectionLimit {
    /// For addresses that may have `most`; for all as many as they like where there is none.
    pub(crate) fn new(most: Option<usize>, proxies: &Proxies) -> Self {
        Self {
            shares: most.map(Shares::new),
            proxies: proxies.clone(),
        }
    }

    /// Lets a connection in.
    ///
    /// # Errors
    ///
    /// [`TooManyConnections`].
    pub(crate) fn enter(&self, peer: IpAddr) -> Result<ConnectionPart, TooManyConnections> {
        let Some(shares) = &self.shares else {
            return Ok(ConnectionPart { _part: None });
        };
        if self.proxies.are_at(peer) {
            return Ok(ConnectionPart { _part: None });
        }
        let Some(part) = shares.take(peer.into(), 1) else {
            refused::count(Cap::OpenConnections.name(), By::Address);
            return Err(TooManyConnections);
        };
        Ok(ConnectionPart { _part: Some(part) })
    }
}

use std::time::Duration;

use crate::problem::Problem;

use super::{
    Address, By, Client, Limit, Limits,
    limit::Cap,
    refused,
    shares::Part,
    watched::{Days, Watched},
};

/// When to try again after the streams of an address were too many: viewers come and go in
/// seconds.
const RETRY_FULL: Duration = Duration::from_secs(5);

/// A stream's leave to run, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Viewing {
    _part: Option<(Part<Address>, Watched)>,
}

impl Limits {
    /// Lets a client open a stream of these days.
    ///
    /// # Errors
    ///
    /// `too_many_requests`.
    pub(crate) fn view(&self, client: Client, days: Vec<Days>) -> Result<Viewing, Problem> {
        let Client { address } = client;
        self.take(Limit::Streams, address)?;
        let Some(caps) = &self.caps else {
            return Ok(Viewing { _part: None });
        };
        let too_much = |cap, most| refused::too_much(cap, By::Address, most, RETRY_FULL);
        let part = caps.streams.take(address, 1);
        let part = part.ok_or_else(|| too_much(Cap::OpenStreams, caps.streams.most()))?;
        let watched = caps.days.watch(address, days);
        let watched = watched.ok_or_else(|| too_much(Cap::WatchedDays, caps.days.most()))?;
        Ok(Viewing {
            _part: Some((part, watched)),
        })
    }
}

use domain::ids::SessionId;

use crate::{config::LimitSettings, problem::Problem};

use super::{Address, Allowance, By, Limit, Limits, buckets::Buckets, refused};

/// What is granted of each limit, by address and by session.
#[derive(Debug)]
pub(super) struct Rates {
    requests: Rate<Address>,
    new_sessions: Rate<Address>,
    holds: Rate<Address>,
    renewals: Rate<Address>,
    bookings: Rate<Address>,
    streams: Rate<Address>,
    failed_keys: Rate<Address>,
    failed_manage_tokens: Rate<Address>,
    session_holds: Rate<SessionId>,
    session_renewals: Rate<SessionId>,
    session_bookings: Rate<SessionId>,
}

/// A limit that is counted, unless it is none.
type Rate<K> = Option<Buckets<K>>;

impl Rates {
    pub(super) fn new(settings: &LimitSettings) -> Self {
        Self {
            requests: rate(settings, settings.limit_requests),
            new_sessions: rate(settings, settings.limit_sessions),
            holds: rate(settings, settings.limit_holds),
            renewals: rate(settings, settings.limit_renewals),
            bookings: rate(settings, settings.limit_bookings),
            streams: rate(settings, settings.limit_streams),
            failed_keys: rate(settings, settings.limit_failed_keys),
            failed_manage_tokens: rate(settings, settings.limit_failed_manage_tokens),
            session_holds: rate(settings, settings.limit_session_holds),
            session_renewals: rate(settings, settings.limit_session_renewals),
            session_bookings: rate(settings, settings.limit_session_bookings),
        }
    }

    const fn of_addresses(&self, limit: Limit) -> Option<&Buckets<Address>> {
        match limit {
            Limit::Requests => self.requests.as_ref(),
            Limit::NewSessions => self.new_sessions.as_ref(),
            Limit::Holds => self.holds.as_ref(),
            Limit::Renewals => self.renewals.as_ref(),
            Limit::Bookings => self.bookings.as_ref(),
            Limit::Streams => self.streams.as_ref(),
            Limit::FailedKeys => self.failed_keys.as_ref(),
            Limit::FailedManageTokens => self.failed_manage_tokens.as_ref(),
        }
    }

    /// Sessions are told apart where a request has to be of one.
    const fn of_sessions(&self, limit: Limit) -> Option<&Buckets<SessionId>> {
        match limit {
            Limit::Holds => self.session_holds.as_ref(),
            Limit::Renewals => self.session_renewals.as_ref(),
            Limit::Bookings => self.session_bookings.as_ref(),
            Limit::Requests
            | Limit::NewSessions
            | Limit::Streams
            | Limit::FailedKeys
            | Limit::FailedManageTokens => None,
        }
    }
}

fn rate<K: std::hash::Hash + Eq + Copy>(settings: &LimitSettings, allowance: Allowance) -> Rate<K> {
    match allowance {
        Allowance::Quota(quota) if settings.limits => {
            Some(Buckets::new(quota, settings.limited_clients))
        }
        Allowance::Quota(_) | Allowance::Any => None,
    }
}

impl Limits {
    /// Counts one for an address.
    ///
    /// # Errors
    ///
    /// `too_many_requests`.
    pub(crate) fn take(&self, limit: Limit, address: Address) -> Result<(), Problem> {
        let Some(buckets) = self.rates.of_addresses(limit) else {
            return Ok(());
        };
        let taken = buckets.take(address, self.now());
        taken.map_err(|wait| refused::too_fast(limit, By::Address, wait))
    }

    /// Counts one for a session, and for its address.
    ///
    /// # Errors
    ///
    /// `too_many_requests`. What the session may not do does not count for its address.
    pub(crate) fn take_of_session(
        &self,
        limit: Limit,
        session: SessionId,
        address: Address,
    ) -> Result<(), Problem> {
        if let Some(buckets) = self.rates.of_sessions(limit) {
            let taken = buckets.take(session, self.now());
            taken.map_err(|wait| refused::too_fast(limit, By::Session, wait))?;
        }
        self.take(limit, address)
    }

    /// Begins to check a key or token, which counts unless it was right: who has failed too
    /// often is not told whether the next one is right.
    ///
    /// # Errors
    ///
    /// `too_many_requests`.
    pub(crate) fn attempt(&self, limit: Limit, address: Address) -> Result<Attempt<'_>, Problem> {
        self.take(limit, address)?;
        Ok(Attempt {
            limits: self,
            limit,
            address,
        })
    }
}

/// A key or token that is being checked.
#[derive(Debug)]
#[must_use]
pub(crate) struct Attempt<'a> {
    limits: &'a Limits,
    limit: Limit,
    address: Address,
}

impl Attempt<'_> {
    /// It was right, and does not count.
    pub(crate) fn succeeded(self) {
        if let Some(buckets) = self.limits.rates.of_addresses(self.limit) {
            buckets.give_back(self.address);
        }
    }
}

use domain::{
    calendar::{Span, Timestamp},
    hold::Hold,
    ids::{HoldId, ResourceId, SessionId},
};

use crate::problem::Problem;

use super::{
    Client, Limit, Limits,
    holder::Holder,
    holdings::{Claim, Ended, NotNow, Term},
    limit::Cap,
    refused,
};

/// A beat that is under way. What was to be placed counts no more when it is dropped, unless
/// the hold is there.
#[derive(Debug)]
#[must_use]
pub(crate) struct Beating<'a> {
    limits: &'a Limits,
    holders: [Holder; 2],
    claim: Claim,
    placing: Option<u64>,
}

/// What a beat asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beat {
    /// A hold, wherever the session's is now.
    Place,
    /// The renewal of the hold that is named.
    Renew,
}

const fn holders(client: Client, session: SessionId) -> [Holder; 2] {
    [Holder::Session(session), Holder::Address(client.address)]
}

impl Limits {
    /// Lets a session beat.
    ///
    /// # Errors
    ///
    /// `too_many_requests`.
    pub(crate) fn beat(
        &self,
        beat: Beat,
        client: Client,
        session: SessionId,
        (resource, span): (&ResourceId, Span),
    ) -> Result<Beating<'_>, Problem> {
        let limit = match beat {
            Beat::Place => Limit::Holds,
            Beat::Renew => Limit::Renewals,
        };
        self.take_of_session(limit, session, client.address)?;
        let mut beating = Beating {
            limits: self,
            holders: holders(client, session),
            claim: Claim {
                session,
                resource: resource.clone(),
                span,
            },
            placing: None,
        };
        match beat {
            Beat::Place => beating.begin()?,
            Beat::Renew => {}
        }
        Ok(beating)
    }

    /// Lets a session let go of what it holds.
    ///
    /// # Errors
    ///
    /// `too_many_requests`.
    pub(crate) fn leave(&self, client: Client, session: SessionId) -> Result<(), Problem> {
        self.take_of_session(Limit::Renewals, session, client.address)
    }

    /// The session has left what it held of a resource, or `hold` of that alone.
    pub(crate) fn left(
        &self,
        client: Client,
        session: SessionId,
        resource: &ResourceId,
        hold: Option<HoldId>,
    ) {
        let ended = hold.map_or(Ended::Any, Ended::Named);
        self.ended(client, session, (resource, ended));
    }

    /// The session has booked a span, and has no hold on any of it.
    pub(crate) fn consumed(
        &self,
        client: Client,
        session: SessionId,
        (resource, span): (&ResourceId, Span),
    ) {
        self.ended(client, session, (resource, Ended::Meeting(span)));
    }

    fn ended(&self, client: Client, session: SessionId, which: (&ResourceId, Ended)) {
        if let Some(caps) = &self.caps {
            let now = self.now();
            caps.holdings()
                .end(holders(client, session), session, which, now);
        }
    }
}

impl Beating<'_> {
    /// Both are asked before either counts, in one turn: two placings at a time can't both
    /// be the last.
    fn begin(&mut self) -> Result<(), Problem> {
        let Some(caps) = &self.limits.caps else {
            return Ok(());
        };
        let now = self.limits.now();
        let mut holdings = caps.holdings();
        for holder in self.holders {
            let most = match holder {
                Holder::Address(_) => caps.address_holds,
                Holder::Session(_) => caps.session_holds,
            };
            let required = holdings.require(holder, &self.claim, most, now);
            required.map_err(|not_now| match not_now {
                NotNow::TooMany(wait) => refused::too_much(Cap::LiveHolds, holder.by(), most, wait),
                NotNow::HeldLongEnough(wait) => refused::held_long_enough(holder.by(), wait),
            })?;
        }
        self.placing = Some(holdings.begin(self.holders, &self.claim, now));
        Ok(())
    }

    /// The session has this hold, as was decided at `decided_at`.
    pub(crate) fn held(mut self, hold: &Hold, decided_at: Timestamp) {
        let Some(caps) = &self.limits.caps else {
            return;
        };
        let now = self.limits.now();
        let from_now = |at: Timestamp| now + at.since(decided_at);
        let term = Term {
            id: Some(hold.id),
            until: from_now(hold.lease_expires_at),
            enough_at: from_now(hold.renewable_until),
        };
        let placing = self.placing.take();
        let mut holdings = caps.holdings();
        holdings.hold(self.holders, &self.claim, term, placing, now);
    }
}

impl Drop for Beating<'_> {
    fn drop(&mut self) {
        if let (Some(placing), Some(caps)) = (self.placing, &self.limits.caps) {
            caps.holdings().withdraw(self.holders, placing);
        }
    }
}

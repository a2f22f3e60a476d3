use std::time::Duration;

use domain::{
    calendar::Span,
    ids::{HoldId, ResourceId, SessionId},
};
use lru::LruCache;

use super::holder::Holder;

/// How many holds are remembered in all, of everybody: some 100 bytes each.
const REMEMBERED_MAX: usize = 262_144;

/// For how long a hold that is being placed counts before it is known how that ended:
/// longer than any command takes.
const PENDING: Duration = Duration::from_mins(2);

/// The holds of addresses and of sessions: those that live, and those that ended a while
/// ago. Moments count from any one point.
#[derive(Debug)]
pub(super) struct Holdings {
    by_holder: LruCache<Holder, Vec<Holding>>,
    count: usize,
    /// How long who held a span for as long as anybody may waits to hold it again.
    pause: Duration,
    next: u64,
}

/// A hold of a session.
#[derive(Debug, Clone)]
struct Holding {
    /// Which placing it comes from.
    placing: u64,
    /// Not known while it is being placed.
    id: Option<HoldId>,
    session: SessionId,
    resource: ResourceId,
    span: Span,
    /// When it ends, or has ended.
    until: Duration,
    /// When its holder has had the span for as long as anybody may. It is that of the
    /// hold before, where one follows another.
    enough_at: Duration,
}

/// What is to be held.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) session: SessionId,
    pub(super) resource: ResourceId,
    pub(super) span: Span,
}

/// What a hold is told of when it was placed or renewed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Term {
    pub(super) id: Option<HoldId>,
    /// When it ends unless it is renewed.
    pub(super) until: Duration,
    /// No renewal lasts past this.
    pub(super) enough_at: Duration,
}

/// Which of a session's holds on a resource has ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ended {
    /// Whichever there is.
    Any,
    /// If it is this one.
    Named(HoldId),
    /// If it shares a slot with these.
    Meeting(Span),
}

/// Why a hold may not be placed now, and how long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotNow {
    /// So many live already.
    TooMany(Duration),
    /// The span was held on and on.
    HeldLongEnough(Duration),
}

impl Holding {
    fn is(&self, claim: &Claim) -> bool {
        self.session == claim.session && self.resource == claim.resource
    }

    fn meets(&self, claim: &Claim) -> bool {
        self.resource == claim.resource && self.span.overlaps(claim.span)
    }

    const fn lives(&self, now: Duration) -> bool {
        now.as_nanos() < self.until.as_nanos()
    }
}

impl Holdings {
    pub(super) fn new(pause: Duration) -> Self {
        Self {
            by_holder: LruCache::unbounded(),
            count: 0,
            pause,
            next: 0,
        }
    }

    /// Whether `holder`, who may have `most` live holds, may place or move this one.
    /// A beat that renews what the session has is no placing.
    ///
    /// # Errors
    ///
    /// [`NotNow`].
    pub(super) fn require(
        &mut self,
        holder: Holder,
        claim: &Claim,
        most: usize,
        now: Duration,
    ) -> Result<(), NotNow> {
        self.forget_old(holder, now);
        let Some(all) = self.by_holder.get(&holder) else {
            return Ok(());
        };
        let own = |of: &&Holding| of.is(claim) && of.span == claim.span && of.lives(now);
        if all.iter().any(|of| own(&of)) {
            return Ok(());
        }
        let others = all.iter().filter(|of| !of.is(claim) && of.lives(now));
        if others.clone().count() >= most {
            let first = others.map(|of| of.until).min().unwrap_or(now);
            return Err(NotNow::TooMany(first.saturating_sub(now)));
        }
        let before = all.iter().filter(|of| of.meets(claim));
        let enough_at = before.clone().map(|of| of.enough_at).min();
        if enough_at.is_some_and(|enough_at| enough_at <= now) {
            let last = before.map(|of| of.until).max().unwrap_or(now);
            return Err(NotNow::HeldLongEnough(
                (last + self.pause).saturating_sub(now),
            ));
        }
        Ok(())
    }

    /// Counts a hold that is being placed; returns what to call it.
    pub(super) fn begin(&mut self, holders: [Holder; 2], claim: &Claim, now: Duration) -> u64 {
        self.next += 1;
        for holder in holders {
            let term = Term {
                id: None,
                until: now + PENDING,
                enough_at: Duration::MAX,
            };
            self.push(holder, claim, term, self.next);
        }
        self.next
    }

    /// Counts no more what was not placed.
    pub(super) fn withdraw(&mut self, holders: [Holder; 2], placing: u64) {
        for holder in holders {
            self.remove(holder, |of| of.placing == placing);
        }
    }

    /// A hold was placed, moved or renewed.
    pub(super) fn hold(
        &mut self,
        holders: [Holder; 2],
        claim: &Claim,
        term: Term,
        placing: Option<u64>,
        now: Duration,
    ) {
        for holder in holders {
            self.forget_old(holder, now);
            self.remove(holder, |of| Some(of.placing) == placing);
            let mut enough_at = term.enough_at;
            for of in self.by_holder.get_mut(&holder).into_iter().flatten() {
                if of.meets(claim) && of.enough_at < enough_at {
                    enough_at = of.enough_at;
                }
                if of.is(claim) {
                    of.until = of.until.min(now);
                }
            }
            // One entry a span: a renewal takes the place of what it renews.
            self.remove(holder, |of| of.is(claim) && of.span == claim.span);
            let term = Term { enough_at, ..term };
            self.push(holder, claim, term, placing.unwrap_or(0));
        }
    }

    /// The session's hold on the resource has ended, if it is the one that is meant.
    pub(super) fn end(
        &mut self,
        holders: [Holder; 2],
        session: SessionId,
        (resource, ended): (&ResourceId, Ended),
        now: Duration,
    ) {
        let meant = |of: &Holding| match ended {
            Ended::Any => true,
            Ended::Named(id) => of.id == Some(id),
            Ended::Meeting(span) => of.span.overlaps(span),
        };
        for holder in holders {
            for of in self.by_holder.get_mut(&holder).into_iter().flatten() {
                if of.session == session && of.resource == *resource && meant(of) {
                    of.until = of.until.min(now);
                }
            }
        }
    }

    fn push(&mut self, holder: Holder, claim: &Claim, term: Term, placing: u64) {
        let holding = Holding {
            placing,
            id: term.id,
            session: claim.session,
            resource: claim.resource.clone(),
            span: claim.span,
            until: term.until,
            enough_at: term.enough_at,
        };
        self.by_holder
            .get_or_insert_mut(holder, Vec::new)
            .push(holding);
        self.count += 1;
        while self.count > REMEMBERED_MAX {
            let Some((_, forgotten)) = self.by_holder.pop_lru() else {
                return;
            };
            self.count -= forgotten.len();
        }
    }

    fn remove(&mut self, holder: Holder, which: impl Fn(&Holding) -> bool) {
        let Some(all) = self.by_holder.get_mut(&holder) else {
            return;
        };
        let before = all.len();
        all.retain(|of| !which(of));
        self.count -= before - all.len();
        if all.is_empty() {
            self.by_holder.pop(&holder);
        }
    }

    fn forget_old(&mut self, holder: Holder, now: Duration) {
        let pause = self.pause;
        self.remove(holder, |of| of.until + pause <= now);
    }
}

#[cfg(test)]
#[path = "holdings_tests.rs"]
mod tests;

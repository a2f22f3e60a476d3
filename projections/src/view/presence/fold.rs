use std::collections::BTreeMap;

use domain::{
    calendar::Timestamp,
    hold::{Hold, Lease},
    ids::HoldId,
    resource_day::HoldRenewed,
    stream::StreamId,
};
use eventlog::Position;

use crate::view::{Fact, ViewEvent};

/// What a batch does to the row of a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::view) enum HoldChange {
    /// It was placed, and is as this.
    Placed { hold: Hold, position: Position },
    /// It was there before and was renewed.
    Renewed(Renewal),
    /// It has ended.
    Ended,
}

/// All renewals that a batch has of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::view) struct Renewal {
    pub(super) lease: Lease,
    pub(super) renewed_at: Timestamp,
    pub(super) lease_expires_at: Timestamp,
    /// How many.
    pub(super) renewals: u32,
    pub(super) position: Position,
}

impl HoldChange {
    /// This change and, after it, a renewal at `at`.
    fn renew(&mut self, renewed: &HoldRenewed, at: Position) {
        match self {
            Self::Placed { hold, position } => {
                *hold = renewed.renew(hold);
                *position = at;
            }
            Self::Renewed(renewal) => *renewal = Renewal::of(renewed, renewal.renewals, at),
            // A renewal finds no row any more.
            Self::Ended => {}
        }
    }
}

impl Renewal {
    fn of(renewed: &HoldRenewed, renewals_before: u32, position: Position) -> Self {
        Self {
            lease: renewed.lease,
            renewed_at: renewed.renewed_at,
            lease_expires_at: renewed.lease_expires_at,
            renewals: renewals_before + 1,
            position,
        }
    }
}

/// The changed holds in the order of their ids.
pub(in crate::view) type Changes = BTreeMap<HoldId, HoldChange>;

/// Folds a batch. A hold of several days is placed and ended by an event on each
/// of them: its first day's event places it, any one ends it.
pub(in crate::view) fn fold<'a>(events: impl Iterator<Item = ViewEvent<'a>>) -> Changes {
    let mut changes = Changes::new();
    for recorded in events {
        let position = recorded.position;
        let StreamId::ResourceDay(resource, day) = recorded.stream else {
            continue;
        };
        match recorded.fact {
            Fact::HoldPlaced(placed) if placed.span.first_day() == *day => {
                let hold = placed.hold(resource);
                changes.insert(hold.id, HoldChange::Placed { hold, position });
            }
            Fact::HoldRenewed(renewed) => {
                changes
                    .entry(renewed.hold_id)
                    .and_modify(|change| change.renew(renewed, position))
                    .or_insert_with(|| HoldChange::Renewed(Renewal::of(renewed, 0, position)));
            }
            Fact::HoldEnded(hold) => {
                changes.insert(hold, HoldChange::Ended);
            }
            _ => {}
        }
    }
    changes
}

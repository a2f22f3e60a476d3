use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    Scope,
    fate::{Fate, Fates},
};

/// Rows emptied in one transaction at most: few enough that it is over in some tens of
/// milliseconds.
pub(super) const BATCH_ROWS_MAX: usize = 1_000;

/// A row as retention sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) position: i64,
    pub(super) aggregate_id: String,
    pub(super) sequence: i64,
    pub(super) resource_id: String,
    pub(super) hold_id: Option<Uuid>,
    pub(super) event_type: String,
    /// Whether it is older than the limit.
    pub(super) old: bool,
    /// Whether it still says what it said.
    pub(super) full: bool,
}

impl Row {
    /// Whether `scope` empties it once its hold has ended so that it may.
    pub(super) fn is_due(&self, scope: Scope) -> bool {
        self.old && self.full && scope.takes(&self.event_type)
    }
}

/// What to do about a run of rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// What is to be emptied of each day, by the id of its stream.
    pub(super) days: BTreeMap<String, Emptied>,
    /// Up to here nothing is left to empty; none when that is where it began.
    pub(super) through: Option<i64>,
    /// Whether it ended because it had enough, and not because what follows must
    /// stay.
    pub(super) more: bool,
}

/// The rows of a day that are emptied together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Emptied {
    pub(super) resource_id: String,
    /// The sequence of the first.
    pub(super) first: i64,
    /// The sequence of the last.
    pub(super) last: i64,
    /// Their positions, ascending.
    pub(super) positions: Vec<i64>,
}

impl Emptied {
    /// How many they are.
    pub(super) fn rows(&self) -> u32 {
        u32::try_from(self.positions.len()).unwrap_or(u32::MAX)
    }
}

impl Plan {
    /// All rows to empty, ascending.
    pub(super) fn positions(&self) -> Vec<i64> {
        let all = self.days.values().flat_map(|day| &day.positions);
        let mut all: Vec<i64> = all.copied().collect();
        all.sort_unstable();
        all
    }

    fn empty(&mut self, row: &Row) {
        let day = self.days.entry(row.aggregate_id.clone());
        let emptied = day.or_insert_with(|| Emptied {
            resource_id: row.resource_id.clone(),
            first: row.sequence,
            last: row.sequence,
            positions: Vec::new(),
        });
        emptied.last = row.sequence;
        emptied.positions.push(row.position);
    }
}

/// Plans what to empty of `rows`, which follow each other; `fates` tells what became of
/// their holds.
///
/// It stops before the first row that must stay as it is: a young one, or an old one
/// of a hold that still lives, which ends within a day.
pub(super) fn plan(scope: Scope, rows: &[Row], fates: &Fates) -> Plan {
    let mut plan = Plan {
        more: true,
        ..Plan::default()
    };
    let mut taken = 0;
    for row in rows {
        if taken == BATCH_ROWS_MAX {
            break;
        }
        if !row.old {
            plan.more = false;
            break;
        }
        if let Some(hold) = row.hold_id.filter(|_| row.is_due(scope)) {
            match fates.get(hold) {
                Some(Fate::Lives) => {
                    plan.more = false;
                    break;
                }
                // Not asked: the next batch begins here, and asks.
                None => break,
                Some(Fate::Booked) if !scope.takes_booked() => {}
                Some(Fate::Far) => {}
                Some(Fate::Booked | Fate::Unbooked) => {
                    taken += 1;
                    plan.empty(row);
                }
            }
        }
        plan.through = Some(row.position);
    }
    plan.days
        .retain(|_, day| day.rows() >= scope.rows_of_day_min());
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAYS: Uuid = Uuid::from_u128(1);
    const ENDED: Uuid = Uuid::from_u128(2);
    const BOOKED: Uuid = Uuid::from_u128(3);
    const FAR: Uuid = Uuid::from_u128(4);

    fn row(position: i64, hold: Option<Uuid>) -> Row {
        Row {
            position,
            aggregate_id: format!("studio-a/2026-11-2{}", position % 2),
            sequence: position / 2 + 1,
            resource_id: "studio-a".into(),
            hold_id: hold,
            event_type: if hold.is_some() {
                "HoldRenewed".into()
            } else {
                "SlotsBooked".into()
            },
            old: true,
            full: true,
        }
    }

    fn planned(scope: Scope, rows: &[Row]) -> Plan {
        let mut fates = Fates::default();
        fates.learn([
            (STAYS, Fate::Lives),
            (ENDED, Fate::Unbooked),
            (BOOKED, Fate::Booked),
            (FAR, Fate::Far),
        ]);
        plan(scope, rows, &fates)
    }

    #[test]
    fn renewals_of_ended_holds_are_emptied_day_by_day() {
        let rows: Vec<Row> = (1..=5).map(|position| row(position, Some(ENDED))).collect();
        let plan = planned(Scope::Renewals, &rows);
        assert_eq!(plan.positions(), [1, 2, 3, 4, 5]);
        let days = plan.days.values();
        let ranges: Vec<_> = days.map(|day| (day.first, day.last, day.rows())).collect();
        assert_eq!(ranges, [(2, 3, 2), (1, 3, 3)]);
        assert_eq!((plan.through, plan.more), (Some(5), true));
    }

    #[test]
    fn it_stops_before_a_hold_that_lives_and_before_a_young_row() {
        let rows = [
            row(1, Some(ENDED)),
            row(2, None),
            row(3, Some(STAYS)),
            row(4, Some(ENDED)),
        ];
        let plan = planned(Scope::Renewals, &rows);
        assert_eq!(plan.positions(), [1]);
        assert_eq!((plan.through, plan.more), (Some(2), false));

        let young = Row {
            old: false,
            ..row(1, Some(ENDED))
        };
        let plan = planned(Scope::Renewals, &[young, row(2, Some(ENDED))]);
        assert_eq!(
            (plan.positions().len(), plan.through, plan.more),
            (0, None, false)
        );
    }

    #[test]
    fn a_batch_has_its_bound() {
        let rows = (1..=BATCH_ROWS_MAX + 1).map(|nth| i64::try_from(nth).unwrap_or(0));
        let rows: Vec<Row> = rows.map(|position| row(position, Some(ENDED))).collect();
        let plan = planned(Scope::Renewals, &rows);
        assert_eq!(plan.positions().len(), BATCH_ROWS_MAX);
        assert_eq!(plan.through, i64::try_from(BATCH_ROWS_MAX).ok());
        assert!(plan.more);
    }

    #[test]
    fn what_is_emptied_already_is_passed_over() {
        let emptied = Row {
            full: false,
            ..row(1, Some(STAYS))
        };
        let plan = planned(Scope::Renewals, &[emptied]);
        assert_eq!(
            (plan.positions().len(), plan.through, plan.more),
            (0, Some(1), true)
        );
    }

    #[test]
    fn of_a_hold_that_was_booked_only_renewals_go() {
        let rows: Vec<Row> = (1..=8)
            .map(|position| row(position, Some(BOOKED)))
            .collect();
        assert_eq!(planned(Scope::Renewals, &rows).positions().len(), 8);
        let plan = planned(Scope::Holds, &rows);
        assert_eq!((plan.positions().len(), plan.through), (0, Some(8)));
    }

    #[test]
    fn a_day_keeps_the_few_rows_that_are_not_worth_an_event() {
        let mut rows: Vec<Row> = (1..=5).map(|position| row(position, Some(ENDED))).collect();
        for (row, of) in rows
            .iter_mut()
            .zip(["HoldPlaced", "HoldRenewed", "HoldReleased"])
        {
            row.event_type = of.into();
        }
        let plan = planned(Scope::Holds, &rows);
        assert_eq!(plan.positions(), [1, 3, 5]);
        assert_eq!((plan.through, plan.more), (Some(5), true));
    }

    #[test]
    fn a_hold_whose_end_lies_far_on_keeps_its_rows_and_holds_up_nobody() {
        let rows = [row(1, Some(FAR)), row(2, Some(ENDED))];
        let plan = planned(Scope::Renewals, &rows);
        assert_eq!((plan.positions(), plan.through), (vec![2], Some(2)));
    }

    #[test]
    fn what_nobody_asked_of_is_left_to_the_next_batch() {
        let unknown = Uuid::from_u128(9);
        let rows = [row(1, Some(ENDED)), row(2, Some(unknown))];
        let plan = planned(Scope::Renewals, &rows);
        assert_eq!((plan.through, plan.more), (Some(1), true));
    }

    #[test]
    fn ends_are_found_among_the_rows_and_the_others_are_asked_for_in_their_order() {
        let mut rows: Vec<Row> = [ENDED, STAYS, ENDED, STAYS, BOOKED]
            .into_iter()
            .zip(1..)
            .map(|(hold, position)| row(position, Some(hold)))
            .collect();
        rows[2].event_type = "HoldExpired".into();
        rows[4].event_type = "HoldConsumed".into();
        let fates = Fates::among(&rows);
        assert_eq!(fates.get(ENDED), Some(Fate::Unbooked));
        assert_eq!(fates.get(BOOKED), Some(Fate::Booked));
        let asked = fates.to_ask(Scope::Renewals, &rows);
        let asked: Vec<_> = asked
            .iter()
            .map(|asked| (asked.hold, asked.sequence))
            .collect();
        assert_eq!(asked, [(STAYS, 3)]);
    }
}

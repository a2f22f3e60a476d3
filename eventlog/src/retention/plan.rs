use std::collections::{BTreeMap, HashSet};

use uuid::Uuid;

/// Renewals emptied in one transaction at most: few enough that it is over in some
/// tens of milliseconds.
pub(super) const BATCH_RENEWALS_MAX: usize = 500;

/// A row as retention sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) position: i64,
    pub(super) aggregate_id: String,
    pub(super) sequence: i64,
    pub(super) resource_id: String,
    pub(super) hold_id: Option<Uuid>,
    /// Whether it is older than the limit.
    pub(super) old: bool,
    /// Whether it is a renewal that still says what it said.
    pub(super) full: bool,
}

/// What to do about a run of rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// The renewals to empty, ascending.
    pub(super) positions: Vec<i64>,
    /// Of which days, by their streams' ids.
    pub(super) days: BTreeMap<String, Emptied>,
    /// Up to here nothing is left to empty; none when that is where it began.
    pub(super) through: Option<i64>,
    /// Whether it ended because it had enough, and not because what follows must
    /// stay.
    pub(super) more: bool,
}

/// The renewals of a day that are emptied together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Emptied {
    pub(super) resource_id: String,
    /// The sequence of the first.
    pub(super) first: i64,
    /// The sequence of the last.
    pub(super) last: i64,
    /// How many.
    pub(super) renewals: u32,
}

/// The days whose holds the rows tell of.
pub(super) fn days(rows: &[Row]) -> Vec<&str> {
    let full = rows.iter().filter(|row| row.old && row.full);
    let days: HashSet<&str> = full.map(|row| row.aggregate_id.as_str()).collect();
    days.into_iter().collect()
}

/// Plans what to empty of `rows`, which follow each other; `ended` are the holds of
/// theirs that have ended.
///
/// It stops before the first row that must stay as it is: a young one, or an old
/// renewal of a hold that still lives, which ends within a day.
pub(super) fn plan(rows: &[Row], ended: &HashSet<Uuid>) -> Plan {
    let mut plan = Plan {
        more: true,
        ..Plan::default()
    };
    for row in rows {
        if plan.positions.len() == BATCH_RENEWALS_MAX {
            return plan;
        }
        let lives = row.full && !row.hold_id.is_some_and(|hold| ended.contains(&hold));
        if !row.old || lives {
            plan.more = false;
            return plan;
        }
        plan.through = Some(row.position);
        if row.full {
            plan.positions.push(row.position);
            let day = plan.days.entry(row.aggregate_id.clone());
            let emptied = day.or_insert_with(|| Emptied {
                resource_id: row.resource_id.clone(),
                first: row.sequence,
                last: row.sequence,
                renewals: 0,
            });
            emptied.last = row.sequence;
            emptied.renewals += 1;
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAYS: Uuid = Uuid::from_u128(1);
    const ENDED: Uuid = Uuid::from_u128(2);

    fn row(position: i64, hold: Option<Uuid>) -> Row {
        Row {
            position,
            aggregate_id: format!("studio-a/2026-11-2{}", position % 2),
            sequence: position / 2 + 1,
            resource_id: "studio-a".into(),
            hold_id: hold,
            old: true,
            full: hold.is_some(),
        }
    }

    fn planned(rows: &[Row]) -> Plan {
        plan(rows, &HashSet::from([ENDED]))
    }

    #[test]
    fn renewals_of_ended_holds_are_emptied_day_by_day() {
        let rows: Vec<Row> = (1..=5).map(|position| row(position, Some(ENDED))).collect();
        let plan = planned(&rows);
        assert_eq!(plan.positions, [1, 2, 3, 4, 5]);
        let days = plan.days.values();
        let ranges: Vec<_> = days
            .map(|day| (day.first, day.last, day.renewals))
            .collect();
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
        let plan = planned(&rows);
        assert_eq!(plan.positions, [1]);
        assert_eq!((plan.through, plan.more), (Some(2), false));

        let young = Row {
            old: false,
            ..row(1, Some(ENDED))
        };
        let plan = planned(&[young, row(2, Some(ENDED))]);
        assert_eq!(
            (plan.positions.len(), plan.through, plan.more),
            (0, None, false)
        );
    }

    #[test]
    fn a_batch_has_its_bound() {
        let rows = (1..=BATCH_RENEWALS_MAX + 1).map(|nth| i64::try_from(nth).unwrap_or(0));
        let rows: Vec<Row> = rows.map(|position| row(position, Some(ENDED))).collect();
        let plan = planned(&rows);
        assert_eq!(plan.positions.len(), BATCH_RENEWALS_MAX);
        assert_eq!(plan.through, i64::try_from(BATCH_RENEWALS_MAX).ok());
        assert!(plan.more);
    }

    #[test]
    fn what_is_emptied_already_is_passed_over() {
        let emptied = Row {
            full: false,
            ..row(1, Some(STAYS))
        };
        let plan = planned(&[emptied]);
        assert_eq!(
            (plan.positions.len(), plan.through, plan.more),
            (0, Some(1), true)
        );
    }
}

use std::collections::HashMap;

use uuid::Uuid;

use super::{Scope, plan::Row};

/// Holds whose end is looked for in one go, beyond those that end among the rows.
pub(super) const HOLDS_ASKED_MAX: usize = 200;

/// Rows of a day's stream that are looked through for a hold's end at most.
///
/// Behind the rows that are known. A hold that ends further on, under a load of thousands
/// of events a second on its day, keeps what is told of it.
pub const ROWS_AHEAD_MAX: i64 = 5_000;

/// What became of a hold, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It was released, or has expired.
    Unbooked,
    /// A booking took its place.
    Booked,
    /// It has not ended.
    Lives,
    /// Its end, if it has ended, lies too far on to be looked for.
    Far,
}

impl Fate {
    /// By the event that ends a hold; none for any other.
    fn of(event_type: &str) -> Option<Self> {
        match event_type {
            "HoldReleased" | "HoldExpired" => Some(Self::Unbooked),
            "HoldConsumed" => Some(Self::Booked),
            _ => None,
        }
    }

    /// By what was found ahead of the rows.
    pub(super) fn ahead(event_type: Option<&str>, goes_on: bool) -> Self {
        let found = event_type.and_then(Self::of);
        found.unwrap_or(if goes_on { Self::Far } else { Self::Lives })
    }
}

/// What became of holds.
#[derive(Debug, Default)]
pub(super) struct Fates(HashMap<Uuid, Fate>);

/// A hold whose end is to be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked<'a> {
    pub(super) hold: Uuid,
    pub(super) aggregate_id: &'a str,
    /// The last of its rows in that stream that are known.
    pub(super) sequence: i64,
}

impl Fates {
    /// Those that `rows` themselves tell of.
    pub(super) fn among(rows: &[Row]) -> Self {
        let ended = rows.iter();
        let ended = ended.filter_map(|row| Some((row.hold_id?, Fate::of(&row.event_type)?)));
        Self(ended.collect())
    }

    /// The holds that have rows of `scope` here and do not end here, by the order
    /// of their rows and up to [`HOLDS_ASKED_MAX`].
    pub(super) fn to_ask<'a>(&self, scope: Scope, rows: &'a [Row]) -> Vec<Asked<'a>> {
        let mut places: HashMap<Uuid, usize> = HashMap::new();
        let mut asked: Vec<Asked<'a>> = Vec::new();
        for row in rows {
            let Some(hold) = row.hold_id.filter(|hold| !self.0.contains_key(hold)) else {
                continue;
            };
            match places.get(&hold) {
                // Another day of the same hold tells of the same end.
                Some(place) => {
                    let known = asked.get_mut(*place);
                    if let Some(known) = known.filter(|it| it.aggregate_id == row.aggregate_id) {
                        known.sequence = row.sequence;
                    }
                }
                None if asked.len() < HOLDS_ASKED_MAX && row.is_due(scope) => {
                    places.insert(hold, asked.len());
                    asked.push(Asked {
                        hold,
                        aggregate_id: &row.aggregate_id,
                        sequence: row.sequence,
                    });
                }
                None => {}
            }
        }
        asked
    }

    /// Takes what was found.
    pub(super) fn learn(&mut self, found: impl IntoIterator<Item = (Uuid, Fate)>) {
        self.0.extend(found);
    }

    /// What became of a hold; none when that was not asked.
    pub(super) fn get(&self, hold: Uuid) -> Option<Fate> {
        self.0.get(&hold).copied()
    }
}

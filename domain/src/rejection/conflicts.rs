use std::fmt;

use crate::calendar::{Day, SLOT_MS, SlotIndex, SlotMask, Timestamp};

/// Stretches of time, ascending, with gaps between them.
///
/// ```
/// use domain::{calendar::SlotMask, rejection::Conflicts};
///
/// let day = "2026-11-24".parse()?;
/// let mask: SlotMask = "52-55".parse()?;
/// let conflicts: Conflicts = [(day, mask)].into_iter().collect();
/// let (start, end) = conflicts.intervals()[0];
/// assert_eq!(start.to_string(), "2026-11-24T13:00:00.000Z");
/// assert_eq!(end.to_string(), "2026-11-24T14:00:00.000Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conflicts(Vec<(Timestamp, Timestamp)>);

impl Conflicts {
    /// Start and exclusive end of each.
    pub fn intervals(&self) -> &[(Timestamp, Timestamp)] {
        &self.0
    }

    /// Whether nothing stood in the way.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Conflicts {
    /// The first one, and how many more there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((start, end)) = self.0.first() {
            write!(f, "{start} to {end}")?;
        }
        match self.0.len() {
            0 | 1 => Ok(()),
            count => write!(f, " and {} more", count - 1),
        }
    }
}

impl FromIterator<(Day, SlotMask)> for Conflicts {
    /// From slots of days, ascending; runs that meet at midnight are one.
    fn from_iter<I: IntoIterator<Item = (Day, SlotMask)>>(days: I) -> Self {
        let mut intervals: Vec<(Timestamp, Timestamp)> = Vec::new();
        for (day, mask) in days {
            for run in mask.runs() {
                let Ok(first) = SlotIndex::new(*run.start()) else {
                    continue;
                };
                let start = day.at(first);
                let count = u64::from(run.end() - run.start()) + 1;
                let end = start.plus_ms(count * SLOT_MS.unsigned_abs());
                match intervals.last_mut() {
                    Some(last) if last.1 == start => last.1 = end,
                    _ => intervals.push((start, end)),
                }
            }
        }
        Self(intervals)
    }
}

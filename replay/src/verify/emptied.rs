use std::ops::RangeInclusive;

use domain::resource_day::RenewalsCompacted;
use eventlog::Position;

use super::{Faults, Promise};

/// The emptied renewals of a stream, and what the log tells of them.
#[derive(Debug, Default)]
pub(super) struct Emptied {
    rows: Vec<(u64, Position)>,
    told: Vec<RangeInclusive<u64>>,
    count: u64,
}

impl Emptied {
    /// Notes an emptied row.
    pub(super) fn row(&mut self, sequence: i64, position: Position) {
        self.rows.push((sequence.unsigned_abs(), position));
    }

    /// Notes what an event tells of.
    pub(super) fn told(&mut self, compacted: &RenewalsCompacted) {
        self.told.push(compacted.first..=compacted.last);
        self.count += u64::from(compacted.renewals);
    }

    /// Tells what is emptied and not told of, and what is told of and not emptied.
    pub(super) fn compare(&self, stream: &str, faults: &mut Faults) {
        let mut untold = false;
        for (sequence, position) in &self.rows {
            if !self.told.iter().any(|range| range.contains(sequence)) {
                untold = true;
                let says = "its payload is gone, and no compaction names it";
                faults.found_at(Promise::Retention, *position, stream, says);
            }
        }
        let (rows, count) = (self.rows.len() as u64, self.count);
        if let (Some((_, last)), false) = (self.rows.last(), untold || rows == count) {
            let says = format!("{rows} renewals are emptied, and compactions name {count}");
            faults.found_at(Promise::Retention, *last, stream, says);
        }
    }
}

use std::ops::RangeInclusive;

use domain::resource_day::ResourceDayEvent;
use eventlog::Position;

use super::{Faults, Promise};

/// The emptied rows of a stream, and what the log tells of them.
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

    /// Notes what an event tells of, if it tells of a compaction.
    pub(super) fn told(&mut self, event: &ResourceDayEvent) {
        let (first, last, count) = match event {
            ResourceDayEvent::RenewalsCompacted(told) => (told.first, told.last, told.renewals),
            ResourceDayEvent::HoldsCompacted(told) => (told.first, told.last, told.events),
            _ => return,
        };
        self.told.push(first..=last);
        self.count += u64::from(count);
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
            let says = format!("{rows} rows are emptied, and compactions name {count}");
            faults.found_at(Promise::Retention, *last, stream, says);
        }
    }
}

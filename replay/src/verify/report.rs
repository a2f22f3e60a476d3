//! What a verification found, for people and for machines.

use std::{collections::BTreeSet, io};

use serde::Serialize;

use crate::output::{self, Format};

use super::Fault;

/// What was found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// How many events were read.
    pub events: u64,
    /// How many partitions the log has.
    pub partitions: usize,
    /// How many faults there are.
    pub fault_count: u64,
    /// The first of each kind and partition.
    pub faults: Vec<Fault>,
    /// The views that are not the log's fold.
    pub differing_views: BTreeSet<&'static str>,
}

impl Verification {
    /// Says it.
    pub(super) fn tell(&self, format: Format) -> io::Result<()> {
        if format == Format::Json {
            return output::json(self);
        }
        for fault in &self.faults {
            output::line(fault)?;
        }
        let events = output::count(self.events, "event", "events");
        let partitions = output::count(self.partitions as u64, "partition", "partitions");
        let verdict = match self.fault_count {
            0 => "the log keeps its promises, and every view is its fold".into(),
            faults => output::count(faults, "fault", "faults"),
        };
        output::line(format_args!("{events} in {partitions}: {verdict}"))
    }
}

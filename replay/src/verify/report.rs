//! What a verification found, for people and for machines.

use std::{collections::BTreeSet, io};

use serde::Serialize;

use crate::output::{self, Format};

use super::{Fault, arguments::Against, coverage::Coverage};

/// What was found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// How many events were read.
    pub events: u64,
    /// How many partitions the log has.
    pub partitions: usize,
    /// How many events are chained, of all partitions together.
    pub chained: u64,
    /// How many events there are, read or not.
    #[serde(skip)]
    pub(super) last: u64,
    /// How many faults there are.
    pub fault_count: u64,
    /// The faults, each with its place and what to do about it.
    pub faults: Vec<Fault>,
    /// The views that are not the log's fold.
    pub differing_views: BTreeSet<&'static str>,
    /// What was not looked at, and why.
    pub notes: Vec<String>,
    /// What the seal covers, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seal: Option<Coverage>,
}

impl Verification {
    /// Notes what this run could not tell.
    pub(super) fn tell_what_was_left_out(&mut self, against: &Against) {
        if against.master.is_none() {
            self.notes.push(
                "no key of a booking was opened: --master-key-file names the master key's file"
                    .into(),
            );
        }
        if against.since {
            self.notes.push(
                "what the seal covers was not read, nor the views, nor what new rows say of old ones: `verify` does so".into(),
            );
        }
        let behind = self.last.saturating_sub(self.chained);
        if behind > 0 {
            let (reaches, last) = (self.chained, self.last);
            self.notes.push(format!(
                "the chain covers {reaches} of {last} events: a server chains the rest within a minute, `seal` at once"
            ));
        }
    }

    /// Says it.
    pub(super) fn tell(&self, format: Format) -> io::Result<()> {
        if format == Format::Json {
            return output::json(self);
        }
        for fault in &self.faults {
            output::line(fault)?;
        }
        for note in &self.notes {
            output::line(format_args!("note: {note}"))?;
        }
        if let Some(seal) = &self.seal {
            let covered = output::count(seal.covered, "event", "events");
            let behind = output::count(seal.behind, "lies", "lie");
            output::line(format_args!(
                "the seal covers {covered}, {behind} behind it"
            ))?;
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

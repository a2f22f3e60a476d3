//! What the executor tells of itself.

use std::time::{Duration, Instant};

use domain::{
    calendar::Timestamp, event::Event, partition::Partition, resource_day::ResourceDayEvent,
};
use eventlog::RecordedEvent;
use metrics::{
    Counter, Gauge, Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram,
    gauge, histogram,
};

use crate::{Failure, Receipt, waiting::Answer};

/// The measures of one partition's owner. They go to the recorder that is
/// installed when the executor starts.
#[derive(Debug)]
pub(crate) struct Meters {
    queue_depth: Gauge,
    holds_live: Gauge,
    time_ahead: Gauge,
    batch_commands: Histogram,
    pub(crate) second_tries: Counter,
    pub(crate) resets: Counter,
    lateness: Histogram,
}

impl Meters {
    pub(crate) fn of(partition: Partition) -> Self {
        let partition = partition.to_string();
        Self {
            queue_depth: gauge!("slotkeeper_queue_depth", "partition" => partition.clone()),
            holds_live: gauge!("slotkeeper_holds_live", "partition" => partition.clone()),
            batch_commands: histogram!("slotkeeper_batch_commands"),
            second_tries: counter!("slotkeeper_second_tries_total"),
            time_ahead: gauge!("slotkeeper_partition_time_ahead_seconds", "partition" => partition.clone()),
            resets: counter!("slotkeeper_partition_resets_total", "partition" => partition),
            lateness: histogram!("slotkeeper_expiry_lateness_seconds"),
        }
    }

    /// Measures a batch.
    pub(crate) fn decided(&self, commands: usize) {
        self.batch_commands.record(count(commands));
    }

    /// Measures what waits and what lives.
    pub(crate) fn standing(&self, queued: usize, holds: usize) {
        self.queue_depth.set(count(queued));
        self.holds_live.set(count(holds));
    }

    /// Measures how far the partition's time is ahead of the clock.
    pub(crate) fn ahead(&self, ahead: Duration) {
        self.time_ahead.set(ahead);
    }

    /// Measures how late the expired holds among `events` were ended.
    pub(crate) fn expired(&self, events: &[RecordedEvent], now: Timestamp) {
        let mut last = None;
        for recorded in events {
            let Event::ResourceDay(ResourceDayEvent::HoldExpired(expired)) = &recorded.event else {
                continue;
            };
            // A hold of several days ends by an event on each, one after the other.
            if last.replace(expired.hold_id) != Some(expired.hold_id) {
                self.lateness.record(now.since(expired.lease_expires_at));
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of things in memory")]
const fn count(things: usize) -> f64 {
    things as f64
}

/// Counts a command's answer.
pub(crate) fn answered(command: &'static str, answer: &Answer, since: Instant) {
    let outcome = outcome(answer);
    counter!("slotkeeper_commands_total", "command" => command, "outcome" => outcome).increment(1);
    histogram!("slotkeeper_command_seconds", "command" => command).record(since.elapsed());
}

const fn outcome(answer: &Answer) -> &'static str {
    use domain::decide::Outcome;
    match answer {
        Ok(Receipt {
            outcome: Outcome::Booked { replayed: true, .. },
            ..
        }) => "replayed",
        Ok(_) => "accepted",
        Err(Failure::Rejected { rejection, .. }) => rejection.code(),
        Err(Failure::Busy { .. }) => "busy",
        Err(Failure::Unavailable(_)) => "unavailable",
        Err(Failure::OutcomeUnknown) => "outcome_unknown",
        Err(Failure::Stopping) => "stopping",
    }
}

/// Describes every measure to the recorder.
pub(crate) fn describe() {
    describe_counter!(
        "slotkeeper_commands_total",
        "Commands by name and outcome: accepted, replayed, busy, unavailable, outcome_unknown, stopping, or the code of the rule that refused."
    );
    describe_histogram!(
        "slotkeeper_command_seconds",
        Unit::Seconds,
        "From a command's arrival to its answer."
    );
    describe_histogram!(
        "slotkeeper_batch_commands",
        Unit::Count,
        "Commands decided together."
    );
    describe_counter!(
        "slotkeeper_second_tries_total",
        "Batches decided again under the head's lock, because the partition was not as remembered."
    );
    describe_counter!(
        "slotkeeper_cold_loads_total",
        "Streams read because they were not in memory."
    );
    describe_counter!(
        "slotkeeper_partition_resets_total",
        "Times a partition's memory was dropped and read again: the log was not as remembered."
    );
    describe_gauge!(
        "slotkeeper_partition_time_ahead_seconds",
        Unit::Seconds,
        "How far a partition's time is ahead of the database's clock, which was set back: 0 as a rule."
    );
    describe_gauge!(
        "slotkeeper_queue_depth",
        Unit::Count,
        "Commands without an answer yet."
    );
    describe_gauge!("slotkeeper_holds_live", Unit::Count, "Live holds.");
    describe_histogram!(
        "slotkeeper_expiry_lateness_seconds",
        Unit::Seconds,
        "From the end of a hold's lease to the decision that ended the hold."
    );
}

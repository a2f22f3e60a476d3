//! What the log tells about itself.

use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use crate::{AppendOutcome, LogError, PreparedBatch};

const APPEND_SECONDS: &str = "slotkeeper_append_seconds";
const APPEND_BATCH_EVENTS: &str = "slotkeeper_append_batch_events";
const APPEND_MISSED: &str = "slotkeeper_append_missed_total";
const APPEND_FAILED: &str = "slotkeeper_append_failed_total";
const RECONNECTS: &str = "slotkeeper_log_reconnects_total";
const OLDEST_SNAPSHOT: &str = "slotkeeper_oldest_snapshot_seconds";
const DEAD_HEADS: &str = "slotkeeper_heads_dead_rows";

/// Describes the metrics to whoever collects them.
pub(crate) fn describe() {
    describe_histogram!(
        APPEND_SECONDS,
        Unit::Seconds,
        "Time from sending an append to knowing that it is committed"
    );
    describe_histogram!(
        APPEND_BATCH_EVENTS,
        Unit::Count,
        "Events in one committed append"
    );
    describe_counter!(
        APPEND_MISSED,
        "Appends that found the head elsewhere: another node had written"
    );
    // So that the first miss shows as a change and not as a beginning.
    counter!(APPEND_MISSED).increment(0);
    describe_counter!(
        APPEND_FAILED,
        "Appends that failed, by what is known of their end"
    );
    describe_counter!(
        RECONNECTS,
        "Times that a background task of the log had to connect again, by task"
    );
    describe_gauge!(
        OLDEST_SNAPSHOT,
        Unit::Seconds,
        "For how long the oldest snapshot of the database is open, as far as this role may see: \
         while it is, no dead row of any table can be cleaned up"
    );
    describe_gauge!(
        DEAD_HEADS,
        "Dead versions of heads' rows that nobody could clean up yet"
    );
}

/// An append has ended.
pub(crate) fn appended(
    took: Duration,
    batch: &PreparedBatch,
    outcome: &Result<AppendOutcome, LogError>,
) {
    match outcome {
        Ok(AppendOutcome::Appended(_)) => {
            histogram!(APPEND_SECONDS).record(took);
            #[expect(clippy::cast_precision_loss, reason = "no batch has 2^52 events")]
            histogram!(APPEND_BATCH_EVENTS).record(batch.commit().events.len() as f64);
        }
        Ok(AppendOutcome::Missed) => counter!(APPEND_MISSED).increment(1),
        Err(LogError::OutcomeUnknown { .. }) => {
            counter!(APPEND_FAILED, "end" => "unknown").increment(1);
        }
        Err(_) => counter!(APPEND_FAILED, "end" => "refused").increment(1),
    }
}

/// What keeps the database from cleaning up.
pub(crate) fn strained(oldest_snapshot_seconds: f64, dead_heads: i64) {
    gauge!(OLDEST_SNAPSHOT).set(oldest_snapshot_seconds);
    #[expect(clippy::cast_precision_loss, reason = "no table has 2^52 dead rows")]
    gauge!(DEAD_HEADS).set(dead_heads as f64);
}

/// A background task has lost its connection.
pub(crate) fn reconnecting(task: &'static str) {
    counter!(RECONNECTS, "task" => task).increment(1);
}

//! What the log tells about itself.

use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use crate::{AppendOutcome, Certainty, LogError, PreparedBatch};

const APPEND_SECONDS: &str = "slotkeeper_append_seconds";
const APPEND_BATCH_EVENTS: &str = "slotkeeper_append_batch_events";
const APPEND_PARTITIONS: &str = "slotkeeper_append_partitions";
const APPEND_MISSED: &str = "slotkeeper_append_missed_total";
const APPEND_FAILED: &str = "slotkeeper_append_failed_total";
const CLOCK_JUMP_SECONDS: &str = "slotkeeper_database_clock_jump_seconds";
const RECONNECTS: &str = "slotkeeper_log_reconnects_total";
const TASK_RESTARTS: &str = "slotkeeper_task_restarts_total";
const DUTIES_GIVEN_BACK: &str = "slotkeeper_duties_given_back_total";
const TROUBLES: &str = "slotkeeper_troubles";
const CHANGED_ROWS: &str = "slotkeeper_retention_changed_rows_total";
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
        "Events in one committed append to a partition"
    );
    describe_histogram!(
        APPEND_PARTITIONS,
        Unit::Count,
        "Partitions that one statement appends to"
    );
    describe_counter!(
        APPEND_MISSED,
        "Appends that found the head elsewhere, or locked: another node had written, or was about to"
    );
    // So that the first miss shows as a change and not as a beginning.
    counter!(APPEND_MISSED).increment(0);
    describe_counter!(
        APPEND_FAILED,
        "Appends that failed, by what is known of their end"
    );
    describe_gauge!(
        CLOCK_JUMP_SECONDS,
        Unit::Seconds,
        "How far the database's clock is ahead of what has elapsed since it was believed; 0 while it is believed"
    );
    gauge!(CLOCK_JUMP_SECONDS).set(0.0);
    describe_counter!(
        RECONNECTS,
        "Times that a background task of the log had to connect again, by task"
    );
    describe_counter!(
        TASK_RESTARTS,
        "Times that a background task failed and was started again, by task"
    );
    describe_counter!(
        DUTIES_GIVEN_BACK,
        "Times that this node gave up a duty that it could not do, by duty"
    );
    describe_gauge!(
        TROUBLES,
        "What keeps this node from its work now; above 0 it is not ready"
    );
    gauge!(TROUBLES).set(0.0);
    describe_counter!(
        CHANGED_ROWS,
        "Rows of the log that retention found changed, and left as they are; some more than once"
    );
    // So that the first one shows as a change and not as a beginning.
    counter!(CHANGED_ROWS).increment(0);
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

/// A statement that appends to so many partitions is sent.
pub(crate) fn joined(partitions: usize) {
    #[expect(clippy::cast_precision_loss, reason = "a log has at most 1,024")]
    histogram!(APPEND_PARTITIONS).record(partitions as f64);
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
        Err(error) => {
            let end = match error.certainty() {
                Certainty::Unknown => "unknown",
                Certainty::NothingWritten | Certainty::HistoryChanged => "refused",
            };
            counter!(APPEND_FAILED, "end" => end).increment(1);
        }
    }
}

/// The database's clock is off by so many milliseconds; none when it is believed.
pub(crate) fn clock_is_off(by_ms: i64) {
    #[expect(
        clippy::cast_precision_loss,
        reason = "no jump is of 2^52 milliseconds"
    )]
    gauge!(CLOCK_JUMP_SECONDS).set(by_ms as f64 / 1_000.0);
}

/// Retention has found so many rows that were changed.
pub(crate) fn changed_rows(count: u64) {
    counter!(CHANGED_ROWS).increment(count);
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

/// A background task has failed and is started again.
pub(crate) fn restarted(task: &'static str) {
    counter!(TASK_RESTARTS, "task" => task).increment(1);
}

/// So many things keep this node from its work.
pub(crate) fn troubles(count: usize) {
    #[expect(clippy::cast_precision_loss, reason = "there are few")]
    gauge!(TROUBLES).set(count as f64);
}

/// This node has given a duty to whoever takes it.
pub(crate) fn duty_given_back(duty: &'static str) {
    counter!(DUTIES_GIVEN_BACK, "duty" => duty).increment(1);
}

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
const TASK_RESTARTS: &str = "slotkeeper_task_restarts_total";
const DUTIES_GIVEN_BACK: &str = "slotkeeper_duties_given_back_total";
const TROUBLES: &str = "slotkeeper_troubles";

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

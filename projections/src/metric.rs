//! What projections tell Prometheus.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// Gauge, labels partition and view.
pub(crate) const LAG_EVENTS: &str = "slotkeeper_projection_lag_events";
/// Gauge, labels partition and view.
pub(crate) const LAG_SECONDS: &str = "slotkeeper_projection_lag_seconds";
/// Histogram.
pub(crate) const BATCH_EVENTS: &str = "slotkeeper_projection_batch_events";
/// Histogram.
pub(crate) const BATCH_SECONDS: &str = "slotkeeper_projection_batch_seconds";
/// Counter, label partition.
pub(crate) const BATCHES_DROPPED: &str = "slotkeeper_projection_batches_dropped_total";
/// Gauge, label partition.
pub(crate) const BEYOND_HEAD: &str = "slotkeeper_projection_beyond_head";
/// Counter, label kind.
pub(crate) const CACHE_HITS: &str = "slotkeeper_read_cache_hits_total";
/// Counter, label kind.
pub(crate) const CACHE_MISSES: &str = "slotkeeper_read_cache_misses_total";
/// Gauge.
pub(crate) const WATCHED_DAYS: &str = "slotkeeper_sse_watched_days";
/// Histogram.
pub(crate) const LIVE_LAG: &str = "slotkeeper_live_lag_seconds";

/// Tells what each means. Describing again changes nothing.
pub(crate) fn describe() {
    describe_gauge!(
        LAG_EVENTS,
        "Events that the partition's log has and the view has not."
    );
    describe_gauge!(
        LAG_SECONDS,
        Unit::Seconds,
        "Age of the oldest event that the view has not; 0 when it has all."
    );
    describe_histogram!(
        BATCH_EVENTS,
        "Events that the views took in one transaction."
    );
    describe_histogram!(
        BATCH_SECONDS,
        Unit::Seconds,
        "From the folding of a batch to the commit of the views."
    );
    describe_counter!(
        BATCHES_DROPPED,
        "Batches thrown away because another node had moved the checkpoints."
    );
    describe_gauge!(
        BEYOND_HEAD,
        "1 while a view's checkpoint lies beyond the log's head: the view must be rebuilt."
    );
    describe_counter!(CACHE_HITS, "Days and resources that were read from memory.");
    describe_counter!(CACHE_MISSES, "Days and resources that cost a query.");
    describe_gauge!(WATCHED_DAYS, "Days that somebody watches on this node.");
    describe_histogram!(
        LIVE_LAG,
        Unit::Seconds,
        "From an event's recording to its publication to this node's viewers."
    );
}

//! The metrics of this process, as Prometheus reads them.

use std::{sync::OnceLock, time::Duration};

use metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// Names of the metrics that are counted in this crate's HTTP part.
pub(crate) mod names {
    /// Requests answered, by method, route and status.
    pub(crate) const HTTP_REQUESTS: &str = "slotkeeper_http_requests_total";
    /// Seconds from a request's headers to its answer's, by method and route.
    pub(crate) const HTTP_SECONDS: &str = "slotkeeper_http_request_seconds";
    /// Reads that were answered 304.
    pub(crate) const NOT_MODIFIED: &str = "slotkeeper_http_not_modified_total";
    /// Refusals to clients that did or had too much, by limit, and by whether it is that of
    /// an address or of a session.
    pub(crate) const LIMITED: &str = "slotkeeper_limited_total";
    /// Connections open.
    pub(crate) const CONNECTIONS: &str = "slotkeeper_http_connections";
    /// Viewers' streams open.
    pub(crate) const SSE_SUBSCRIBERS: &str = "slotkeeper_sse_subscribers";
    /// Auditors' streams open.
    pub(crate) const LOG_SUBSCRIBERS: &str = "slotkeeper_log_subscribers";
    /// Frames sent on streams, ids alone among them, keep-alive comments not.
    pub(crate) const SSE_FRAMES: &str = "slotkeeper_sse_frames_total";
    /// Bytes sent on streams.
    pub(crate) const SSE_BYTES: &str = "slotkeeper_sse_bytes_total";
}

/// Seconds: from what memory answers in to what clients give up at.
const SECONDS: &[f64] = &[
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
    10.0, 30.0,
];
/// Counts of things done at once: from one to the limits.
const SIZES: &[f64] = &[
    1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 4096.0,
];

/// How often observations are folded into their histograms.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// The recorder of this process, installed at the first call and shared by every
/// server in it.
///
/// # Errors
///
/// When the process has another recorder.
pub(crate) fn handle() -> Result<PrometheusHandle, BuildError> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    static INSTALLING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _turn = INSTALLING.lock();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_commands".into()), SIZES)?
        .set_buckets_for_metric(Matcher::Suffix("_events".into()), SIZES)?
        .set_buckets_for_metric(Matcher::Suffix("_partitions".into()), SIZES)?
        .install_recorder()?;
    describe();
    Ok(HANDLE.get_or_init(|| handle).clone())
}

/// Keeps the histograms small until the returned future is dropped.
pub(crate) async fn upkeep(handle: PrometheusHandle) {
    loop {
        tokio::time::sleep(UPKEEP_EVERY).await;
        handle.run_upkeep();
    }
}

fn describe() {
    describe_counter!(names::HTTP_REQUESTS, "Requests answered.");
    describe_histogram!(names::HTTP_SECONDS, "Seconds to the head of an answer.");
    describe_counter!(names::NOT_MODIFIED, "Reads answered 304.");
    describe_counter!(
        names::LIMITED,
        "Refusals to clients that did or had too much."
    );
    describe_gauge!(names::CONNECTIONS, "Connections open.");
    describe_gauge!(names::SSE_SUBSCRIBERS, "Viewers' streams open.");
    describe_gauge!(names::LOG_SUBSCRIBERS, "Auditors' streams open.");
    describe_counter!(names::SSE_FRAMES, "Frames sent on streams.");
    describe_counter!(names::SSE_BYTES, "Bytes sent on streams.");
}

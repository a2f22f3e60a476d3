//! Every benchmark runs, small: they check by themselves that what was
//! acknowledged is kept once and that nothing overlaps, and fail otherwise.
#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::path::Path;

use bench::{
    book, expire, history, hot, partitions, read, rebuild,
    report::{Report, Samples, page},
    scale::Scale,
    watch,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_bench");

/// That the report has a figure above zero of every contender in every case, and
/// a page.
fn has_figures(report: &Report, rows: usize, metric: &str) {
    let figures: Vec<f64> = report
        .rows
        .iter()
        .filter_map(|row| report.samples(&row.case, &row.contender, metric))
        .map(Samples::median)
        .collect();
    assert_eq!(figures.len(), rows, "{report:#?}");
    assert!(figures.iter().all(|figure| *figure > 0.0), "{report:#?}");
    assert!(page(report).contains(&report.benchmark));
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_books_the_same_list() {
    let report = book::run(Scale::tiny(), Path::new(PROGRAM)).await.unwrap();
    let without_redis = usize::from(report.machine.redis.is_none());
    has_figures(&report, 6 - without_redis, "bookings/s");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_one_hour_to_two() {
    let report = hot::run(Scale::tiny()).await.unwrap();
    has_figures(&report, 5, "commands/s");
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_are_answered_as_bare_ones_are() {
    let report = read::run(Scale::tiny(), Path::new(PROGRAM)).await.unwrap();
    has_figures(&report, 6, "answers/s");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_is_written_and_read_beside_none() {
    let report = history::run(Scale::tiny(), Path::new(PROGRAM))
        .await
        .unwrap();
    has_figures(&report, 6, "answers/s");
    has_figures(&report, 2, "bookings/s");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_subscriber_gets_the_last_state() {
    let report = watch::run(Scale::tiny(), Path::new(PROGRAM)).await.unwrap();
    has_figures(&report, 2, "frames");
    for row in &report.rows {
        let behind = report.samples(&row.case, &row.contender, "without the end");
        assert_eq!(behind.unwrap().max().to_bits(), 0_f64.to_bits(), "{row:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hold_that_stops_ends() {
    let report = expire::run(Scale::tiny()).await.unwrap();
    has_figures(&report, 2, "max ms");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_book_on_the_same_partitions() {
    let report = partitions::run(Scale::tiny()).await.unwrap();
    has_figures(&report, 2, "bookings/s");
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_made_anew_beside_a_replay_of_the_same_events() {
    let report = rebuild::run(Scale::tiny(), Path::new(PROGRAM))
        .await
        .unwrap();
    has_figures(&report, 3, "events/s");
    has_figures(&report, 3, "peak MB");
}

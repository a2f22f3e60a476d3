//! What Prometheus is told.

use domain::partition::Partition;
use eventlog::testing::TestDatabase;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use projections::live::LiveLimits;

use crate::support::{
    A, FAIL, Node, PATIENCE, World, book, days, dump, found, put, span, studio_a, tuesday,
};

const PARTITION: Partition = Partition::new(0);

fn recorder() -> (PrometheusRecorder, PrometheusHandle) {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    (recorder, handle)
}

/// Waits until a line says so; returns all that is told then.
#[track_caller]
fn told(handle: &PrometheusHandle, line: &str) -> impl Future<Output = String> {
    let expected = line.to_owned();
    found(async move || {
        let told = handle.render();
        told.lines().any(|line| line == expected).then_some(told)
    })
}

#[tokio::test]
async fn the_lag_of_each_view_is_told_in_events_and_seconds() {
    let (recorder, handle) = recorder();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    world.does(put(&studio_a(), "Studio A")).await;
    let _runner = node.run_views(1);
    for view in ["daily_availability", "presence", "bookings", "resources"] {
        let labels = format!("{{partition=\"0\",view=\"{view}\"}}");
        told(
            &handle,
            &format!("slotkeeper_projection_lag_events{labels} 0"),
        )
        .await;
        told(
            &handle,
            &format!("slotkeeper_projection_lag_seconds{labels} 0"),
        )
        .await;
    }

    sqlx::raw_sql(FAIL).execute(node.log.pool()).await.unwrap();
    world.does(book(A, span("2026-11-24T13:00", 60), 1)).await;
    let behind = r#"slotkeeper_projection_lag_events{partition="0",view="presence"} 2"#;
    let told = told(&handle, behind).await;
    assert!(
        told.contains("# HELP slotkeeper_projection_lag_events "),
        "{told}"
    );
    assert!(
        told.contains("slotkeeper_projection_batch_events"),
        "{told}"
    );
    assert!(
        told.contains("slotkeeper_projection_batch_seconds"),
        "{told}"
    );
}

#[tokio::test]
async fn a_view_ahead_of_the_log_is_told_and_takes_nothing_until_it_is_rebuilt() {
    let (recorder, handle) = recorder();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    let pool = node.log.pool();
    let run = async |statement: &str| {
        sqlx::raw_sql(statement).execute(pool).await.unwrap();
    };
    let plant = "insert into checkpoints (partition, view, position)
        values (0, 'presence', 1000), (0, 'bookings', 0), (0, 'resources', 0),
            (0, 'daily_availability', 0)";
    run(plant).await;
    let end = world.does(put(&studio_a(), "Studio A")).await;
    let runner = node.run_views(1);
    told(
        &handle,
        r#"slotkeeper_projection_beyond_head{partition="0"} 1"#,
    )
    .await;
    assert_eq!(dump(pool).await, Vec::<String>::new());

    run("update checkpoints set position = 0").await;
    let progress = &runner.progress;
    progress.wait_for(PARTITION, end, PATIENCE).await.unwrap();
    told(
        &handle,
        r#"slotkeeper_projection_beyond_head{partition="0"} 0"#,
    )
    .await;
    assert_eq!(dump(pool).await.len(), 1);
}

#[tokio::test]
async fn reads_are_told_by_whether_memory_served_them_and_watched_days_are_counted() {
    let (recorder, handle) = recorder();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let feed = node.feed_with(LiveLimits::default()).await;
    let week = || days("2026-11-23", "2026-11-29");
    feed.days(&studio_a(), tuesday()).await.unwrap();
    feed.days(&studio_a(), week()).await.unwrap();
    feed.resource(&studio_a()).await.unwrap();
    feed.resource(&studio_a()).await.unwrap();
    for line in [
        r#"slotkeeper_read_cache_misses_total{kind="day"} 7"#,
        r#"slotkeeper_read_cache_hits_total{kind="day"} 1"#,
        r#"slotkeeper_read_cache_misses_total{kind="resource"} 1"#,
        r#"slotkeeper_read_cache_hits_total{kind="resource"} 1"#,
    ] {
        told(&handle, line).await;
    }

    let one = feed.watch(&studio_a(), week(), None).await.unwrap();
    let other = feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    told(&handle, "slotkeeper_sse_watched_days 7").await;
    drop(one);
    told(&handle, "slotkeeper_sse_watched_days 1").await;
    drop(other);
    told(&handle, "slotkeeper_sse_watched_days 0").await;
}

//! A resource with a long past: what is asked of a day costs what it cost when
//! there was none. PostgreSQL itself tells the plans, of the statements that the
//! server's own code sends, in the order in which it sends them.

use std::sync::Arc;

use domain::{
    calendar::{Day, SlotMask},
    ids::ResourceId,
};
use eventlog::{
    LeaseSettings, Leases, Log, LogSettings, MasterKey, Standing, testing::book_whole_days,
};
use executor::{Executor, ExecutorLimits};
use projections::{
    live::{LiveFeed, LiveLimits},
    view::StandingViews,
};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::{layer::SubscriberExt, registry};

use crate::{
    cluster::{Cluster, DEADLINE, Node, PARTITIONS, random_id, request},
    commands::*,
    plans::{EXPLAINED, Plan, Plans},
};

/// Days gone by: 100,032 bookings.
const DAYS: u32 = 1042;

/// Days written in one append.
const DAYS_AT_ONCE: usize = 20;

/// How many more pages a way down an index may touch for a hundred thousand
/// bookings, which fill thousands: its levels, and the neighbours of its leaf.
const DEEPER: i64 = 6;

impl Plan {
    /// Whether another execution was this one again, in an index that may have
    /// become deeper. It may have had more streams to look for, or fewer: a fresh
    /// day need not be looked for once it is known to be one.
    #[track_caller]
    fn assert_still(&self, late: &Self) {
        assert_eq!(self.shape, late.shape);
        let of_each = self.pages / self.descents + 1 + DEEPER;
        let most = of_each * late.descents;
        assert!(late.pages <= most, "{self:#?} became {late:#?}");
    }
}

/// How a day that nobody has touched is loaded to be booked, and then to be read.
struct Loads {
    to_book: Plan,
    to_read: Plan,
}

const STREAMS: &str = include_str!("../../../eventlog/src/read/read_streams.sql");
const VIEWS: &str = include_str!("../../../projections/src/live/load_days.sql");

/// Starts a node that knows nothing yet, and lets it book an hour of `day` and
/// read the day and `past`, each for the first time; `projector` writes the views.
async fn load(
    cluster: &Cluster,
    projector: &Node,
    plans: &Plans,
    day: &str,
    past: Option<Day>,
) -> (Loads, Option<Plan>) {
    let options = cluster.database.options().options(EXPLAINED);
    let settings = LogSettings {
        partitions: PARTITIONS,
        master_key: MasterKey::new([7; 32]),
    };
    let log = Log::open(eventlog::pool(options, 8), settings)
        .await
        .unwrap();
    let stop = CancellationToken::new();
    let idle = CancellationToken::new();
    idle.cancel();
    let leases = Leases::start(&log, random_id(), LeaseSettings::default(), idle);
    let standing: Arc<dyn Standing> = Arc::new(StandingViews::new(log.clone()));
    let executor = Executor::start(
        log.clone(),
        &standing,
        &leases,
        &ExecutorLimits::default(),
        stop.clone(),
    );
    let feed = LiveFeed::start(log.clone(), LiveLimits::default(), stop.clone())
        .await
        .unwrap();

    plans.clear();
    let booking = book(STUDIO, A, span(&format!("{day}T10:00"), 60));
    let booked = executor.execute(request(booking)).await.unwrap();
    let to_book = plans.take(STREAMS);
    cluster.project(projector).await;

    let studio: ResourceId = STUDIO.parse().unwrap();
    let partition = booked.position.partition;
    feed.wait_for(partition, booked.position.position, DEADLINE)
        .await
        .unwrap();
    plans.clear();
    let date: Day = format!("2040-01-{day}").parse().unwrap();
    let read = feed.days(&studio, date..=date).await.unwrap();
    assert_eq!(
        read[0].busy,
        span(&format!("{day}T10:00"), 60).mask_on(date)
    );
    let to_read = plans.take(VIEWS);
    let mut of_past = None;
    if let Some(past) = past {
        let read = feed.days(&studio, past..=past).await.unwrap();
        assert_eq!(read[0].busy, SlotMask::FULL);
        of_past = Some(plans.take(VIEWS));
    }
    stop.cancel();
    executor.stopped().await;
    log.close().await;
    (Loads { to_book, to_read }, of_past)
}

fn first_day() -> Day {
    "2020-01-01".parse().unwrap()
}

/// Books every quarter hour of [`DAYS`] days that are gone by.
async fn write_past(log: &Log) {
    let studio: ResourceId = STUDIO.parse().unwrap();
    let days: Vec<Day> = (0..DAYS)
        .map(|nth| first_day().plus(nth).unwrap())
        .collect();
    for days in days.chunks(DAYS_AT_ONCE) {
        book_whole_days(log, &studio, days).await.unwrap();
    }
}

#[tokio::test]
async fn a_hundred_thousand_past_bookings_leave_a_day_one_row_and_a_fresh_day_as_it_was() {
    let plans = Plans::default();
    let _guard = tracing::subscriber::set_default(registry().with(plans.clone()));
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let (early, _) = load(&cluster, &node, &plans, "02", None).await;
    write_past(&node.log).await;
    cluster.project(&node).await;
    // As autovacuum would: of what has grown.
    sqlx::query("vacuum analyze events, bookings, daily_availability")
        .execute(cluster.database.pool())
        .await
        .unwrap();
    assert!(cluster.count("select count(*) from bookings").await > 100_000);

    let past = first_day().plus(DAYS / 2);
    let (late, of_past) = load(&cluster, &node, &plans, "03", past).await;
    for plan in [&late.to_read, &of_past.unwrap()] {
        let of_availability: Vec<_> = (plan.rows.iter())
            .filter(|(table, _)| table == "daily_availability")
            .collect();
        assert_eq!(
            of_availability,
            [&("daily_availability".to_owned(), 1)],
            "{plan:#?}"
        );
        let by_key = "Index Scan daily_availability_pkey".to_owned();
        assert!(plan.shape.contains(&by_key), "{plan:#?}");
        // A row of the log for each view says whether it is of its history.
        let read_of = |of: &str| {
            let rows = plan.rows.iter().filter(|(table, _)| table == of);
            rows.map(|(_, rows)| *rows).sum::<i64>()
        };
        assert!(read_of("events") <= 2, "{plan:#?}");
        assert_eq!(read_of("bookings"), 0, "{plan:#?}");
    }
    early.to_read.assert_still(&late.to_read);
    early.to_book.assert_still(&late.to_book);
}

//! A resource with a long past: what is asked of a day costs what it cost when
//! there was none. PostgreSQL itself tells the plans, of the statements that the
//! server's own code sends, in the order in which it sends them.

use std::sync::{Arc, Mutex};

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
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    layer::{Context, Layer, SubscriberExt},
    registry,
};

use crate::{
    cluster::{Cluster, DEADLINE, Node, PARTITIONS, random_id, request},
    commands::*,
};

/// What makes PostgreSQL tell whoever asks how it went about it.
const EXPLAINED: [(&str, &str); 7] = [
    ("session_preload_libraries", "auto_explain"),
    ("auto_explain.log_min_duration", "0"),
    ("auto_explain.log_analyze", "on"),
    ("auto_explain.log_buffers", "on"),
    ("auto_explain.log_timing", "off"),
    ("auto_explain.log_format", "json"),
    ("client_min_messages", "log"),
];

/// Days gone by: 100,032 bookings.
const DAYS: u32 = 1042;

/// Days written in one append.
const DAYS_AT_ONCE: usize = 20;

/// Tables of what there is now. They are read as their statistics have it, which
/// autovacuum brings up to date at its own times.
const SMALL: [&str; 2] = ["checkpoints", "presence"];

/// How many more pages a way down an index may touch for a hundred thousand
/// bookings, which fill thousands: its levels, and the neighbours of its leaf.
const DEEPER: i64 = 6;

/// The plans that PostgreSQL has told, in their order.
#[derive(Debug, Clone, Default)]
struct Plans(Arc<Mutex<Vec<Value>>>);

impl<S: Subscriber> Layer<S> for Plans {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::postgres::notice" {
            event.record(&mut self.clone());
        }
    }
}

impl Visit for Plans {
    fn record_str(&mut self, _: &Field, message: &str) {
        if let Some(plan) = message.find('{') {
            let plan = serde_json::from_str(&message[plan..]).unwrap();
            self.0.lock().unwrap().push(plan);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Plans {
    /// That of the only time that a statement was executed since the last call.
    fn take(&self, statement: &str) -> Plan {
        let plans = std::mem::take(&mut *self.0.lock().unwrap());
        let of =
            |plan: &&Value| plan["Query Text"].as_str().map(str::trim) == Some(statement.trim());
        let mut found = plans.iter().filter(of);
        let plan = found
            .next()
            .unwrap_or_else(|| panic!("no plan of {statement}"));
        assert_eq!(found.next(), None, "executed twice: {statement}");
        Plan::of(&plan["Plan"])
    }
}

/// What a plan came to.
#[derive(Debug)]
struct Plan {
    /// How each node goes about it, from the top; without those of [`SMALL`] tables.
    shape: Vec<String>,
    /// Pages looked at, in memory or not.
    pages: i64,
    /// Ways down an index.
    descents: i64,
    /// By table: how many rows were found in it.
    rows: Vec<(String, i64)>,
}

impl Plan {
    fn of(top: &Value) -> Self {
        let number = |node: &Value, name: &str| node[name].as_i64().unwrap_or(0);
        let pages = ["Shared Hit Blocks", "Shared Read Blocks"].map(|name| number(top, name));
        let mut plan = Self {
            shape: Vec::new(),
            pages: pages.iter().sum(),
            descents: 0,
            rows: Vec::new(),
        };
        let mut nodes = vec![top];
        while let Some(node) = nodes.pop() {
            let text = |name: &str| node[name].as_str().unwrap_or_default().to_owned();
            let (table, loops) = (text("Relation Name"), number(node, "Actual Loops"));
            if node["Index Name"].is_string() {
                plan.descents += loops;
            }
            if !SMALL.contains(&table.as_str()) {
                let (kind, index) = (text("Node Type"), text("Index Name"));
                plan.shape.push(format!("{kind} {index}"));
            }
            if !table.is_empty() {
                plan.rows.push((table, number(node, "Actual Rows") * loops));
            }
            nodes.extend(node["Plans"].as_array().into_iter().flatten());
        }
        plan
    }

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

    plans.0.lock().unwrap().clear();
    let booking = book(STUDIO, A, span(&format!("{day}T10:00"), 60));
    let booked = executor.execute(request(booking)).await.unwrap();
    let to_book = plans.take(STREAMS);
    cluster.project(projector).await;

    let studio: ResourceId = STUDIO.parse().unwrap();
    let partition = booked.position.partition;
    feed.wait_for(partition, booked.position.position, DEADLINE)
        .await
        .unwrap();
    plans.0.lock().unwrap().clear();
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
        assert!(
            plan.rows
                .iter()
                .all(|(table, _)| table != "events" && table != "bookings")
        );
    }
    early.to_read.assert_still(&late.to_read);
    early.to_book.assert_still(&late.to_book);
}

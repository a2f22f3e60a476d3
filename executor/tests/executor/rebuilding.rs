//! Views trade places with others in the making while days are read from them.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use domain::{
    calendar::{Day, Timestamp},
    event::Event,
    ids::ResourceId,
    partition::Partition,
    resource_day::ResourceDay,
    stream::StreamId,
};
use eventlog::{LogError, Standing, read_streams_after};
use executor::{ExecutorLimits, Failure, Receipt};
use projections::{
    rebuild::{Tell, rebuild},
    view::{StandingViews, View},
};
use sqlx::{PgConnection, postgres::PgConnectOptions};
use tokio::{task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    cluster::{Cluster, DEADLINE, Node},
    commands::*,
    lagging::Views,
    model::{Commands, Model, TINY},
};

/// Commands that are asked for at least.
const STEPS: u32 = 300;
/// Rebuilds that are done meanwhile at least.
const REBUILDS: u32 = 8;

/// Rebuilds some views after the other.
struct Rebuilding {
    done: Arc<AtomicU32>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Rebuilding {
    fn start(options: PgConnectOptions) -> Self {
        let (done, stop) = (Arc::new(AtomicU32::new(0)), CancellationToken::new());
        let (count, stopped) = (Arc::clone(&done), stop.clone());
        let task = tokio::spawn(async move {
            let tell: Tell = Arc::new(|_| ());
            while !stopped.is_cancelled() {
                let views = match count.load(Ordering::Relaxed) % 3 {
                    0 => &View::ALL[..],
                    1 => &[View::Bookings],
                    _ => &[View::Bookings, View::Presence],
                };
                rebuild(&options, views, &tell).await.unwrap();
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self { done, stop, task }
    }

    fn done(&self) -> u32 {
        self.done.load(Ordering::Relaxed)
    }

    async fn end(self) {
        self.stop.cancel();
        timeout(DEADLINE, self.task).await.unwrap().unwrap();
    }
}

/// Asks until there is an answer; what failed is tried again only if nothing was done
/// and if it was the database that could not just then.
async fn answered(node: &Node, command: &domain::command::Command) -> Result<Receipt, Failure> {
    loop {
        match node.execute(command.clone()).await {
            Err(Failure::Unavailable(error)) if !error.is_unreadable() => {}
            answer => return answer,
        }
    }
}

/// A day as a cold load has it: by its views, and by the events behind them.
async fn loaded(
    connection: &mut PgConnection,
    views: &StandingViews,
    partition: Partition,
    day: &(ResourceId, Day),
) -> Result<ResourceDay, LogError> {
    let stood = views.days(connection, partition, std::slice::from_ref(day));
    let stood = stood.await?.remove(0);
    let mut state = match stood.sequence {
        0 => ResourceDay::default(),
        _ => stood.state,
    };
    let stream = StreamId::ResourceDay(day.0.clone(), day.1);
    let tail = read_streams_after(connection, partition, &[(stream, stood.sequence)]).await?;
    for recorded in &tail[0].events {
        let Event::ResourceDay(event) = &recorded.event else {
            panic!("an event in a stream of another type");
        };
        state.evolve(event);
    }
    Ok(state)
}

/// Asserts that each day, loaded cold, is what its stream comes to.
async fn days_are_as_folded(node: &Node, model: &Model) {
    let views = StandingViews::new(node.log.clone());
    let mut connection = node.log.pool().acquire().await.unwrap();
    for (day, expected) in &model.days {
        let partition = partition_of(day.0.as_str());
        let state = loop {
            match loaded(&mut connection, &views, partition, day).await {
                Err(error) if !error.is_unreadable() => {}
                state => break state.unwrap(),
            }
        };
        assert_eq!(state, *expected, "{day:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_loaded_from_views_while_others_take_their_place() {
    let cluster = Cluster::new().await;
    let limits = ExecutorLimits {
        cached_streams: TINY,
        ..ExecutorLimits::default()
    };
    let node = cluster.node_with(limits).await;
    let _views = Views::start(&node);
    let rebuilding = Rebuilding::start(cluster.database.options());
    let (mut model, mut commands) = (Model::default(), Commands::new(20_401_232));
    let (mut now, mut step) = (Timestamp::EPOCH, 0);
    while step < STEPS || rebuilding.done() < REBUILDS {
        let command = commands.next();
        let answer = timeout(DEADLINE, answered(&node, &command)).await.unwrap();
        let told = format!("step {step}, after {} rebuilds", rebuilding.done());
        if let Some(outcome) = model.agrees(&command, answer, &mut now, &told) {
            commands.note(&outcome);
        }
        if step % 10 == 0 {
            timeout(DEADLINE, days_are_as_folded(&node, &model))
                .await
                .unwrap();
        }
        step += 1;
    }
    rebuilding.end().await;
    assert!(commands.bookings.len() > 20, "{}", commands.bookings.len());
    cluster.audit().await;
}

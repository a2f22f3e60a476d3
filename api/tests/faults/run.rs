//! A seed's run, from its database's start to its verdict.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use eventlog::testing::SkewedClock;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::{
    task::{JoinError, JoinSet},
    time::Instant,
};

use crate::{
    ask::resource_name,
    check::{self, Branch, Course, Promise, Violation},
    client::{Client, DURATIONS},
    database::Database,
    deed::{Claim, Deed},
    draw::Draw,
    epilogue, history,
    kind::Kind,
    node::{ADMIN_KEY, DEADLINE, Node},
    plan::{AFTERMATH, LENGTH, Plan},
    stage::{Stage, Visitor, pause},
    stretch::kept_free_after,
};

/// Enough for most, when something is bound to hang.
const DEADLINE_OF_DEFECTS: Duration = Duration::from_secs(15);

/// How many ask at once when a queue is to be made.
const CROWD: u32 = 16;

/// What came of a seed.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) plan: Plan,
    pub(crate) violations: Vec<Violation>,
    /// How many faults there were, by kind.
    pub(crate) faults: BTreeMap<Kind, u64>,
    /// How many attempts came to what.
    pub(crate) counts: BTreeMap<&'static str, u64>,
    pub(crate) took: Duration,
}

impl Report {
    /// Of a run that came to no end.
    pub(crate) fn broken_off(plan: Plan, error: &JoinError) -> Self {
        Self {
            plan,
            violations: vec![Violation {
                promise: Promise::Alive,
                says: format!("the run broke off: {error}"),
            }],
            faults: BTreeMap::new(),
            counts: BTreeMap::new(),
            took: Duration::ZERO,
        }
    }
}

/// Runs a plan in a folder of its own, which stays when something is wrong.
pub(crate) async fn run(
    plan: Plan,
    template: &Path,
    folder: PathBuf,
    defect: Option<&'static str>,
) -> Report {
    SkewedClock::sweep();
    let began = Instant::now();
    let stage = set_up(&plan, template, &folder, defect).await;
    let mut draw = Draw::new(plan.seed ^ 0x5eed);
    play(&stage, &plan, &mut draw).await;
    epilogue::starts_are_accepted(&stage, &plan).await;
    come_to_rest(&stage).await;
    let mut violations = stop(&stage).await;
    let deeds = std::mem::take(&mut *stage.deeds.lock().unwrap());
    let (course, events) = course(&stage, &plan, &mut violations).await;
    violations.extend(check::check(&course, &deeds));
    let mut database = stage.database.lock().await;
    database.stop().await;
    let keep = !violations.is_empty() && defect.is_none();
    database.leave(keep).await;
    drop(database);
    let mut counts = count(&deeds);
    counts.insert("events in the logs", events);
    let faults = happened(&stage, &plan);
    drop(stage);
    if violations.is_empty() || defect.is_some() {
        fs::remove_dir_all(&folder).unwrap();
    }
    Report {
        faults,
        plan,
        violations,
        counts,
        took: began.elapsed(),
    }
}

async fn set_up(
    plan: &Plan,
    template: &Path,
    folder: &Path,
    defect: Option<&'static str>,
) -> Arc<Stage> {
    let database = Database::start(plan, template, folder.join("data")).await;
    let options = database.options();
    let nodes = (0..plan.nodes).map(|number| {
        let folder = folder.join(format!("node-{number}"));
        Node::new(plan, &database, &folder, defect)
    });
    let nodes: Vec<Node> = nodes.collect();
    // The first makes the log.
    nodes[0].start().await;
    futures::future::join_all(nodes[1..].iter().map(Node::start)).await;
    let now_ms = database_ms(&options).await;
    let deadline = defect.map_or(DEADLINE, |_| DEADLINE_OF_DEFECTS);
    let stage = Stage::new(database, nodes, now_ms, deadline);
    let client = reqwest::Client::new();
    let base = stage.nodes[0].base().unwrap();
    for resource in 0..plan.resources {
        let put = client.put(format!("{base}/v1/resources/{}", resource_name(resource)));
        let put = put.bearer_auth(ADMIN_KEY).json(&settings(resource));
        // Where waits are tiny, nobody may know for a while whether it was done.
        while !put
            .try_clone()
            .unwrap()
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
        {
            pause(Duration::from_millis(50)).await;
        }
    }
    Arc::new(stage)
}

async fn database_ms(options: &PgConnectOptions) -> i64 {
    let mut connection = PgConnection::connect_with(options).await.unwrap();
    let now: i64 =
        sqlx::query_scalar("select (extract(epoch from clock_timestamp()) * 1000)::bigint")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    connection.close().await.unwrap();
    now
}

/// Always open, with the shortest leases there are; some keep time free after each span.
fn settings(resource: usize) -> Value {
    json!({
        "name": "Room",
        "timezone": "UTC",
        "durations": DURATIONS.map(|quarters| quarters * 15),
        "bufferAfter": kept_free_after(resource) * 15,
        "lastDay": "9999-12-31",
        "leaseMs": 5_000,
        "checkoutLeaseMs": 6_000,
        "holdMaxMs": 9_000,
    })
}

/// Begins a session.
pub(crate) async fn visitor(base: &str) -> Visitor {
    let begun = reqwest::Client::new().post(format!("{base}/v1/sessions"));
    let begun: Value = begun.send().await.unwrap().json().await.unwrap();
    Visitor {
        session: begun["sessionId"].as_str().unwrap().parse().unwrap(),
        token: begun["token"].as_str().unwrap().to_owned(),
    }
}

/// Lets clients and faults at each other.
async fn play(stage: &Arc<Stage>, plan: &Plan, draw: &mut Draw) {
    let base = stage.nodes[0].base().unwrap();
    let mut clients = JoinSet::new();
    let mut number = 0;
    let mut next = async |draw: &mut Draw| {
        number += 1;
        let resource = draw.index(plan.resources);
        let visitor = visitor(&base).await;
        Client::new(Arc::clone(stage), draw.fork(), number, resource, visitor)
    };
    for _ in 0..plan.clients {
        clients.spawn(next(draw).await.wander());
    }
    if plan.kinds.contains(&Kind::LeaveAgainstBeat) {
        for _ in 0..2 {
            clients.spawn(next(draw).await.duel());
        }
    }
    if plan.kinds.contains(&Kind::SleepWithQueue) {
        for _ in 0..CROWD {
            clients.spawn(next(draw).await.rush());
        }
    }
    if plan.kinds.contains(&Kind::MeetAtExpiry) {
        for _ in 0..5 {
            let rival = visitor(&base).await;
            clients.spawn(next(draw).await.meet_at_expiry(rival));
        }
    }
    let mut faults = JoinSet::new();
    for (at, kind, fault) in plan.faults.clone() {
        let stage = Arc::clone(stage);
        faults.spawn(async move {
            pause(at).await;
            stage.suffer(kind, fault).await;
        });
    }
    pause(LENGTH).await;
    while let Some(ended) = faults.join_next().await {
        ended.unwrap();
    }
    pause(AFTERMATH).await;
    stage.over.cancel();
    while let Some(ended) = clients.join_next().await {
        ended.unwrap();
    }
}

/// Waits until all holds have ended and the views have it all.
async fn come_to_rest(stage: &Stage) {
    let options = stage.database.lock().await.options();
    let deadline = Instant::now() + stage.deadline;
    let mut left = String::new();
    while Instant::now() < deadline {
        match unrest(&options).await {
            Ok((0, 0, 0)) => return,
            Ok((holds, behind, ahead)) => {
                left = format!(
                    "{holds} holds live, {behind} partitions are not in the views, \
                     {ahead} leases end later than any can"
                );
            }
            Err(error) => left = error.to_string(),
        }
        pause(Duration::from_millis(200)).await;
    }
    stage.stick(format!("it does not come to rest: {left}"));
}

/// How many holds live, how many partitions the views are behind with, and how many
/// leases that a fault dated ahead no server has taken yet.
async fn unrest(options: &PgConnectOptions) -> Result<(i64, i64, i64), sqlx::Error> {
    let mut connection = PgConnection::connect_with(options).await?;
    let unrest = sqlx::query_as(
        "select (select count(*) from presence),
             count(*) filter (where position <> coalesce(
                 (select min(c.position) from checkpoints c where c.partition = heads.partition), 0)),
             (select count(*) from leases where expires_at > clock_timestamp() + interval '1 hour')
         from heads",
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    Ok(unrest)
}

/// Stops the servers; tells what hung.
async fn stop(stage: &Stage) -> Vec<Violation> {
    for (number, node) in stage.nodes.iter().enumerate() {
        if !node.stop().await {
            stage.stick(format!("server {number} did not stop well at the end"));
        }
    }
    let stuck = std::mem::take(&mut *stage.stuck.lock().unwrap());
    let stuck = stuck.into_iter().map(|says| Violation {
        promise: Promise::Alive,
        says,
    });
    stuck.collect()
}

/// Reads the histories and has each verified; tells how many events they have.
async fn course(stage: &Stage, plan: &Plan, violations: &mut Vec<Violation>) -> (Course, u64) {
    let put_back = *stage.put_back_ms.lock().unwrap();
    let mut database = stage.database.lock().await;
    if plan.is_private() {
        database.recover().await;
    }
    database.await_written_times();
    let (undone, options) = (database.undone().await, database.options());
    drop(database);
    let undone_ms = put_back.map_or(i64::MIN, |put_back| put_back.undone);
    let mut branches = Vec::new();
    if let Some(undone) = undone {
        let mut undone_violations = Vec::new();
        verify(undone.options(), &mut undone_violations).await;
        // Where a fault had just dated leases ahead, no server had the time to take them.
        undone_violations.retain(|violation| !is_of_leases(violation));
        violations.append(&mut undone_violations);
        branches.push(Branch {
            partitions: history::read(undone.options(), plan.partitions).await,
            from_ms: i64::MIN,
            until_ms: undone_ms,
        });
        undone.stop().await.unwrap();
    }
    verify(options.clone(), violations).await;
    branches.push(Branch {
        partitions: history::read(options, plan.partitions).await,
        from_ms: undone_ms,
        until_ms: i64::MAX,
    });
    let partitions = branches.iter().flat_map(|branch| &branch.partitions);
    let events: usize = partitions.map(|partition| partition.events.len()).sum();
    let course = Course { branches, put_back };
    (course, u64::try_from(events).unwrap())
}

fn is_of_leases(violation: &Violation) -> bool {
    matches!(
        violation.promise,
        Promise::Log(replay::verify::Promise::Leases)
    )
}

async fn verify(options: PgConnectOptions, violations: &mut Vec<Violation>) {
    let verified = replay::verify::verify_at(options).await.unwrap();
    let faults = verified.faults.into_iter().map(|fault| Violation {
        promise: Promise::Log(fault.promise),
        says: fault.to_string(),
    });
    violations.extend(faults);
}

fn count(deeds: &[Deed]) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for deed in deeds {
        for attempt in &deed.attempts {
            let what = match (attempt.claim(), &attempt.told) {
                (Claim::Done, _) if deed.ask.is_read() => "reads answered",
                (Claim::Done, _) => "commands done",
                (Claim::Refused, _) => "commands refused",
                (Claim::NothingDone, _) => "told that nothing was done",
                (Claim::Unknown, Some(_)) => "told that nobody knows",
                (Claim::Unknown, None) => "answers lost",
                (Claim::NotShown, _) => "reads told to come back",
                (Claim::Broken, _) => "answers that should not be",
            };
            *counts.entry(what).or_default() += 1;
        }
        *counts.entry("requests").or_default() += 1;
    }
    counts
}

/// How many faults there were.
fn happened(stage: &Stage, plan: &Plan) -> BTreeMap<Kind, u64> {
    let mut faults = std::mem::take(&mut *stage.done.lock().unwrap());
    // One that was to come at a message may never have come.
    let cuts = stage.nodes.iter().map(|node| node.proxy.cuts());
    let cuts: u32 = cuts.sum();
    faults.insert(Kind::CutAtMessage, cuts.into());
    // What limits and clients do is there from the beginning to the end.
    let whole = [Kind::FullQueues, Kind::MeetAtExpiry, Kind::LeaveAgainstBeat];
    let whole = whole.into_iter().filter(|kind| plan.kinds.contains(kind));
    faults.extend(whole.map(|kind| (kind, 1)));
    faults.retain(|_, times| *times > 0);
    faults
}

//! An hour of everything at once, at a bounded rate: what should stay as it is
//! stays as it is.

pub mod chart;
mod growth;
mod meters;
mod page;
mod plan;
mod sample;
mod site;
mod steady;
mod viewer;
mod visitor;

use std::{path::Path, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::{
    task::JoinSet,
    time::{Instant, interval, sleep_until},
};

pub use self::{
    growth::{Events, Growth},
    meters::{Latency, Totals},
    page::page,
    plan::Plan,
    sample::{Postgres, Sample, Table},
    steady::{Steadiness, steadiness},
};
use self::{site::Site, viewer::view, visitor::visit};
pub use crate::serve::Usage;
use crate::{Outcome, ours::Server, peers, play::Contender, postgres, report::Machine};

/// Server processes on the one database.
const NODES: usize = 2;

/// Connections with which the database is asked how it is.
const CONNECTIONS: u32 = 1;

/// Caches small enough to be full soon, so that what is drawn is what a server comes
/// to and not how it gets there; and one secret for all nodes.
const SETTINGS: [&str; 3] = [
    // Of each partition.
    "--cached-streams=512",
    "--cached-days=2048",
    "--session-secret=0909090909090909090909090909090909090909090909090909090909090909",
];

/// How long everybody may take to go home.
const LAST_ORDERS: Duration = Duration::from_mins(1);

/// All that a soak found.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Soak {
    /// Where it ran.
    pub machine: Machine,
    /// What was asked for.
    pub plan: Plan,
    /// In the order of time.
    pub samples: Vec<Sample>,
    /// What was answered in all.
    pub totals: Totals,
    /// What the log has come to.
    pub growth: Growth,
}

/// Runs one; `program` is this one.
///
/// # Errors
///
/// When a server fails, or does not keep the bookings that it acknowledged.
pub async fn run(plan: Plan, program: &Path) -> Outcome<Soak> {
    let postgres = postgres::Postgres::start().await?;
    let machine = Machine::here(postgres.version().await?);
    let options = postgres.database("soak").await?;
    let mut servers = Vec::with_capacity(NODES);
    for _ in 0..NODES {
        servers.push(Server::start_with(program, options.clone(), &SETTINGS).await?);
    }
    servers[0]
        .register_as(plan.resources, &resource(&plan))
        .await?;
    let addresses = servers.iter().map(|server| server.child.address.clone());
    let site = Arc::new(Site::new(plan.clone(), addresses.collect()));
    let database = peers::pool(options, CONNECTIONS).await?;
    let mut everybody = JoinSet::new();
    for nth in 0..plan.viewers as u64 {
        everybody.spawn(view(Arc::clone(&site), nth));
    }
    everybody.spawn(open_doors(Arc::clone(&site)));
    let samples = sample(&site, &mut servers, &database).await?;
    site.close();
    let gone = tokio::time::timeout(LAST_ORDERS, everybody.join_all()).await;
    gone.map_err(|_| "somebody does not go home")?;
    servers[0].caught_up().await?;
    let soak = Soak {
        machine,
        plan,
        samples,
        totals: site.meters.totals(),
        growth: Growth::of(&database).await?,
    };
    check(&soak)?;
    database.close().await;
    for server in servers {
        server.stop().await?;
    }
    postgres.stop().await?;
    Ok(soak)
}

/// What every resource is like: always open, for one hour or two.
fn resource(plan: &Plan) -> String {
    let lease = plan.lease_ms;
    format!(
        r#"{{"name":"Studio","timezone":"UTC","durations":[60,120],"lastDay":"9999-12-31","leaseMs":{lease}}}"#
    )
}

/// Lets visitors in, one after the other, however long each stays.
async fn open_doors(site: Arc<Site>) {
    let mut visitors = JoinSet::new();
    let mut arrivals = interval(Duration::from_millis(site.plan.arrival_every_ms));
    for nth in 0.. {
        tokio::select! {
            _ = arrivals.tick() => {}
            () = site.over() => break,
        }
        while visitors.try_join_next().is_some() {}
        if visitors.len() < site.plan.visitors_max {
            visitors.spawn(visit(Arc::clone(&site), nth));
        } else {
            site.meters.turned_away();
        }
    }
    visitors.join_all().await;
}

async fn sample(site: &Site, servers: &mut [Server], database: &PgPool) -> Outcome<Vec<Sample>> {
    let mut samples = Vec::new();
    let mut due = Instant::now();
    for _ in 0..site.plan.samples() {
        due += site.plan.sample_every();
        sleep_until(due).await;
        let sample = Sample::take(site, servers, database).await?;
        tell(&sample);
        samples.push(sample);
    }
    Ok(samples)
}

#[expect(clippy::print_stderr, reason = "progress of a long run")]
fn tell(sample: &Sample) {
    let Sample {
        seconds,
        commands,
        reads,
        visitors,
        viewers,
        behind,
        load,
        ..
    } = sample;
    eprintln!(
        "soak: {seconds:.0} s, {visitors} visitors, {viewers} viewers, {} commands, p99 {:.1} ms, {} reads, p99 {:.1} ms, views behind {behind}, load {load}",
        commands.count, commands.p99_ms, reads.count, reads.p99_ms,
    );
}

/// Whether the bookings that stand are those that were acknowledged.
fn check(soak: &Soak) -> Outcome<()> {
    let (kept, acknowledged) = (soak.growth.standing, soak.totals.standing);
    // A visitor whose connection broke does not know what it has.
    if soak.totals.surprises == 0 && kept != acknowledged {
        return Err(format!("{acknowledged} bookings should stand and {kept} do").into());
    }
    Ok(())
}

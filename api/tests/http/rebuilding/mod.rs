//! Views are made anew beside two servers that people book at.

mod booker;
mod crowd;
mod nodes;
mod past;
mod tool;
mod watcher;

use std::{env, num::NonZeroU16, time::Duration};

use eventlog::testing::TestDatabase;
use reqwest::Client;
use tokio::time::{interval, timeout};

use self::{crowd::Crowd, nodes::Nodes, tool::Moment};
use crate::{node::Node, server::DEADLINE, treatment::Dice};

/// Many, so that a rebuild commits often and can be killed between any two commits.
const PARTITIONS: NonZeroU16 = NonZeroU16::new(32).unwrap();

/// A rebuild that is killed is killed so often before it is let go to its end.
const KILLS: usize = 10;

/// Where the kills are drawn from, unless the environment names another.
const SEED: u64 = 5;

/// Waits until `look` finds something, looking again and again.
async fn found<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        let mut ticks = interval(Duration::from_millis(2));
        loop {
            ticks.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    };
    timeout(DEADLINE, looking).await.unwrap()
}

/// Two servers on a database with a past.
struct Place {
    servers: [Node; 2],
    nodes: Nodes,
    /// How many events the past has.
    past: u64,
    // Dropped last: the servers should not see it go.
    database: TestDatabase,
}

impl Place {
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        let past = past::write(eventlog::pool(database.options(), 4)).await;
        let url = database.url();
        let partitions = PARTITIONS.to_string();
        // A busy machine is no failure: whoever waits may wait long.
        let settings = ["--partitions", &partitions, "--after-wait-ms", "30000"];
        let first = Node::with(&url, &settings).await;
        let servers = [first, Node::with(&url, &settings).await];
        let nodes = Nodes {
            bases: [servers[0].base.clone(), servers[1].base.clone()],
            client: Client::new(),
        };
        let place = Self {
            servers,
            nodes,
            past,
            database,
        };
        place.views_are_written().await;
        place
    }

    async fn views_are_written(&self) {
        let query = "
            select not exists (
                select from heads left join checkpoints using (partition)
                where checkpoints.position is distinct from heads.position
            )
        ";
        let pool = self.database.pool();
        found(async || {
            let written: bool = sqlx::query_scalar(query).fetch_one(pool).await.unwrap();
            written.then_some(())
        })
        .await;
    }

    async fn close(self) {
        for server in self.servers {
            server.terminate().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_rebuilt_beside_two_servers_and_nobody_notices() {
    let place = Place::new().await;
    let url = place.database.url();
    let crowd = Crowd::begin(&place.nodes, &mut Dice::new(SEED)).await;

    let before = crowd.done();
    let rebuilt = tool::rebuild(&url).await;
    assert!(crowd.done() > before, "nobody booked meanwhile");
    assert!(rebuilt["events"].as_u64() > Some(place.past), "{rebuilt}");
    assert_eq!(rebuilt["rebuilt"].as_array().unwrap().len(), 4);

    crowd.goes_on().await;
    crowd.leave().await;
    tool::verify(&url).await;
    place.close().await;
}

#[expect(clippy::print_stdout, reason = "a failure's seed")]
#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_that_is_killed_ten_times_beside_two_servers_comes_to_its_end() {
    let seed = env::var("SLOTKEEPER_KILL_SEED").map_or(SEED, |seed| seed.parse().unwrap());
    println!("SLOTKEEPER_KILL_SEED={seed}");
    let mut dice = Dice::new(seed);
    let place = Place::new().await;
    let (url, pool) = (place.database.url(), place.database.pool());
    let crowd = Crowd::begin(&place.nodes, &mut dice).await;

    let mut kills = 0;
    while kills < KILLS {
        let moment = some_moment(&mut dice, tool::folded(pool).await, place.past);
        let killed = tool::kill_at(&url, pool, moment).await;
        println!(
            "{moment:?}: {}",
            if killed { "killed" } else { "it had ended" }
        );
        kills += usize::from(killed);
        crowd.goes_on().await;
    }
    tool::rebuild(&url).await;
    crowd.goes_on().await;
    crowd.leave().await;
    tool::verify(&url).await;
    place.close().await;
}

/// Draws a moment that a rebuild has yet to come to.
fn some_moment(dice: &mut Dice, folded: i64, past: u64) -> Moment {
    let rest = past.saturating_sub(folded.unsigned_abs());
    if rest > 0 && dice.below(4) > 0 {
        // Not far, so that there is something left for the next one.
        let more = i64::try_from(1 + dice.below(rest / 2 + 1)).unwrap();
        return Moment::Folded(folded + more);
    }
    match dice.below(3) {
        0 => Moment::Swapped,
        // Four views are indexed; then the tables trade places.
        _ => Moment::Indexing(usize::try_from(1 + dice.below(4)).unwrap()),
    }
}

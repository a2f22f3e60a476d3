//! The live feed.

mod connecting;
mod following;
mod laws;
mod limits;
mod loading;
mod many;
mod racing;
mod reading;
mod resuming;
mod undone;
mod watching;

use eventlog::testing::TestDatabase;
use projections::live::{LiveFeed, LiveLimits, Round, Watch};

use crate::support::{Node, PATIENCE, Runner, World, put, soon, studio_a, studio_b};

/// A node with a feed, and two studios in a log of one partition.
struct Live {
    node: Node,
    world: World,
    feed: LiveFeed,
    runner: Runner,
    database: TestDatabase,
}

impl Live {
    async fn new() -> Self {
        Self::with(LiveLimits::default()).await
    }

    async fn with(limits: LiveLimits) -> Self {
        let database = TestDatabase::new().await;
        let node = Node::new(&database).await;
        let runner = node.run_views(1);
        let mut world = World::new(&node.log).await;
        for (resource, name) in [(studio_a(), "Studio A"), (studio_b(), "Studio B")] {
            world.does(put(&resource, name)).await;
        }
        let feed = node.feed_with(limits).await;
        Self {
            node,
            world,
            feed,
            runner,
            database,
        }
    }

    /// Waits until the feed is at the end of the log.
    async fn applied(&self) {
        let partition = self.node.log.partition_of(&studio_a());
        let end = self.world.end();
        self.feed.wait_for(partition, end, PATIENCE).await.unwrap();
    }

    /// Waits until the views are at the end of the log.
    async fn written(&self) {
        let partition = self.node.log.partition_of(&studio_a());
        let (progress, end) = (&self.runner.progress, self.world.end());
        progress.wait_for(partition, end, PATIENCE).await.unwrap();
    }
}

/// A round as text: its frames' data, and the number of its id.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Reset,
    Days(Vec<String>, u64),
}

impl Seen {
    fn of(round: Round) -> Self {
        match round {
            Round::Reset => Self::Reset,
            Round::Days { frames, id } => {
                let text = |frame: &bytes::Bytes| String::from_utf8(frame.to_vec()).unwrap();
                let end = id.positions().next().unwrap().position;
                Self::Days(frames.iter().map(text).collect(), end.get())
            }
        }
    }

    #[track_caller]
    fn days(self) -> (Vec<String>, u64) {
        match self {
            Self::Days(frames, id) => (frames, id),
            Self::Reset => panic!("a reset"),
        }
    }
}

/// The next round, which must come, as far as it is of days: what it says of the resource
/// is left out, and a round that says nothing else is passed over.
async fn next(watch: &mut Watch) -> Seen {
    loop {
        let seen = Seen::of(soon(watch.next()).await.expect("the feed goes on"));
        let Seen::Days(all, id) = seen else {
            return seen;
        };
        let is_of_day = |frame: &String| !frame.starts_with("event: resource\n");
        let of_days: Vec<String> = all
            .iter()
            .filter(|frame| is_of_day(frame))
            .cloned()
            .collect();
        if !of_days.is_empty() || all.is_empty() {
            return Seen::Days(of_days, id);
        }
    }
}

fn availability(date: &str, busy: &str) -> String {
    format!(
        "event: availability\ndata: {{\"resourceId\":\"studio-a\",\"date\":\"{date}\",\"busySlots\":[{busy}]}}\n\n"
    )
}

fn presence(date: &str, holds: &str) -> String {
    format!(
        "event: presence\ndata: {{\"resourceId\":\"studio-a\",\"date\":\"{date}\",\"holds\":[{holds}]}}\n\n"
    )
}

/// A hold of an hour of a Tuesday afternoon, as it is sent.
fn held(number: u8, hour: u8) -> String {
    let slots: Vec<_> = (0..4).map(|slot| (hour * 4 + slot).to_string()).collect();
    let slots = slots.join(",");
    format!(
        "{{\"holdId\":\"00000000-0000-0000-0000-0000000000{number:02x}\",\
         \"start\":\"2026-11-24T{hour}:00:00.000Z\",\"end\":\"2026-11-24T{}:00:00.000Z\",\
         \"slots\":[{slots}]}}",
        hour + 1
    )
}

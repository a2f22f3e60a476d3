//! Viewers of days of many resources, over partitions and nodes, who change what they
//! watch and are cut off. Whatever they go through, in the end they have what there is.

use std::{collections::BTreeMap, ops::RangeInclusive, time::Duration};

use domain::{
    calendar::Day,
    ids::{BookingId, ResourceId},
};
use eventlog::testing::TestDatabase;
use projections::live::{LiveFeed, Round, ViewerPosition, Wanted, Watch};
use proptest::prelude::*;
use serde_json::Value;
use tokio::time::timeout;

use crate::support::{
    A, Node, PATIENCE, Step, World, block_on, book_of, day, history, put, soon, span, steps,
};

/// Partitions of the log: resource-0, -1 and -2 lie in two of them.
const PARTITIONS: u16 = 3;

/// Days of a resource.
type Range = (ResourceId, RangeInclusive<Day>);

/// What one of the viewers, or the world, does next.
#[derive(Debug, Clone)]
enum Move {
    /// Others hold and book, and the operator changes resources.
    Happen(Vec<Step>),
    /// The viewer takes what has come, whole rounds alone.
    Take,
    /// It takes so many frames of a round and is cut off; it comes back to that node.
    Cut(usize, usize),
    /// It watches other days from now on, on that node.
    Change(Vec<Range>, usize),
}

fn resource(number: u8) -> ResourceId {
    format!("resource-{number}").parse().unwrap()
}

/// Some days of a resource from 2026-11-24 to -29, the end of which tests mark.
fn range() -> impl Strategy<Value = Range> {
    (0..3_u8, 24..=29_u32, 24..=29_u32).prop_map(|(of, one, other)| {
        let date = |number: u32| day(&format!("2026-11-{number}"));
        (resource(of), date(one.min(other))..=date(one.max(other)))
    })
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let ranges = || prop::collection::vec(range(), 1..5);
    let one = prop_oneof![
        5 => steps(1..6).prop_map(Move::Happen),
        3 => Just(Move::Take),
        2 => (0..12_usize, 0..2_usize).prop_map(|(frames, node)| Move::Cut(frames, node)),
        3 => (ranges(), 0..2_usize).prop_map(|(ranges, node)| Move::Change(ranges, node)),
    ];
    prop::collection::vec(one, 1..30)
}

/// A viewer as a client is: it believes frames as they come, and an id once it has come.
struct Viewer {
    wanted: Vec<Range>,
    watch: Option<Watch>,
    /// What the last id is about.
    known: Option<(Vec<Range>, ViewerPosition)>,
    /// The data of the last frame of each event, resource and date.
    has: BTreeMap<(String, String, String), Value>,
}

impl Viewer {
    /// Opens a stream after the last id; the old one, if any, is closed afterwards.
    async fn open(&mut self, feed: &LiveFeed) {
        let known = |(resource, days): &Range| {
            let of = self.known.iter().flat_map(|(ranges, _)| ranges);
            let mut covering = of.filter(|(other, all)| {
                other == resource && all.start() <= days.start() && days.end() <= all.end()
            });
            covering.next().is_some()
        };
        let wanted = self.wanted.iter().map(|range| Wanted {
            known: known(range),
            resource: range.0.clone(),
            days: range.1.clone(),
        });
        let seen = self.known.as_ref().map(|(_, id)| id.clone());
        let watch = feed.watch_many(wanted.collect(), seen).await.unwrap();
        self.watch = Some(watch);
    }

    fn believe(&mut self, frame: &[u8]) {
        let text = std::str::from_utf8(frame).unwrap();
        let (event, data) = text.trim_end().split_once("\ndata: ").unwrap();
        let data: Value = serde_json::from_str(data).unwrap();
        let text = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
        let key = (event[7..].to_owned(), text("resourceId"), text("date"));
        self.has.insert(key, data);
    }

    /// Takes in a round, or the first frames of one that is cut off.
    fn take(&mut self, round: Round, frames_at_most: usize) {
        match round {
            // A node that a busy machine keeps far behind can't place its id.
            Round::Reset => {
                self.known = None;
                self.has.clear();
            }
            Round::Days { frames, id } => {
                let whole = frames.len() <= frames_at_most;
                for frame in frames.iter().take(frames_at_most) {
                    self.believe(frame);
                }
                if whole {
                    self.known = Some((self.wanted.clone(), id));
                }
            }
        }
    }

    /// The next round, if one has come.
    async fn come(&mut self) -> Option<Round> {
        let next = self.watch.as_mut().unwrap().next();
        timeout(Duration::ZERO, next).await.ok().flatten()
    }

    /// What of the truth it has not, or otherwise.
    fn lacks(&self, truth: &BTreeMap<(String, String, String), Value>) -> Vec<String> {
        let lacked = truth
            .iter()
            .filter(|(key, data)| self.has.get(*key) != Some(*data));
        lacked.map(|(key, _)| format!("{key:?}")).collect()
    }
}

/// What a viewer of these days sees who comes now.
async fn truth(feed: &LiveFeed, ranges: &[Range]) -> BTreeMap<(String, String, String), Value> {
    let mut fresh = Viewer {
        wanted: ranges.to_vec(),
        watch: None,
        known: None,
        has: BTreeMap::new(),
    };
    fresh.open(feed).await;
    let round = soon(fresh.watch.as_mut().unwrap().next()).await.unwrap();
    fresh.take(round, usize::MAX);
    fresh.has
}

/// Changes a resource and books what nothing in a history ever covers, the last hour of
/// 2026-11-29, so that every viewer of it hears once more.
async fn mark(world: &mut World, number: u8) {
    let id = resource(number);
    world.does(put(&id, "marked")).await;
    let booking = BookingId::from_bits(world.log.partition_of(&id), [0xf0 + number; 16]);
    let last = span("2026-11-29T23:00", 60);
    world.does(book_of(&id, A, last, booking)).await;
}

async fn apply_all(world: &World, feeds: &[LiveFeed]) {
    for feed in feeds {
        for partition in world.log.partitions() {
            let head = world.log.head(partition).await.unwrap().position;
            feed.wait_for(partition, head, PATIENCE).await.unwrap();
        }
    }
}

async fn live(moves: Vec<Move>) {
    let database = TestDatabase::new().await;
    let nodes = [
        Node::of(&database, PARTITIONS).await,
        Node::of(&database, PARTITIONS).await,
    ];
    let feeds = [nodes[0].feed().await, nodes[1].feed().await];
    let _views = nodes[0].run_views(1);
    let mut world = World::new(&nodes[0].log).await;
    for number in 0..3 {
        world.does(put(&resource(number), "at first")).await;
    }
    let mut viewer = Viewer {
        wanted: vec![(resource(0), day("2026-11-24")..=day("2026-11-29"))],
        watch: None,
        known: None,
        has: BTreeMap::new(),
    };
    viewer.open(&feeds[0]).await;
    for next in moves {
        match next {
            Move::Happen(steps) => history(&mut world, &steps).await,
            Move::Take => {
                while let Some(round) = viewer.come().await {
                    viewer.take(round, usize::MAX);
                }
            }
            Move::Cut(frames, node) => {
                if let Some(round) = viewer.come().await {
                    viewer.take(round, frames);
                }
                viewer.open(&feeds[node]).await;
            }
            Move::Change(ranges, node) => {
                viewer.wanted = ranges;
                viewer.open(&feeds[node]).await;
            }
        }
    }
    for number in 0..3 {
        mark(&mut world, number).await;
    }
    apply_all(&world, &feeds).await;
    let truth = truth(&feeds[1], &viewer.wanted).await;
    while !viewer.lacks(&truth).is_empty() {
        let next = timeout(PATIENCE, viewer.watch.as_mut().unwrap().next()).await;
        let round = next.unwrap_or_else(|_| panic!("it lacks {:#?}", viewer.lacks(&truth)));
        viewer.take(round.unwrap(), usize::MAX);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_viewer_of_many_resources_ends_with_what_there_is(moves in moves()) {
        block_on(live(moves));
    }
}

/// The truth of a viewer whose id is placed at the wrong end would be silence: this says
/// that what makes the difference, being known, is told by the viewer alone.
#[tokio::test]
async fn what_the_last_id_is_not_about_is_sent_whole() {
    let database = TestDatabase::new().await;
    let node = Node::of(&database, PARTITIONS).await;
    let feed = node.feed().await;
    let mut world = World::new(&node.log).await;
    world.does(put(&resource(0), "at first")).await;
    apply_all(&world, std::slice::from_ref(&feed)).await;
    let days = day("2026-11-24")..=day("2026-11-24");
    let wanted = |known| Wanted {
        resource: resource(0),
        days: days.clone(),
        known,
    };
    let mut watch = feed.watch_many(vec![wanted(false)], None).await.unwrap();
    let Some(Round::Days { id, .. }) = watch.next().await else {
        panic!("a reset");
    };
    for (known, count) in [(true, 0), (false, 3)] {
        let again = feed.watch_many(vec![wanted(known)], Some(id.clone())).await;
        let Some(Round::Days { frames, .. }) = again.unwrap().next().await else {
            panic!("a reset");
        };
        assert_eq!(frames.len(), count, "{known}");
    }
}

//! Loads that race appends.

use std::sync::Arc;

use domain::{calendar::Day, ids::ResourceId, partition::Partition};
use eventlog::{Position, RecordedEvent};
use projections::live::{DayState, LiveLimits};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::support::{Model, history, steps};

use super::Live;

/// Chooses the histories and what is read, the same at each run.
const SEED: [u8; 32] = *b"slotkeeper's loads race appends.";

/// Something that was read: it must be true at one of the positions between
/// those before and after the read.
struct Read {
    resource: ResourceId,
    from: Position,
    through: Position,
    states: Vec<Arc<DayState>>,
}

fn is_true(read: &Read, events: &[RecordedEvent]) -> bool {
    let mut model = Model::at(events, read.from);
    let holds_now = |model: &Model| {
        let mut states = read.states.iter();
        states.all(|state| **state == model.day(&read.resource, state.day))
    };
    let between = events
        .iter()
        .filter(|event| event.position > read.from && event.position <= read.through);
    let mut truth = holds_now(&model);
    for event in between {
        model.apply(event);
        truth |= event.tip.is_some() && holds_now(&model);
    }
    truth
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_that_races_appends_misses_nothing_and_applies_nothing_twice() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &SEED);
    let mut random = TestRunner::new_with_rng(Config::default(), rng);
    // So small that every read is a load.
    let limits = LiveLimits {
        cached_days: 1,
        watched_days: 1,
    };
    let mut live = Live::with(limits).await;
    let partition = Partition::new(0);
    let steps = steps(400..401).new_tree(&mut random).unwrap().current();
    let choices = (0..3_u8, 24..29_u32, 1..4_u32);

    let feed = live.feed.clone();
    let writing = tokio::spawn(async move {
        history(&mut live.world, &steps).await;
        live.applied().await;
        live
    });
    let mut reads = Vec::new();
    while !writing.is_finished() {
        let (resource, first, count) = choices.new_tree(&mut random).unwrap().current();
        let resource: ResourceId = format!("resource-{resource}").parse().unwrap();
        let day = |day: u32| -> Day { format!("2026-11-{day:02}").parse().unwrap() };
        let from = feed.applied(partition);
        let days = day(first)..=day((first + count).min(30));
        let states = feed.days(&resource, days).await.unwrap();
        let through = feed.applied(partition);
        reads.push(Read {
            resource,
            from,
            through,
            states,
        });
    }
    let live = writing.await.unwrap();
    let lies = reads
        .iter()
        .filter(|read| !is_true(read, &live.world.events));
    assert_eq!(lies.count(), 0, "of {} reads", reads.len());
    let raced = reads.iter().filter(|read| read.from < read.through).count();
    assert!(raced > 0, "{} reads, and none raced an append", reads.len());
}

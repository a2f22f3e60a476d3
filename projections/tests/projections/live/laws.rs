//! Whatever happens, the feed equals the plain fold, and so does what viewers
//! were sent.

use std::collections::BTreeMap;

use domain::{calendar::Day, ids::ResourceId};
use projections::live::{LiveLimits, Watch};
use proptest::prelude::*;

use crate::support::{Model, block_on, days, history, soon, steps};

use super::{Live, Seen};

/// Listens until the last round is that of `end`; returns the last frame of each
/// day and kind, and of the resource.
async fn listen(watch: &mut Watch, end: u64) -> BTreeMap<String, String> {
    let mut latest = BTreeMap::new();
    let mut last = None;
    loop {
        let round = Seen::of(soon(watch.next()).await.unwrap());
        let (frames, id) = round.days();
        assert!(last.is_none_or(|last| id >= last), "ids go on");
        last = Some(id);
        for frame in frames {
            // Up to the date; of the resource itself, up to what is told of it.
            let date = frame.find("\"date\":\"").map(|at| at + 18);
            let end_of_name = date.or(frame.find("\"status\"")).unwrap();
            latest.insert(frame[..end_of_name].to_owned(), frame);
        }
        if id >= end {
            return latest;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn the_feed_and_its_viewers_agree_with_the_log(
        before in steps(0..30),
        after in steps(1..60),
        cached_days in 1..20_usize,
    ) {
        block_on(async {
            let limits = LiveLimits { cached_days, watched_days: 100 };
            let mut live = Live::with(limits).await;
            history(&mut live.world, &before).await;
            let resource: ResourceId = "resource-1".parse().unwrap();
            let range = || days("2026-11-24", "2026-11-29");
            let mut watch = live.feed.watch(&resource, range(), None).await.unwrap();
            history(&mut live.world, &after).await;

            // A change that every viewer sees ends what they listen for.
            let marker = crate::support::marker(&mut live.world, &resource).await;
            live.applied().await;
            let model = Model::at(&live.world.events, live.world.end());
            let seen = listen(&mut watch, marker.get()).await;
            let fresh = live.node.feed().await;
            let mut again = fresh.watch(&resource, range(), None).await.unwrap();
            let whole = listen(&mut again, 0).await;
            assert_eq!(seen, whole);
            for number in 0..3 {
                let resource: ResourceId = format!("resource-{number}").parse().unwrap();
                for day in range().start().through(*range().end()) {
                    let day: Day = day;
                    let read = live.feed.days(&resource, day..=day).await.unwrap();
                    assert_eq!(*read[0], model.day(&resource, day));
                }
            }
        });
    }
}

//! How much may be watched.

use projections::live::{LiveError, LiveLimits};

use crate::support::{A, book, days, span, studio_a, studio_b, tuesday};

use super::{Live, Seen, availability, next};

#[tokio::test]
async fn watched_days_are_bounded_and_viewers_are_not() {
    let limits = LiveLimits {
        cached_days: 10,
        watched_days: 3,
    };
    let mut live = Live::with(limits).await;
    let range = || days("2026-11-24", "2026-11-26");
    let mut watches = Vec::new();
    for _ in 0..100 {
        watches.push(live.feed.watch(&studio_a(), range(), None).await.unwrap());
    }
    // A part of what is watched is no more than that.
    watches.push(live.feed.watch(&studio_a(), tuesday(), None).await.unwrap());
    let full = live.feed.watch(&studio_b(), tuesday(), None).await;
    assert!(
        matches!(
            full,
            Err(LiveError::Full {
                of: "watched days",
                limit: 3
            })
        ),
        "{full:?}"
    );
    for watch in &mut watches {
        next(watch).await;
    }

    watches.truncate(1);
    let still = live.feed.watch(&studio_b(), tuesday(), None).await;
    assert!(still.is_err(), "one viewer is enough");
    watches.clear();
    let mut watch = live.feed.watch(&studio_b(), range(), None).await.unwrap();
    next(&mut watch).await;
    drop(watch);
    let mut watch = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    next(&mut watch).await;
    let end = live
        .world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    let booked = vec![availability("2026-11-24", "52,53,54,55")];
    assert_eq!(next(&mut watch).await, Seen::Days(booked, end.get()));
}

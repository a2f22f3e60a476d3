//! How far the feed is, and what it makes of half an append.

use domain::partition::Partition;

use crate::support::{A, Model, PATIENCE, book, days, span, studio_a};

use super::Live;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reads_half_an_append() {
    let mut live = Live::new().await;
    let feed = live.feed.clone();
    let range = || days("2026-11-23", "2026-11-25");
    feed.days(&studio_a(), range()).await.unwrap();
    let reading = tokio::spawn(async move {
        let mut torn = 0;
        loop {
            let read = feed.days(&studio_a(), range()).await.unwrap();
            let busy: Vec<_> = read
                .iter()
                .map(|state| state.booked.taken().count())
                .collect();
            torn += usize::from(!matches!(busy[..], [0, 0, 0] | [40, 96, 40]));
            if feed.applied(Partition::new(0)).get() >= 200 {
                return torn;
            }
            tokio::task::yield_now().await;
        }
    });
    // Monday 14:00 to Wednesday 10:00, again and again.
    for number in 0.. {
        if live.world.end().get() >= 200 {
            break;
        }
        live.world
            .does(book(A, span("2026-11-23T14:00", 2_640), number))
            .await;
        live.world.does(crate::support::cancel(number)).await;
    }
    assert_eq!(
        tokio::time::timeout(PATIENCE, reading)
            .await
            .unwrap()
            .unwrap(),
        0
    );
    let model = Model::at(&live.world.events, live.world.end());
    live.applied().await;
    let read = live.feed.days(&studio_a(), range()).await.unwrap();
    for state in read {
        assert_eq!(*state, model.day(&studio_a(), state.day));
    }
}

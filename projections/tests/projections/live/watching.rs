//! What viewers are sent.

use crate::support::{
    A, B, book, cancel, days, hold, leave, put, span, studio_a, studio_b, tuesday,
};

use super::{Live, Seen, availability, held, next, presence};

#[tokio::test]
async fn a_viewer_begins_with_the_whole_state_of_every_day() {
    let mut live = Live::new().await;
    live.world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    let end = live
        .world
        .does(hold(B, span("2026-11-24T16:00", 60), 7))
        .await;
    live.applied().await;
    let range = days("2026-11-24", "2026-11-25");
    let mut watch = live.feed.watch(&studio_a(), range, None).await.unwrap();
    let frames = vec![
        availability("2026-11-24", "52,53,54,55"),
        presence("2026-11-24", &held(7, 16)),
        availability("2026-11-25", ""),
        presence("2026-11-25", ""),
    ];
    assert_eq!(next(&mut watch).await, Seen::Days(frames, end.get()));
}

#[tokio::test]
async fn a_viewer_sees_holds_placed_released_expired_and_booked() {
    let mut live = Live::new().await;
    let mut watch = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    next(&mut watch).await;
    let hour = span("2026-11-24T13:00", 60);
    let (date, nothing) = ("2026-11-24", presence("2026-11-24", ""));

    let end = live.world.does(hold(A, hour, 1)).await;
    let placed = vec![presence(date, &held(1, 13))];
    assert_eq!(next(&mut watch).await, Seen::Days(placed, end.get()));
    let end = live.world.does(leave(A)).await;
    assert_eq!(
        next(&mut watch).await,
        Seen::Days(vec![nothing.clone()], end.get())
    );

    live.world.does(hold(A, hour, 2)).await;
    next(&mut watch).await;
    live.world.now = live.world.now.plus_ms(10_000);
    let end = live.world.expires().await;
    assert_eq!(
        next(&mut watch).await,
        Seen::Days(vec![nothing.clone()], end.get())
    );

    live.world.does(hold(A, hour, 3)).await;
    next(&mut watch).await;
    // The hold ends and the booking begins in one round: nobody sees between.
    let end = live.world.does(book(A, hour, 1)).await;
    let booked = vec![availability(date, "52,53,54,55"), nothing];
    assert_eq!(next(&mut watch).await, Seen::Days(booked, end.get()));
    let end = live.world.does(cancel(1)).await;
    assert_eq!(
        next(&mut watch).await,
        Seen::Days(vec![availability(date, "")], end.get())
    );
}

#[tokio::test]
async fn a_renewal_wakes_nobody() {
    let mut live = Live::new().await;
    let hour = span("2026-11-24T13:00", 60);
    live.world.does(hold(A, hour, 1)).await;
    live.applied().await;
    let mut watch = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    next(&mut watch).await;
    for _ in 0..10 {
        live.world.now = live.world.now.plus_ms(5_000);
        live.world.does(hold(A, hour, 1)).await;
    }
    // What comes next is what was done next.
    let end = live
        .world
        .does(book(B, span("2026-11-24T20:00", 15), 1))
        .await;
    let marker = vec![availability("2026-11-24", "80")];
    assert_eq!(next(&mut watch).await, Seen::Days(marker, end.get()));
}

#[tokio::test]
async fn nobody_is_woken_by_what_does_not_change_their_days() {
    let mut live = Live::new().await;
    let mut watch = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    next(&mut watch).await;
    // Another day, another resource, settings, and something undone in one append.
    live.world
        .does(book(A, span("2026-11-25T13:00", 60), 1))
        .await;
    let other = studio_b();
    let id = domain::ids::BookingId::from_bits(domain::partition::Partition::new(0), [9; 16]);
    let elsewhere = crate::support::book_of(&other, B, span("2026-11-24T13:00", 60), id);
    live.world.does(elsewhere).await;
    live.world.does(put(&studio_a(), "renamed")).await;
    let hour = span("2026-11-24T13:00", 60);
    live.world.does_all([hold(A, hour, 1), leave(A)]).await;

    let end = live
        .world
        .does(book(B, span("2026-11-24T20:00", 15), 2))
        .await;
    let marker = vec![availability("2026-11-24", "80")];
    assert_eq!(next(&mut watch).await, Seen::Days(marker, end.get()));
}

#[tokio::test]
async fn one_append_is_one_round_of_all_the_days_it_changed() {
    let mut live = Live::new().await;
    let range = days("2026-11-22", "2026-11-26");
    let mut watch = live.feed.watch(&studio_a(), range, None).await.unwrap();
    next(&mut watch).await;
    // Monday 14:00 to Wednesday 10:00.
    let end = live
        .world
        .does(book(A, span("2026-11-23T14:00", 2_640), 1))
        .await;
    let all = |slots: std::ops::Range<u8>| {
        let slots: Vec<_> = slots.map(|slot| slot.to_string()).collect();
        slots.join(",")
    };
    let frames = vec![
        availability("2026-11-23", &all(56..96)),
        availability("2026-11-24", &all(0..96)),
        availability("2026-11-25", &all(0..40)),
    ];
    assert_eq!(next(&mut watch).await, Seen::Days(frames, end.get()));
}

#[tokio::test]
async fn a_slow_viewer_finds_the_newest_state_and_not_those_between() {
    let mut live = Live::new().await;
    let mut watch = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    next(&mut watch).await;
    for number in 0..40 {
        let start = format!("2026-11-24T{:02}:{:02}", number / 4, number % 4 * 15);
        live.world.does(book(A, span(&start, 15), number)).await;
    }
    live.world.does(cancel(0)).await;
    live.applied().await;
    let (frames, id) = next(&mut watch).await.days();
    let slots: Vec<_> = (1..40).map(|slot| slot.to_string()).collect();
    // Publishing comes a moment after applying: what is newest may take two rounds.
    let frames = if id == live.world.end().get() {
        frames
    } else {
        next(&mut watch).await.days().0
    };
    assert_eq!(frames, vec![availability("2026-11-24", &slots.join(","))]);
}

#[tokio::test]
async fn states_come_in_the_order_in_which_they_were() {
    let mut live = Live::new().await;
    let mut watch = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    let (_, mut last) = next(&mut watch).await.days();
    let mut expected = Vec::new();
    let mut slots = Vec::new();
    for number in 0..20 {
        let start = format!("2026-11-24T{number:02}:00");
        let end = live.world.does(book(A, span(&start, 15), number)).await;
        slots.push((u32::from(number) * 4).to_string());
        expected.push((availability("2026-11-24", &slots.join(",")), end.get()));
    }
    let mut place = 0;
    while place < expected.len() {
        let (frames, id) = next(&mut watch).await.days();
        assert!(id > last, "{id} after {last}");
        last = id;
        let at = expected.iter().position(|(_, end)| *end == id).unwrap();
        assert!(at >= place);
        assert_eq!(frames, vec![expected[at].0.clone()]);
        place = at + 1;
    }
}

#[tokio::test]
async fn viewers_of_a_day_share_its_frames() {
    let mut live = Live::new().await;
    let mut day = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    let mut same = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    let month = days("2026-11-01", "2026-11-30");
    let mut month = live.feed.watch(&studio_a(), month, None).await.unwrap();
    for watch in [&mut day, &mut same, &mut month] {
        next(watch).await;
    }
    live.world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    let mut bytes = Vec::new();
    for watch in [&mut day, &mut same, &mut month] {
        let round = crate::support::soon(watch.next()).await.unwrap();
        let projections::live::Round::Days { frames, .. } = round else {
            panic!("a reset");
        };
        assert_eq!(frames.len(), 1);
        bytes.push(frames[0].as_ptr());
    }
    assert!(bytes.iter().all(|pointer| *pointer == bytes[0]));
}

#[tokio::test]
async fn a_month_comes_over_one_watch() {
    let mut live = Live::new().await;
    let month = days("2026-11-01", "2026-11-30");
    let mut watch = live.feed.watch(&studio_a(), month, None).await.unwrap();
    let (frames, _) = next(&mut watch).await.days();
    assert_eq!(frames.len(), 60);
    for date in [24, 25, 30] {
        let start = format!("2026-11-{date}T13:00");
        let end = live.world.does(book(A, span(&start, 60), date)).await;
        let changed = vec![availability(&format!("2026-11-{date}"), "52,53,54,55")];
        assert_eq!(next(&mut watch).await, Seen::Days(changed, end.get()));
    }
}

#[tokio::test]
async fn a_round_that_was_not_waited_for_is_not_lost() {
    let mut live = Live::new().await;
    let mut watch = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    next(&mut watch).await;
    for _ in 0..10 {
        let hasty = watch.next();
        assert!(
            tokio::time::timeout(std::time::Duration::ZERO, hasty)
                .await
                .is_err()
        );
    }
    let end = live
        .world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    let booked = vec![availability("2026-11-24", "52,53,54,55")];
    assert_eq!(next(&mut watch).await, Seen::Days(booked, end.get()));
}

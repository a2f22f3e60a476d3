//! Lists of resources, and of bookings.

use domain::{booking::BookingStatus, command::Command, ids::ResourceId, resource::Resource};
use eventlog::{Log, testing::TestDatabase};
use projections::view::{self, BookingRow};

use crate::support::{
    A, B, Node, PATIENCE, World, book, book_of, booking_id, cancel, days, put, span, studio_a,
    studio_b,
};

async fn names(log: &Log, after: Option<&ResourceId>, limit: u32) -> Vec<String> {
    let rows = view::list_resources(log, view::Listed::Open, after, limit)
        .await
        .unwrap();
    rows.into_iter().map(|row| row.id.to_string()).collect()
}

#[tokio::test]
async fn open_resources_of_all_partitions_come_in_the_order_of_their_ids_page_by_page() {
    let database = TestDatabase::new().await;
    let node = Node::of(&database, 4).await;
    let mut world = World::new(&node.log).await;
    let ids: Vec<ResourceId> = ["b", "a.1", "a-1", "c", "a"]
        .map(|id| id.parse().unwrap())
        .into();
    for id in &ids {
        world.does(put(id, "Studio")).await;
    }
    world.does(Command::RetireResource(ids[3].clone())).await;
    let runner = node.run_views(1);
    for partition in node.log.partitions() {
        let head = node.log.head(partition).await.unwrap().position;
        runner
            .progress
            .wait_for(partition, head, PATIENCE)
            .await
            .unwrap();
    }

    let log = &node.log;
    let all = names(log, None, 100).await;
    let mut open: Vec<_> = ids
        .iter()
        .map(ToString::to_string)
        .filter(|id| id != "c")
        .collect();
    open.sort();
    assert_eq!(all, open);
    let first = names(log, None, 2).await;
    let after = first[1].parse().unwrap();
    let rest = names(log, Some(&after), 100).await;
    assert_eq!([first, rest].concat(), all);
}

#[tokio::test]
async fn a_listed_resource_has_its_settings_and_when_they_changed() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    let id: ResourceId = "studio-a".parse().unwrap();
    world.does(put(&id, "at first")).await;
    world.now = world.now.plus_ms(1_000);
    let end = world.does(put(&id, "Studio A")).await;
    let runner = node.run_views(1);
    let partition = node.log.partition_of(&id);
    runner
        .progress
        .wait_for(partition, end, PATIENCE)
        .await
        .unwrap();

    let rows = view::list_resources(&node.log, view::Listed::Open, None, 10)
        .await
        .unwrap();
    let resource: &Resource = &world.streams().resources[&id];
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0].resource, rows[0].changed_at),
        (resource, world.now)
    );
}

/// Bookings of studio-a on Tuesday and Wednesday, in pages of so many.
async fn two_days(log: &Log, limit: u32) -> Vec<BookingRow> {
    let two_days = days("2026-11-24", "2026-11-25");
    let mut all: Vec<BookingRow> = Vec::new();
    loop {
        let after = all.last().map(BookingRow::place);
        let page = view::list_bookings(log, &studio_a(), &two_days, after, limit).await;
        let page = page.unwrap();
        all.extend(&page);
        if page.len() < limit as usize {
            return all;
        }
    }
}

#[tokio::test]
async fn bookings_that_touch_the_days_come_by_their_starts_page_by_page() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    world.does(put(&studio_b(), "Studio B")).await;
    let month =
        serde_json::json!({"name": "Studio A", "timezone": "UTC", "durations": [15, 44_640]});
    let month = domain::command::PutResource {
        resource: studio_a(),
        settings: serde_json::from_value(month).unwrap(),
    };
    world.does(Command::PutResource(month)).await;
    let morning = span("2026-11-24T08:00", 15);
    // Of those that come before and after, each end meets theirs.
    world.does(book(A, span("2026-11-23T23:45", 15), 1)).await;
    world.does(book(A, span("2026-11-26T00:00", 15), 2)).await;
    world.does(book(A, span("2026-11-25T23:45", 15), 3)).await;
    for number in [5, 4] {
        world.does(book(A, morning, number)).await;
        world.does(cancel(number)).await;
    }
    let elsewhere = book_of(&studio_b(), B, morning, booking_id(6));
    world.does(elsewhere).await;
    // The longest there is: its last quarter hour is all that reaches into the day.
    let end = world
        .does(book(B, span("2026-12-01T00:15", 44_640), 7))
        .await;
    let runner = node.run_views(1);
    let partition = node.log.partition_of(&studio_a());
    let applied = runner.progress.wait_for(partition, end, PATIENCE).await;
    applied.unwrap();

    let told: Vec<_> = two_days(&node.log, 100).await;
    let of = |row: &BookingRow| (row.id, row.status, row.span);
    let expected = [
        (booking_id(4), BookingStatus::Cancelled, morning),
        (booking_id(5), BookingStatus::Cancelled, morning),
        (
            booking_id(3),
            BookingStatus::Confirmed,
            span("2026-11-25T23:45", 15),
        ),
    ];
    assert_eq!(told.iter().map(of).collect::<Vec<_>>(), expected);
    assert_eq!(two_days(&node.log, 1).await, told);
    let last = days("2027-01-01", "2027-01-01");
    let reaching = view::list_bookings(&node.log, &studio_a(), &last, None, 10).await;
    let reaching: Vec<_> = reaching.unwrap().iter().map(|row| row.id).collect();
    assert_eq!(reaching, [booking_id(7)]);
}

//! What stands in the rows.

use domain::{
    calendar::{Seats, SlotMask},
    hold::Hold,
};
use eventlog::{MaskColumn, Standing, testing::TestDatabase};
use projections::view::StandingViews;
use sqlx::PgPool;

use crate::support::{
    A, B, Model, Node, PATIENCE, TUESDAY, World, book, cancel, day, history, hold, leave, of_seats,
    position, put, put_with, reschedule, some_steps, span, studio_a, studio_b,
};

fn standing(node: &Node) -> StandingViews {
    StandingViews::new(node.log.clone())
}

/// A world whose views are written, up to its end.
struct Views {
    node: Node,
    world: World,
    runner: crate::support::Runner,
    _database: TestDatabase,
}

impl Views {
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        let node = Node::new(&database).await;
        let mut world = World::new(&node.log).await;
        world.does(put(&studio_a(), "Studio A")).await;
        let runner = node.run_views(1);
        Self {
            node,
            world,
            runner,
            _database: database,
        }
    }

    async fn written(&self) -> &PgPool {
        let (partition, end) = (self.node.log.partition_of(&studio_a()), self.world.end());
        self.runner
            .progress
            .wait_for(partition, end, PATIENCE)
            .await
            .unwrap();
        self.node.log.pool()
    }

    async fn tuesday(&self) -> (SlotMask, i64) {
        let row = "select busy, position from daily_availability where date = $1";
        let (busy, position): (MaskColumn, i64) = sqlx::query_as(row)
            .bind(day(TUESDAY).date())
            .fetch_one(self.written().await)
            .await
            .unwrap();
        (busy.0, position)
    }
}

#[tokio::test]
async fn a_day_has_its_booked_slots_and_the_position_that_changed_them_last() {
    let mut views = Views::new().await;
    let booked = views
        .world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    // Its last event confirms the booking; the one before booked the slots.
    let slots = "52-55".parse().unwrap();
    assert_eq!(
        views.tuesday().await,
        (slots, (booked.get() - 1).cast_signed())
    );

    let (_, before) = views.tuesday().await;
    views
        .world
        .does(hold(B, span("2026-11-24T10:00", 60), 1))
        .await;
    views.world.now = views.world.now.plus_ms(5_000);
    views
        .world
        .does(hold(B, span("2026-11-24T10:00", 60), 1))
        .await;
    assert_eq!(
        views.tuesday().await,
        (slots, before),
        "holds are no bookings"
    );

    views.world.does(cancel(1)).await;
    let (busy, freed) = views.tuesday().await;
    assert_eq!(busy, SlotMask::EMPTY);
    assert!(freed > before);
}

#[tokio::test]
async fn every_day_of_a_span_is_booked() {
    let mut views = Views::new().await;
    // Monday 14:00 to Wednesday 10:00.
    views
        .world
        .does(book(A, span("2026-11-23T14:00", 2_640), 1))
        .await;
    let busy: Vec<MaskColumn> =
        sqlx::query_scalar("select busy from daily_availability order by date")
            .fetch_all(views.written().await)
            .await
            .unwrap();
    let busy: Vec<_> = busy.into_iter().map(|busy| busy.0.to_string()).collect();
    assert_eq!(busy, ["56-95", "0-95", "0-39"]);
}

#[tokio::test]
async fn a_renewal_changes_presence_and_no_availability() {
    let mut views = Views::new().await;
    views
        .world
        .does(hold(A, span("2026-11-24T13:00", 60), 1))
        .await;
    views.world.now = views.world.now.plus_ms(5_000);
    let renewed = views
        .world
        .does(hold(A, span("2026-11-24T13:00", 60), 1))
        .await;

    let pool = views.written().await;
    let row = "select renewals, renewed_at, lease_expires_at, position from presence";
    let row: (
        i32,
        chrono::DateTime<chrono::Utc>,
        chrono::DateTime<chrono::Utc>,
        i64,
    ) = sqlx::query_as(row).fetch_one(pool).await.unwrap();
    let now = views.world.now;
    let expected = (
        1,
        now.to_datetime(),
        now.plus_ms(10_000).to_datetime(),
        renewed.get().cast_signed(),
    );
    assert_eq!(row, expected);
    let days: i64 = sqlx::query_scalar("select count(*) from daily_availability")
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(days, 0);
}

#[tokio::test]
async fn presence_holds_exactly_the_live_holds() {
    let mut views = Views::new().await;
    history(&mut views.world, &some_steps()).await;
    views.written().await;
    let partition = views.node.log.partition_of(&studio_a());
    let (mut holds, checkpoint) = standing(&views.node).live_holds(partition).await.unwrap();
    holds.sort_by_key(|hold| hold.id);
    let mut expected: Vec<Hold> = views.world.streams().holds.iter().cloned().collect();
    expected.sort_by_key(|hold| hold.id);
    assert!(!expected.is_empty());
    assert_eq!(holds, expected);
    assert_eq!(checkpoint, views.world.end());
}

#[tokio::test]
async fn a_released_hold_leaves_no_row_in_the_batch_that_placed_it() {
    let mut views = Views::new().await;
    let held = span("2026-11-23T14:00", 2_640);
    views.world.does_all([hold(A, held, 1), leave(A)]).await;
    let partition = views.node.log.partition_of(&studio_a());
    views.written().await;
    let (holds, _) = standing(&views.node).live_holds(partition).await.unwrap();
    assert_eq!(holds, []);
}

#[tokio::test]
async fn without_a_checkpoint_no_hold_lives_at_position_0() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let partition = node.log.partition_of(&studio_a());
    let found = standing(&node).live_holds(partition).await.unwrap();
    assert_eq!(found, (vec![], position(0)));
}

#[tokio::test]
async fn a_booking_keeps_its_row_through_all_that_happens_to_it() {
    let mut views = Views::new().await;
    views
        .world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    let row = "select status || ' ' || to_char(span_start, 'DD HH24:MI') || ' ' || span_slots from bookings";
    let status = async |views: &Views| -> String {
        let pool = views.written().await;
        sqlx::query_scalar(row).fetch_one(pool).await.unwrap()
    };
    assert_eq!(status(&views).await, "confirmed 24 13:00 4");
    views
        .world
        .does(reschedule(1, span("2026-11-25T09:00", 120)))
        .await;
    assert_eq!(status(&views).await, "confirmed 25 09:00 8");
    views.world.does(cancel(1)).await;
    assert_eq!(status(&views).await, "cancelled 25 09:00 8");
}

#[tokio::test]
async fn a_resource_has_its_settings_to_the_byte_as_the_event_has_them() {
    let mut views = Views::new().await;
    views.world.does(put(&studio_b(), "Studio B")).await;
    let equal = "select resources.settings::text
            = (events.payload -> 'ResourceRegistered' -> 'settings')::text
        from resources
        join events on events.position = resources.position
        where resources.resource_id = 'studio-b'";
    let equal: bool = sqlx::query_scalar(equal)
        .fetch_one(views.written().await)
        .await
        .unwrap();
    assert!(equal);
}

#[tokio::test]
async fn views_equal_the_fold_of_the_log() {
    let mut views = Views::new().await;
    history(&mut views.world, &some_steps()).await;
    let pool = views.written().await;
    let rows: Vec<DayRow> = sqlx::query_as("select * from daily_availability")
        .fetch_all(pool)
        .await
        .unwrap();
    let model = Model::at(&views.world.events, views.world.end());
    assert_eq!(rows.len(), model.days.len());
    for row in rows {
        let key = (row.resource_id, row.date.to_string());
        let key = (key.0.parse().unwrap(), key.1.parse().unwrap());
        let (expected, expected_at) = &model.days[&key];
        let mask = |seats: &Seats| Some(seats.taken()).filter(|mask| !mask.is_empty());
        let text = |seats: &Seats| (!seats.are_single()).then(|| seats.to_string());
        assert_eq!(row.busy.0, expected.booked.taken());
        assert_eq!(row.buffer.map(|mask| mask.0), mask(&expected.buffers));
        assert_eq!(row.seats, text(&expected.booked));
        assert_eq!(row.buffer_seats, text(&expected.buffers));
        assert_eq!(position(row.position.unsigned_abs()), *expected_at);
    }
}

#[derive(sqlx::FromRow)]
struct DayRow {
    resource_id: String,
    date: chrono::NaiveDate,
    busy: MaskColumn,
    buffer: Option<MaskColumn>,
    seats: Option<String>,
    buffer_seats: Option<String>,
    position: i64,
}

#[tokio::test]
async fn a_day_s_row_counts_seats_where_more_than_one_is_taken() {
    let mut views = Views::new().await;
    let row = async |views: &Views| -> (String, Option<String>) {
        let row = "select * from daily_availability";
        let row = sqlx::query_as(row).fetch_one(views.written().await).await;
        let row: DayRow = row.unwrap();
        (row.busy.0.to_string(), row.seats)
    };
    let hour = span("2026-11-24T13:00", 60);
    let later = span("2026-11-24T13:30", 60);
    let shared = put_with(&studio_a(), "Studio A", (0, 0), 5);
    views.world.does(shared).await;
    views.world.does(book(A, hour, 1)).await;
    assert_eq!(row(&views).await, ("52-55".into(), None));
    views.world.does(of_seats(book(B, later, 2), 3)).await;
    let seats = Some("52-53,54-55:4,56-57:3".into());
    assert_eq!(row(&views).await, ("52-57".into(), seats));
    // What is left of it may be one seat again, and then nothing.
    views.world.does(cancel(2)).await;
    assert_eq!(row(&views).await, ("52-55".into(), None));
    views.world.does(cancel(1)).await;
    assert_eq!(row(&views).await, (String::new(), None));
    let most = "select seats_most from resources";
    let most: i16 = sqlx::query_scalar(most)
        .fetch_one(views.written().await)
        .await
        .unwrap();
    views.world.does(put(&studio_a(), "Studio A")).await;
    let still: i16 = sqlx::query_scalar("select seats_most from resources")
        .fetch_one(views.written().await)
        .await
        .unwrap();
    assert_eq!((most, still), (5, 5));
}

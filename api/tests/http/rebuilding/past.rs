//! A past that takes a rebuild a while.

use domain::{calendar::Day, ids::ResourceId};
use eventlog::{Log, LogSettings, MasterKey, testing::book_whole_days};
use sqlx::PgPool;

use super::PARTITIONS;

/// Rooms with a past: some in most of the partitions.
pub(super) const ROOMS: usize = 24;
/// Days that are gone by, each booked from midnight to midnight.
pub(super) const DAYS: u32 = 3;
/// Bookings of a quarter hour that fill a day.
pub(super) const A_DAY: u8 = 96;

/// A room with a past.
pub(super) fn room(nth: usize) -> String {
    format!("old-room-{nth}")
}

/// The nth of the days that are gone by.
pub(super) fn day(nth: u32) -> Day {
    let first: Day = "2020-01-01".parse().unwrap();
    first.plus(nth).unwrap()
}

/// Books every quarter hour of every day; returns how many events that were.
pub(super) async fn write(pool: PgPool) -> u64 {
    let settings = LogSettings {
        partitions: PARTITIONS,
        master_key: MasterKey::new([7; 32]),
    };
    let log = Log::open(pool, settings).await.unwrap();
    let days: Vec<Day> = (0..DAYS).map(day).collect();
    let mut events = 0;
    for nth in 0..ROOMS {
        let room: ResourceId = room(nth).parse().unwrap();
        events += book_whole_days(&log, &room, &days).await.unwrap();
    }
    events
}

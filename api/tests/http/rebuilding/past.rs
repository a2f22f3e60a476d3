//! A past that takes a rebuild a while.

use domain::{calendar::Day, ids::ResourceId, resource::ResourceSettings};
use eventlog::{
    Log, LogSettings, MasterKey,
    testing::{book_whole_days, register},
};
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

/// Registers the rooms and books every quarter hour of every day; returns how many events that were.
pub(super) async fn write(pool: PgPool) -> u64 {
    let settings = LogSettings {
        partitions: PARTITIONS,
        master_key: MasterKey::new([7; 32]),
    };
    let log = Log::open(pool, settings).await.unwrap();
    let days: Vec<Day> = (0..DAYS).map(day).collect();
    let settings_of_rooms: ResourceSettings =
        serde_json::from_str(r#"{"name":"Old room","timezone":"UTC","durations":[15]}"#).unwrap();
    let mut events = 0;
    for nth in 0..ROOMS {
        let room: ResourceId = room(nth).parse().unwrap();
        register(&log, &room, &settings_of_rooms).await.unwrap();
        events += 1 + book_whole_days(&log, &room, &days).await.unwrap();
    }
    events
}

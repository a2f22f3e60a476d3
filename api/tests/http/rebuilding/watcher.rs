use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
};

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{
    crowd::{Room, SLOTS, date, start},
    nodes::{Nodes, entries},
    past,
};
use crate::treatment::Dice;

/// By a booking's id: when something happened to it last, and its status.
type Listed = BTreeMap<String, (String, String)>;

/// Looks at a room again and again, asking for no position: what comes may be late,
/// and never older than what came before.
pub(super) struct Watcher {
    nodes: Nodes,
    room: Arc<Room>,
    /// What the list of a day said last, whichever node was asked.
    listed: (u32, Listed),
    /// By node: what its days said.
    days: [Days; 2],
}

/// What the days of a node said last.
#[derive(Default)]
struct Days {
    position: u64,
    busy: BTreeSet<u32>,
    freed: BTreeSet<u32>,
}

impl Watcher {
    pub(super) fn new(nodes: Nodes, room: Arc<Room>) -> Self {
        Self {
            nodes,
            room,
            listed: Default::default(),
            days: Default::default(),
        }
    }

    pub(super) async fn watch(mut self, over: CancellationToken) {
        for node in (0..2).cycle() {
            if over.is_cancelled() {
                break;
            }
            // The day that is being booked now.
            let first = self.room.begun.load(Ordering::Relaxed).saturating_sub(1) / SLOTS * SLOTS;
            self.look_at_list(node, first).await;
            self.look_at_day(node, first).await;
        }
    }

    async fn look_at_list(&mut self, node: usize, first: u32) {
        let list = self
            .nodes
            .list(node, &self.room.name, &date(first), "")
            .await;
        let listed: Listed = entries(&list)
            .map(|(id, status, changed_at)| (id, (changed_at, status)))
            .collect();
        let (of, before) = std::mem::replace(&mut self.listed, (first, listed));
        let listed = &self.listed.1;
        // When the booker has gone on to the next day, so has who watches.
        for (id, (before, was)) in before.iter().filter(|_| of == first) {
            let now = listed.get(id);
            let (now, is) = now.unwrap_or_else(|| panic!("{id} is lost"));
            assert!(now >= before, "{id} is as it was at {now}, after {before}");
            assert!(was == "confirmed" || is == "cancelled", "{id} is back");
        }
    }

    async fn look_at_day(&mut self, node: usize, first: u32) {
        let path = format!("/v1/resources/{}/days/{}", self.room.name, date(first));
        let shown = self.nodes.get(node, &path).await;
        let position = shown.position();
        let position: u64 = position.rsplit('.').next().unwrap().parse().unwrap();
        let days = &mut self.days[node];
        assert!(
            position >= days.position,
            "{position} after {}",
            days.position
        );
        days.position = position;
        let busy = shown.body["busySlots"].as_array().unwrap().iter();
        let busy: BTreeSet<u32> = busy
            .map(|slot| first + u32::try_from(slot.as_u64().unwrap()).unwrap())
            .collect();
        let cancelled = self.room.cancelled.lock().unwrap().clone();
        for nth in first..first + SLOTS {
            if busy.contains(&nth) {
                // Nobody books it a second time.
                assert!(!days.freed.contains(&nth), "{} is booked again", start(nth));
                days.busy.insert(nth);
            } else if days.busy.remove(&nth) {
                assert!(cancelled.contains(&nth), "{} is lost", start(nth));
                days.freed.insert(nth);
            }
        }
    }
}

/// Looks at days that are gone by, which always are as they were.
pub(super) async fn look_back(nodes: Nodes, mut dice: Dice, over: CancellationToken) {
    let all: Vec<u8> = (0..past::A_DAY).collect();
    while !over.is_cancelled() {
        let room = past::room(usize::try_from(dice.below(past::ROOMS as u64)).unwrap());
        let day = past::day(u32::try_from(dice.below(past::DAYS.into())).unwrap());
        let node = usize::try_from(dice.below(2)).unwrap();
        let path = format!("/v1/resources/{room}/days/{day}");
        let shown = nodes.get(node, &path).await;
        assert_eq!(shown.body["busySlots"], json!(all), "{shown:?}");
        let list = nodes.list(node, &room, &day.to_string(), "").await;
        let confirmed = entries(&list).filter(|(_, status, _)| status == "confirmed");
        assert_eq!(
            confirmed.count(),
            usize::from(past::A_DAY),
            "{room} on {day}"
        );
        let shown = nodes.get(node, "/v1/resources?limit=200").await;
        let rooms = shown.body["resources"].as_array().unwrap().iter();
        let old = rooms.filter(|room| {
            room["resourceId"]
                .as_str()
                .unwrap()
                .starts_with("old-room-")
        });
        assert_eq!(old.count(), past::ROOMS, "{shown:?}");
    }
}

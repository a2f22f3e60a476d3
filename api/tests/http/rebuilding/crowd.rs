//! People who book, and people who look, at both servers.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    booker::Booker,
    found,
    nodes::Nodes,
    watcher::{self, Watcher},
};
use crate::{server::DEADLINE, treatment::Dice};

/// Who books: each has a room of their own, so that it is known what it shows.
const BOOKERS: u64 = 4;
/// Quarter hours of a day.
pub(super) const SLOTS: u32 = 96;

/// Everybody.
pub(super) struct Crowd {
    tasks: JoinSet<()>,
    over: CancellationToken,
    /// Bookings and cancellations that were acknowledged.
    done: Arc<AtomicU64>,
}

impl Crowd {
    /// Lets everybody in.
    pub(super) async fn begin(nodes: &Nodes, dice: &mut Dice) -> Self {
        let mut crowd = Self {
            tasks: JoinSet::new(),
            over: CancellationToken::new(),
            done: Arc::default(),
        };
        for nth in 0..BOOKERS {
            let room = Arc::new(Room {
                name: format!("room-{nth}"),
                begun: AtomicU32::new(0),
                cancelled: Mutex::default(),
            });
            nodes.put(&room.name).await;
            let token = nodes.session().await;
            let (of_room, done) = (Arc::clone(&room), Arc::clone(&crowd.done));
            let booker = Booker::new(nodes.clone(), of_room, token, done);
            let watcher = Watcher::new(nodes.clone(), room);
            crowd.spawn(booker.book_on(crowd.over.clone()));
            crowd.spawn(watcher.watch(crowd.over.clone()));
        }
        let dice = Dice::new(dice.below(u64::MAX));
        crowd.spawn(watcher::look_back(nodes.clone(), dice, crowd.over.clone()));
        crowd.goes_on().await;
        crowd
    }

    fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    pub(super) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Waits until more was booked than could have been under way.
    pub(super) async fn goes_on(&self) {
        let enough = self.done() + 2 * BOOKERS;
        found(async || (self.done() >= enough).then_some(())).await;
    }

    /// Lets everybody end what they are at.
    pub(super) async fn leave(self) {
        self.over.cancel();
        tokio::time::timeout(DEADLINE, self.tasks.join_all())
            .await
            .unwrap();
    }
}

/// A room, and what its booker has told those who watch it.
pub(super) struct Room {
    pub(super) name: String,
    /// Quarter hours that somebody has begun to book, counted from the first day.
    pub(super) begun: AtomicU32,
    /// Those of them that somebody has begun to cancel.
    pub(super) cancelled: Mutex<BTreeSet<u32>>,
}

/// The date of a quarter hour.
pub(super) fn date(nth: u32) -> String {
    format!("2031-03-{:02}", 1 + nth / SLOTS)
}

pub(super) fn start(nth: u32) -> String {
    let slot = nth % SLOTS;
    format!("{}T{:02}:{:02}:00.000Z", date(nth), slot / 4, slot % 4 * 15)
}

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{
    crowd::{Room, SLOTS, date, start},
    nodes::{Nodes, entries},
};
use crate::visitor::{booking, managing};

struct Made {
    id: String,
    manage_token: String,
    cancelled: bool,
}

/// Books one quarter hour after the other, and cancels every third booking.
pub(super) struct Booker {
    nodes: Nodes,
    room: Arc<Room>,
    token: String,
    bookings: BTreeMap<u32, Made>,
    done: Arc<AtomicU64>,
}

impl Booker {
    pub(super) fn new(nodes: Nodes, room: Arc<Room>, token: String, done: Arc<AtomicU64>) -> Self {
        Self {
            nodes,
            room,
            token,
            bookings: BTreeMap::new(),
            done,
        }
    }

    pub(super) async fn book_on(mut self, over: CancellationToken) {
        let mut nth = 0;
        while !over.is_cancelled() {
            self.room.begun.store(nth + 1, Ordering::Relaxed);
            let held = self.hold(nth).await;
            self.book(nth, &held).await;
            if nth % 3 == 2 {
                self.cancel(nth - 1).await;
            }
            nth += 1;
        }
    }

    /// Holds a quarter hour; what the other node then shows has the hold.
    async fn hold(&self, nth: u32) -> String {
        let (room, date) = (&self.room.name, date(nth));
        let path = format!("/v1/resources/{room}/heartbeat");
        let body = json!({"start": start(nth), "duration": 15});
        let beat = |request: RequestBuilder| request.bearer_auth(&self.token).json(&body);
        let held = self
            .nodes
            .ask(node(nth), (Method::POST, &path, 200), beat)
            .await;
        let after = held.position();
        let path = format!("/v1/resources/{room}/presence?from={date}&to={date}&after={after}");
        let shown = self.nodes.get(node(nth) + 1, &path).await;
        assert_eq!(shown.body["holds"][0]["holdId"], held.body["holdId"]);
        held.text_of("holdId")
    }

    async fn book(&mut self, nth: u32, hold: &str) {
        let body = booking(&self.room.name, &start(nth), 15);
        let book = |request: RequestBuilder| request.bearer_auth(&self.token).json(&body);
        // By the node that has not placed the hold.
        let asked = (Method::POST, "/v1/bookings", 201);
        let made = self.nodes.ask(node(nth) + 1, asked, book).await;
        let booking = Made {
            id: made.text_of("bookingId"),
            manage_token: made.text_of("manageToken"),
            cancelled: false,
        };
        self.bookings.insert(nth, booking);
        self.acknowledged(nth, &made.position()).await;
        let (room, date) = (&self.room.name, date(nth));
        let path = format!(
            "/v1/resources/{room}/presence?from={date}&to={date}&after={}",
            made.position()
        );
        let shown = self.nodes.get(node(nth), &path).await;
        assert!(!shown.text.contains(hold), "it was consumed: {shown:?}");
    }

    async fn cancel(&mut self, nth: u32) {
        self.room.cancelled.lock().unwrap().insert(nth);
        let booking = self.bookings.get_mut(&nth).unwrap();
        let path = format!("/v1/bookings/{}", booking.id);
        let asked = (Method::DELETE, path.as_str(), 200);
        let cancel = managing(&booking.manage_token);
        let cancelled = self.nodes.ask(node(nth), asked, cancel).await;
        booking.cancelled = true;
        self.acknowledged(nth, &cancelled.position()).await;
    }

    /// What was acknowledged is shown by both nodes, with all that was before, by
    /// the day, by the list and by the booking itself.
    async fn acknowledged(&self, nth: u32, position: &str) {
        self.done.fetch_add(1, Ordering::Relaxed);
        let (room, date) = (&self.room.name, date(nth));
        let first = nth / SLOTS * SLOTS;
        let of_day = self.bookings.range(first..first + SLOTS);
        let busy = of_day.clone().filter(|(_, made)| !made.cancelled);
        let busy: Vec<u32> = busy.map(|(nth, _)| nth % SLOTS).collect();
        let path = format!("/v1/resources/{room}/days/{date}?after={position}");
        let listed: Vec<_> = of_day
            .map(|(_, made)| (made.id.clone(), status(made).to_owned()))
            .collect();
        for node in 0..2 {
            let shown = self.nodes.get(node, &path).await;
            assert_eq!(
                shown.body["busySlots"],
                json!(busy),
                "{position}: {shown:?}"
            );
            let after = format!("&after={position}");
            let list = self.nodes.list(node, room, &date, &after).await;
            let list: Vec<_> = entries(&list).map(|(id, status, _)| (id, status)).collect();
            assert_eq!(list, listed, "{room} at {position}");
            let made = &self.bookings[&nth];
            let path = format!("/v1/bookings/{}", made.id);
            let asked = (Method::GET, path.as_str(), 200);
            let shown = self
                .nodes
                .ask(node, asked, managing(&made.manage_token))
                .await;
            assert_eq!(shown.body["status"], status(made));
        }
    }
}

const fn status(made: &Made) -> &'static str {
    if made.cancelled {
        "cancelled"
    } else {
        "confirmed"
    }
}

const fn node(nth: u32) -> usize {
    nth as usize % 2
}

//! People who book, and people who look, at both servers.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{found, past};
use crate::{
    answer::Answer,
    server::{ADMIN_KEY, DEADLINE, studio},
    treatment::Dice,
    visitor::{booking, managing},
};

/// Who books: each has a room of their own, so that it is known what it shows.
const BOOKERS: u64 = 4;
/// Quarter hours of a day.
const SLOTS: u32 = 96;

/// Where to ask.
#[derive(Clone)]
pub(super) struct Nodes {
    pub(super) bases: [String; 2],
    pub(super) client: Client,
}

impl Nodes {
    /// Asks a node, which must answer with this status.
    async fn ask(
        &self,
        node: usize,
        (method, path, status): (Method, &str, u16),
        change: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Answer {
        let url = format!("{}{path}", self.bases[node % 2]);
        let request = change(self.client.request(method.clone(), url));
        let answer = request.timeout(DEADLINE).send().await.unwrap();
        Answer::read(method, path, answer).await.expect(status)
    }

    async fn get(&self, node: usize, path: &str) -> Answer {
        let asked = (Method::GET, path, 200);
        self.ask(node, asked, |request| request).await
    }

    /// A room's bookings of a day, cancelled ones too, by their ids.
    async fn list(&self, node: usize, room: &str, day: &str, after: &str) -> Value {
        let path = format!("/v1/bookings?resourceId={room}&from={day}&to={day}&limit=500{after}");
        let admin = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
        let answer = self.ask(node, (Method::GET, &path, 200), admin).await;
        assert_eq!(
            answer.body["nextCursor"],
            Value::Null,
            "more than a day has"
        );
        answer.body["bookings"].clone()
    }

    pub(super) async fn put(&self, room: &str) {
        let path = format!("/v1/resources/{room}");
        let mut settings = studio();
        settings["durations"] = json!([15]);
        let put = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY).json(&settings);
        self.ask(0, (Method::PUT, &path, 201), put).await;
    }

    async fn session(&self) -> String {
        let asked = (Method::POST, "/v1/sessions", 201);
        self.ask(0, asked, |request| request).await.text_of("token")
    }
}

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
            let booker = Booker {
                nodes: nodes.clone(),
                room: Arc::clone(&room),
                token: nodes.session().await,
                bookings: BTreeMap::new(),
                done: Arc::clone(&crowd.done),
            };
            let watcher = Watcher {
                nodes: nodes.clone(),
                room,
                listed: Default::default(),
                days: Default::default(),
            };
            crowd.spawn(booker.book_on(crowd.over.clone()));
            crowd.spawn(watcher.watch(crowd.over.clone()));
        }
        let dice = Dice::new(dice.below(u64::MAX));
        crowd.spawn(look_back(nodes.clone(), dice, crowd.over.clone()));
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
struct Room {
    name: String,
    /// Quarter hours that somebody has begun to book, counted from the first day.
    begun: AtomicU32,
    /// Those of them that somebody has begun to cancel.
    cancelled: Mutex<BTreeSet<u32>>,
}

/// The date of a quarter hour.
fn date(nth: u32) -> String {
    format!("2031-03-{:02}", 1 + nth / SLOTS)
}

fn start(nth: u32) -> String {
    let slot = nth % SLOTS;
    format!("{}T{:02}:{:02}:00.000Z", date(nth), slot / 4, slot % 4 * 15)
}

struct Made {
    id: String,
    manage_token: String,
    cancelled: bool,
}

/// Books one quarter hour after the other, and cancels every third booking.
struct Booker {
    nodes: Nodes,
    room: Arc<Room>,
    token: String,
    bookings: BTreeMap<u32, Made>,
    done: Arc<AtomicU64>,
}

impl Booker {
    async fn book_on(mut self, over: CancellationToken) {
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

/// The bookings of a list: id, status, and when something happened last.
fn entries(list: &Value) -> impl Iterator<Item = (String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = list.as_array().unwrap().iter();
    list.map(move |entry| {
        let fields = ["bookingId", "status", "changedAt"];
        let [id, status, changed_at] = fields.map(|field| text(&entry[field]));
        (id, status, changed_at)
    })
}

/// By a booking's id: when something happened to it last, and its status.
type Listed = BTreeMap<String, (String, String)>;

/// Looks at a room again and again, asking for no position: what comes may be late,
/// and never older than what came before.
struct Watcher {
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
    async fn watch(mut self, over: CancellationToken) {
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
async fn look_back(nodes: Nodes, mut dice: Dice, over: CancellationToken) {
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
    }
}

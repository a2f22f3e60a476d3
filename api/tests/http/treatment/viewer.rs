//! A viewer whose connection is cut, which lags, reads by the byte, changes what it
//! watches and comes back, as `EventSource` does: it believes a frame when its blank line has come, and
//! remembers the id that came last.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::watch,
    time::timeout,
};

use super::{dice::Dice, wanted::Wanted};
use crate::server::DEADLINE;

/// What a viewer's socket takes at a time: so little that one that lags holds the
/// server up.
const RECEIVE_BYTES: u32 = 2048;

/// What viewers go by.
#[derive(Debug, Clone, Default)]
pub(super) struct Weather {
    /// Where the nodes that live listen.
    pub(super) addresses: Vec<String>,
    /// How often something was asked of them so far.
    pub(super) steps: u64,
    /// What each day is like in the end, once it is known: then all treat each
    /// other well.
    pub(super) truth: Option<Arc<Days>>,
}

/// The data of the last frame of each event, resource and date.
pub(super) type Days = BTreeMap<(String, String, String), Value>;

/// What it takes to watch.
pub(super) struct Viewer {
    pub(super) wanted: Wanted,
    pub(super) dice: Dice,
    pub(super) weather: watch::Receiver<Weather>,
    pub(super) days: Days,
    /// The last id, and what was watched when it came.
    pub(super) last: Option<(String, Wanted)>,
    /// How often it connected.
    pub(super) connections: usize,
}

/// What a viewer does next.
enum Mood {
    /// Reads up to so many bytes.
    Read(usize),
    /// Reads nothing until so much has happened.
    Lag(u64),
    /// Hangs up.
    Cut,
    /// Hangs up and forgets where it was, not what it saw.
    Forget,
    /// Watches other days.
    Change,
}

impl Viewer {
    /// Watches until it has seen the truth.
    pub(super) async fn watch(mut self) -> Self {
        let followed = timeout(2 * DEADLINE, self.follow()).await;
        assert!(
            followed.is_ok(),
            "after {} connections, the last from {:?}, it has {:#?} and lacks {:#?}",
            self.connections,
            self.last,
            self.days,
            self.lacks()
        );
        self
    }

    async fn follow(&mut self) {
        let mut before = None;
        while !self.knows() {
            let Some(mut stream) = self.connect().await else {
                // The node that it asked is gone; another one will come.
                self.changed().await;
                continue;
            };
            // Whoever watches other days opens the new stream before it closes the old.
            drop(before.take());
            self.connections += 1;
            self.read(&mut stream).await;
            before = Some(stream);
        }
    }

    /// What of the truth it has not, or otherwise.
    fn lacks(&self) -> Days {
        let truth = self.weather.borrow().truth.clone();
        let truth = truth.iter().flat_map(|truth| truth.iter());
        let lacked = truth
            .filter(|(key, state)| self.wanted.has(key) && self.days.get(*key) != Some(*state));
        lacked
            .map(|(key, state)| (key.clone(), state.clone()))
            .collect()
    }

    /// Whether it has what each of its days is like in the end.
    fn knows(&self) -> bool {
        let truth = self.weather.borrow().truth.clone();
        truth.is_some_and(|truth| {
            let watched = |(key, _): &(&(String, String, String), &Value)| self.wanted.has(key);
            let has = self.days.iter().filter(watched);
            truth.iter().filter(watched).eq(has)
        })
    }

    /// Whatever happens next; nothing, when nothing will.
    async fn changed(&mut self) {
        if self.weather.borrow().truth.is_some() {
            // The nodes stay from now on: asking again is what is left.
            tokio::task::yield_now().await;
        } else {
            self.weather.changed().await.unwrap();
        }
    }

    async fn connect(&mut self) -> Option<TcpStream> {
        let addresses = self.weather.borrow_and_update().addresses.clone();
        let address = self.dice.pick(&addresses)?.parse().unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(RECEIVE_BYTES).unwrap();
        let mut stream = socket.connect(address).await.ok()?;
        let seen = self.last.as_ref();
        let seen = seen.map_or_else(String::new, |(id, _)| format!("Last-Event-ID: {id}\r\n"));
        // By the older protocol the answer has no chunks: what comes is the stream.
        let path = self.wanted.path(self.last.as_ref().map(|(_, about)| about));
        let request = format!("GET {path} HTTP/1.0\r\nHost: viewer\r\n{seen}\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        Some(stream)
    }

    fn mood(&mut self) -> Mood {
        if self.weather.borrow().truth.is_some() {
            return Mood::Read(4096);
        }
        match self.dice.below(40) {
            0 => Mood::Cut,
            1 => Mood::Forget,
            5 => Mood::Change,
            2..5 => Mood::Lag(1 + self.dice.below(12)),
            6..20 => Mood::Read(1 + usize::try_from(self.dice.below(40)).unwrap()),
            _ => Mood::Read(1 + usize::try_from(self.dice.below(1500)).unwrap()),
        }
    }

    /// Reads until the connection ends, one way or another.
    async fn read(&mut self, stream: &mut TcpStream) {
        let mut received = Vec::new();
        let mut answered = false;
        let mut buffer = [0; 4096];
        while !self.knows() {
            let most = match self.mood() {
                Mood::Read(most) => most,
                Mood::Lag(steps) => {
                    self.lag(steps).await;
                    continue;
                }
                Mood::Cut => return,
                Mood::Forget => {
                    self.last = None;
                    return;
                }
                Mood::Change => {
                    self.wanted.change(&mut self.dice);
                    return;
                }
            };
            let length = tokio::select! {
                read = stream.read(&mut buffer[..most]) => read.unwrap_or(0),
                // Something has happened, or the truth is known: it may be ours.
                changed = self.weather.changed() => {
                    changed.unwrap();
                    continue;
                }
            };
            if length == 0 {
                return;
            }
            received.extend_from_slice(&buffer[..length]);
            if !answered {
                let Some(head) = take(&mut received, b"\r\n\r\n") else {
                    continue;
                };
                if !head.starts_with(b"HTTP/1.0 200") {
                    // A node that stops says so.
                    return;
                }
                answered = true;
            }
            while let Some(block) = take(&mut received, b"\n\n") {
                let finished = self.believe(std::str::from_utf8(&block).unwrap());
                // An id that came before its round was over would lose the rest of it.
                let well = self.weather.borrow().truth.is_some();
                if finished && !well && self.dice.below(4) == 0 {
                    return;
                }
            }
        }
    }

    async fn lag(&mut self, steps: u64) {
        let until = self.weather.borrow().steps + steps;
        let enough = |weather: &Weather| weather.steps >= until || weather.truth.is_some();
        self.weather.wait_for(enough).await.unwrap();
    }

    /// Takes in what came; whether it was the id of a round.
    fn believe(&mut self, block: &str) -> bool {
        let field = |name: &str| {
            let value = |line: &str| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned());
            block.lines().find_map(value)
        };
        let (id, event) = (field("id"), field("event"));
        let is_id_alone = id.is_some() && event.is_none();
        if let Some(id) = id {
            self.last = Some((id, self.wanted.clone()));
        }
        let (Some(event), Some(text)) = (event, field("data")) else {
            return is_id_alone;
        };
        if event == "reset" {
            self.days.clear();
            return false;
        }
        let mut state: Value = serde_json::from_str(&text).unwrap();
        let text = |name: &str| state[name].as_str().unwrap_or_default().to_owned();
        let key = (event, text("resourceId"), text("date"));
        // Where a resource changed last, no other route tells.
        state.as_object_mut().unwrap().remove("position");
        self.days.insert(key, state);
        false
    }
}

/// Takes what comes before `end`, and `end`, off the beginning.
fn take(bytes: &mut Vec<u8>, end: &[u8]) -> Option<Vec<u8>> {
    let at = bytes.windows(end.len()).position(|part| part == end)?;
    let mut taken: Vec<u8> = bytes.drain(..at + end.len()).collect();
    taken.truncate(at);
    Some(taken)
}

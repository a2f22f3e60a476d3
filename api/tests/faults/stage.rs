//! What clients and faults share: the servers, their database, the time and
//! what was said.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex as SyncMutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::ids::SessionId;
use eventlog::GlobalPosition;
use reqwest::{Client, Response, header::HeaderMap};
use serde_json::Value;
use tokio::{
    sync::{Mutex, watch},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::{
    ask::Ask,
    database::Database,
    deed::{Answer, Attempt, Claim, Deed},
    draw::Draw,
    kind::Kind,
    node::Node,
};

/// How long a client waits for an answer: less than a server stands still.
const PATIENCE: Duration = Duration::from_millis(2_500);

/// Lets time pass: a fault or a client comes later.
pub(crate) async fn pause(duration: Duration) {
    sleep_until(Instant::now() + duration).await;
}

/// A visitor.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) session: SessionId,
    pub(crate) token: String,
}

#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) nodes: Vec<Node>,
    pub(crate) database: Mutex<Database>,
    pub(crate) over: CancellationToken,
    pub(crate) deeds: SyncMutex<Vec<Deed>>,
    /// When the database was put back, if it was.
    pub(crate) put_back_ms: SyncMutex<Option<PutBack>>,
    /// What went wrong that is not seen in the log.
    pub(crate) stuck: SyncMutex<Vec<String>>,
    pub(crate) done: SyncMutex<BTreeMap<Kind, u64>>,
    /// Counts the times at which a crowd is to ask, all at once.
    pub(crate) rushes: watch::Sender<u32>,
    client: Client,
    requests: AtomicU64,
    /// An instant, and the database's time then, in milliseconds.
    began: (Instant, i64),
    /// How long something may take that is to come to an end: past it, it hangs
    /// for good.
    pub(crate) deadline: Duration,
}

/// When the database was put back, in milliseconds of the database's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PutBack {
    /// From here on nothing of the copy is missing: what was answered before is
    /// kept.
    pub(crate) copied: i64,
    /// What was committed before is of the history that was undone, what was
    /// committed later of the new one.
    pub(crate) undone: i64,
    /// When the last server that stood still meanwhile was let go.
    pub(crate) awake: i64,
}

impl Stage {
    pub(crate) fn new(
        database: Database,
        nodes: Vec<Node>,
        now_ms: i64,
        deadline: Duration,
    ) -> Self {
        Self {
            nodes,
            database: Mutex::new(database),
            over: CancellationToken::new(),
            deeds: SyncMutex::default(),
            put_back_ms: SyncMutex::default(),
            stuck: SyncMutex::default(),
            done: SyncMutex::default(),
            rushes: watch::Sender::new(0),
            client: Client::builder().timeout(PATIENCE).build().unwrap(),
            requests: AtomicU64::new(0),
            began: (Instant::now(), now_ms),
            deadline,
        }
    }

    /// The database's time: it runs on this machine too, and its clock stands
    /// still for nobody. While that is ahead, what it would be otherwise.
    pub(crate) fn now_ms(&self) -> i64 {
        let (instant, ms) = self.began;
        ms + i64::try_from(instant.elapsed().as_millis()).unwrap()
    }

    /// Asks until the answer is definite, of one server and another. Sometimes
    /// gives up before, as people do.
    pub(crate) async fn insist(
        &self,
        visitor: &Visitor,
        draw: &mut Draw,
        ask: Ask,
    ) -> Option<Answer> {
        let began = Instant::now();
        let mut attempts = Vec::new();
        let told = loop {
            let attempt = self.attempt(visitor, draw, &ask).await;
            let (claim, told) = (attempt.claim(), attempt.told.clone());
            attempts.push(attempt);
            match claim {
                Claim::Done | Claim::Refused | Claim::Broken => break told,
                Claim::NotShown if attempts.len() > 2 => break told,
                _ if draw.chance(5) => break None,
                _ => {}
            }
            if began.elapsed() > self.deadline {
                let last = attempts.last();
                self.stick(format!("no definite answer to {ask:?}: {last:?}"));
                break None;
            }
            pause(Duration::from_millis(draw.between(10..=80))).await;
        };
        let deed = Deed {
            session: visitor.session,
            ask,
            attempts,
        };
        self.deeds.lock().unwrap().push(deed);
        told
    }

    pub(crate) fn stick(&self, says: String) {
        self.stuck.lock().unwrap().push(says);
    }

    async fn attempt(&self, visitor: &Visitor, draw: &mut Draw, ask: &Ask) -> Attempt {
        let (node, base) = self.some_node(draw).await;
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let id = format!("server-{node}-request-{number}");
        let request = ask.request(&self.client, &base, &visitor.token);
        let sent_ms = self.now_ms();
        let answer = request.header("X-Request-Id", &id).send().await;
        let told = match answer {
            Ok(response) => read(response).await,
            Err(_) => None,
        };
        Attempt {
            id,
            sent_ms,
            answered_ms: self.now_ms(),
            told,
        }
    }

    /// A server that is up, for all that is known.
    pub(crate) async fn some_node(&self, draw: &mut Draw) -> (usize, String) {
        loop {
            let node = draw.index(self.nodes.len());
            if let Some(base) = self.nodes[node].base() {
                return (node, base);
            }
            pause(Duration::from_millis(20)).await;
        }
    }
}

async fn read(response: Response) -> Option<Answer> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let text = response.text().await.ok()?;
    let body: Value = serde_json::from_str(&text).unwrap_or_default();
    let code = body["code"].as_str().unwrap_or_default().to_owned();
    Some(Answer {
        status,
        code,
        place: place(&headers),
        replayed: headers.contains_key("idempotency-replayed"),
        body,
    })
}

fn place(headers: &HeaderMap) -> Option<GlobalPosition> {
    let place = headers.get("slotkeeper-position")?;
    place.to_str().ok()?.parse().ok()
}

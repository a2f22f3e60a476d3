//! docs/audit.md says what the tool says.

use std::{
    env, fs,
    path::Path,
    process::{Command, Output},
};

use domain::{
    command::{Command as Asked, Heartbeat, Leave, PutResource},
    hold::Lease,
};
use eventlog::{Actor, testing::TestDatabase};
use tempfile::TempDir;

use crate::{
    harness::write_views,
    support::{A, B, Node, World, at, book, cancel, hold, hold_id, put, span, studio_a, studio_b},
};

/// A server's log of the night that the page is about.
const SERVER_LOG: &str = include_str!("../fixtures/server.log");

/// Where the page comes to the other log.
const NIGHT: &str = "# The night on which the clocks changed";

/// The morning or the night that the page is about, at times of its own.
pub(crate) struct Morning {
    pub(crate) database: TestDatabase,
    world: World,
    node: Node,
}

impl Morning {
    pub(crate) async fn new() -> Self {
        let mut morning = Self::empty().await;
        morning.live().await;
        write_views(&morning.node).await;
        morning
    }

    async fn empty() -> Self {
        let database = TestDatabase::new().await;
        let node = Node::new(&database).await;
        let world = World::new(&node.log).await;
        // A log is named at random, and the page is not written anew for that.
        sqlx::query("update log set id = '6e0f8a4e-9f1b-4c7e-8d52-0f4f3a9c2b11'")
            .execute(database.pool())
            .await
            .unwrap();
        Self {
            database,
            world,
            node,
        }
    }

    /// The night in which Berlin's clocks went back, and somebody else's visit to it.
    async fn night() -> Self {
        let mut night = Self::empty().await;
        let admin = Actor::Admin("0a1b2c3d".into());
        night.world.request = Some("operator-1".into());
        night.at("2026-10-20T08:00:00.000Z", admin, berlin()).await;
        let bob = Actor::Session(B);
        night.world.request = Some("tab-b-1".into());
        let held = Asked::Heartbeat(Heartbeat {
            resource: studio_b(),
            session: B,
            span: span("2026-10-25T09:00", 60),
            lease: Lease::Checkout,
            renew: None,
            new_hold: hold_id(3),
            quantity: domain::calendar::SeatCount::ONE,
        });
        night
            .at("2026-10-25T00:29:40.112Z", bob.clone(), held)
            .await;
        night.world.request = Some("tab-b-2".into());
        let left = Asked::Leave(Leave {
            resource: studio_b(),
            session: B,
            hold: None,
        });
        night.at("2026-10-25T00:30:41.004Z", bob, left).await;
        write_views(&night.node).await;
        night
    }

    async fn at(&mut self, time: &str, by: Actor, asked: Asked) {
        self.world.now = at(time);
        self.world.by = by;
        self.world.does(asked).await;
    }

    async fn does(&mut self, time: &str, by: Actor, asked: Asked) {
        self.world.now = at(&format!("2026-11-23T{time}Z"));
        self.world.by = by;
        self.world.does(asked).await;
    }

    async fn live(&mut self) {
        let (ann, bob) = (Actor::Session(A), Actor::Session(B));
        let slot = span("2026-11-24T13:00", 60);
        let admin = Actor::Admin("operations".into());
        self.does("08:00:00.000", admin, put(&studio_a(), "Studio A"))
            .await;
        for beat in ["09:00:00.114", "09:00:05.098", "09:00:10.102"] {
            self.does(beat, ann.clone(), hold(A, slot, 1)).await;
        }
        self.world.now = at("2026-11-23T09:00:20.104Z");
        self.world.by = Actor::System;
        self.world.expires().await;
        for beat in ["09:00:31.377", "09:00:36.360"] {
            self.does(beat, bob.clone(), hold(B, slot, 2)).await;
        }
        self.does("09:00:41.902", bob.clone(), book(B, slot, 2))
            .await;
        let later = span("2026-11-24T15:00", 120);
        self.does("09:04:12.650", ann.clone(), book(A, later, 1))
            .await;
        self.does("09:30:05.001", Actor::ManageToken, cancel(1))
            .await;
    }

    /// What comes of a line of the page, typed in `folder`.
    async fn runs(&self, line: &str, folder: &TempDir) -> String {
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["slotkeeper-replay", ref arguments @ ..] => self.tool(arguments, folder),
            ["psql", "-c", statement] => {
                let done = sqlx::query(statement).execute(self.database.pool());
                format!("UPDATE {}\n", done.await.unwrap().rows_affected())
            }
            ["grep", ..] => {
                let mut shell = Command::new("bash");
                let found = shell.args(["-c", line]).current_dir(folder.path()).output();
                String::from_utf8(found.unwrap().stdout).unwrap()
            }
            _ => panic!("nobody knows how to run {line}"),
        }
    }

    /// Runs the tool as somebody types it in `folder`.
    pub(crate) fn typed(&self, arguments: &[&str], folder: &TempDir) -> Output {
        Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
            .args(arguments)
            .env("DATABASE_URL", self.database.url())
            .current_dir(folder.path())
            .output()
            .unwrap()
    }

    fn tool(&self, arguments: &[&str], folder: &TempDir) -> String {
        let output = self.typed(arguments, folder);
        let said = [output.stdout, output.stderr].concat();
        let said = same_value(&same_time(&String::from_utf8(said).unwrap()));
        match output.status.code() {
            Some(0) => said,
            code => format!("{said}(exit code {})\n", code.unwrap()),
        }
    }
}

/// A seal tells the database's time, which the page's morning does not set.
fn same_time(said: &str) -> String {
    let Some((before, after)) = said.split_once("sealed at ") else {
        return said.to_owned();
    };
    let rest = &after["2026-11-23T18:00:00.000Z".len()..];
    format!("{before}sealed at 2026-11-23T18:00:00.000Z{rest}")
}

/// studio-b, by Berlin's clock.
fn berlin() -> Asked {
    let settings = serde_json::json!({
        "name": "Studio B",
        "timezone": "Europe/Berlin",
        "durations": [60],
    });
    Asked::PutResource(PutResource {
        resource: studio_b(),
        settings: serde_json::from_value(settings).unwrap(),
    })
}

/// The chain's value as the page tells it: hashes cover the tips of appends, which are
/// random.
const VALUE: &str = "e2d0150c6637928280d27b0661acbeeaa1090419771f136b325b7a75007a4f06";

/// A seal tells a value that is another each time.
fn same_value(said: &str) -> String {
    let is_value =
        |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut same = said.to_owned();
    for word in said.split_whitespace().filter(|word| is_value(word)) {
        same = same.replace(word, VALUE);
    }
    same
}

/// The words of a line, as a shell parts them.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('"').enumerate();
    let words = quoted.flat_map(|(nth, part)| -> Vec<String> {
        if nth % 2 == 1 {
            vec![part.to_owned()]
        } else {
            part.split_whitespace().map(str::to_owned).collect()
        }
    });
    words.collect()
}

/// The page with what its lines say now.
async fn told(page: &str, morning: &Morning, night: &Morning) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("server.log"), SERVER_LOG).unwrap();
    let mut now = morning;
    let (mut told, mut typed, mut answering) = (String::new(), false, false);
    for line in page.lines() {
        if line == NIGHT {
            now = night;
        }
        if line.starts_with("```") {
            (typed, answering) = (line == "```console", false);
        }
        let command = line.strip_prefix("$ ").filter(|_| typed);
        if command.is_none() && answering {
            continue;
        }
        told.push_str(line);
        told.push('\n');
        if let Some(command) = command {
            told.push_str(&now.runs(command, &folder).await);
            answering = true;
        }
    }
    told
}

/// With `WRITE_DOCUMENT=1` it writes the page anew instead.
#[tokio::test]
async fn every_line_of_the_walk_through_says_what_the_page_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/audit.md");
    let (morning, night) = (Morning::new().await, Morning::night().await);
    let page = fs::read_to_string(&file).unwrap();
    let told = told(&page, &morning, &night).await;
    if env::var_os("WRITE_DOCUMENT").is_some() {
        fs::write(&file, &told).unwrap();
        return;
    }
    let different = page
        .lines()
        .zip(told.lines())
        .find(|(page, told)| page != told);
    assert_eq!(
        different, None,
        "write it anew: WRITE_DOCUMENT=1 cargo test -p replay --test cli walkthrough"
    );
    assert_eq!(page, told);
}

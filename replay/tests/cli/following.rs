//! `tail`: what happens, as it happens.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{
    harness::Past,
    support::{A, B, book, hold, leave, put, span, studio_b},
};

/// A tail that runs.
struct Tail {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Tail {
    /// Follows from the history's end on, for machines.
    fn of(past: &Past, filter: &[&str]) -> Self {
        Self::told(past, "json", filter)
    }

    fn told(past: &Past, format: &str, filter: &[&str]) -> Self {
        let end = past.world.events.last().unwrap().recorded_at;
        let from = end.plus_ms(1).to_string();
        let mut child = Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
            .args(["--database-url", &past.database.url(), "--format", format])
            .args(["tail", "--from", &from])
            .args(filter)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next line. Waits for it.
    fn line(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }

    /// The type and position of the next event told. Waits for it.
    fn next(&mut self) -> (String, u64) {
        let event: Value = serde_json::from_str(&self.line()).unwrap();
        let kind = event["eventType"].as_str().unwrap();
        (kind.to_owned(), event["position"].as_u64().unwrap())
    }

    /// Interrupts it, as Ctrl-C does; it must end as one that has done what it should.
    fn interrupt(mut self) -> usize {
        let id = i32::try_from(self.child.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), Signal::INT).unwrap();
        let left = self.lines.count();
        let ended = self.child.wait().unwrap();
        assert_eq!(ended.code(), Some(0), "{ended}");
        left
    }
}

#[tokio::test]
async fn what_happens_is_told_as_it_happens_until_it_is_interrupted() {
    let mut past = Past::new().await;
    let mut tail = Tail::of(&past, &[]);
    past.world.now = past.world.now.plus_ms(5_000);
    let beat = hold(B, span("2026-11-26T10:00", 60), 77);
    let position = past.world.does(beat).await.get();
    assert_eq!(tail.next(), ("HoldPlaced".into(), position));
    let position = past.world.does(leave(B)).await.get();
    assert_eq!(tail.next(), ("HoldReleased".into(), position));
    assert_eq!(tail.interrupt(), 0);
}

#[tokio::test]
async fn what_is_told_is_what_was_asked_for() {
    let mut past = Past::new().await;
    let mut by_type = Tail::of(&past, &["--type", "BookingConfirmed"]);
    let mut by_session = Tail::of(&past, &["--session", &B.to_string()]);
    let mut by_resource = Tail::of(&past, &["--resource", "studio-b"]);
    past.world.now = past.world.now.plus_ms(5_000);
    past.world.does(leave(A)).await;
    past.world
        .does(hold(B, span("2026-11-26T10:00", 60), 78))
        .await;
    past.world.does(leave(B)).await;
    past.world
        .does(book(A, span("2026-11-26T12:00", 60), 79))
        .await;
    let last = past.world.does(put(&studio_b(), "Studio B")).await.get();
    let mut events = past.world.events.iter();
    let made = events.rfind(|event| event.event.event_type() == "BookingConfirmed");
    let made = made.unwrap().position.get();
    assert_eq!(by_type.next(), ("BookingConfirmed".into(), made));
    // The end of its hold names no session.
    assert_eq!(by_session.next().0, "HoldPlaced");
    assert_eq!(by_session.next().0, "HoldReleased");
    assert_eq!(by_resource.next().1, last);
    for tail in [by_type, by_session, by_resource] {
        assert_eq!(tail.interrupt(), 0);
    }
}

#[tokio::test]
async fn a_line_tells_what_its_history_does_not() {
    let mut past = Past::new().await;
    let mut of_all = Tail::told(&past, "human", &[]);
    let mut of_one = Tail::told(&past, "human", &["--resource", "studio-a"]);
    past.world.now = past.world.now.plus_ms(5_000);
    past.world
        .does(book(B, span("2026-11-26T10:00", 60), 77))
        .await;
    assert!(of_all.line().contains("RESOURCE"));
    assert!(!of_one.line().contains("RESOURCE"));
    let slots = "slots booked       booking 4d4d4d4d4d4d  2026-11-26 10:00 to 11:00";
    let (all, one) = (of_all.line(), of_one.line());
    assert!(
        all.contains("  studio-a  ") && all.ends_with(slots),
        "{all}"
    );
    assert!(
        !one.contains("  studio-a  ") && one.ends_with(slots),
        "{one}"
    );
    for tail in [of_all, of_one] {
        tail.interrupt();
    }
}

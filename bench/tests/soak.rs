//! A soak of some seconds, its chart and its page.
#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::{fs, path::Path};

use bench::soak::{self, Plan, chart};

const PROGRAM: &str = env!("CARGO_BIN_EXE_bench");

/// What every PNG begins with, up to its width.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_answered_and_all_that_was_measured_is_told() {
    let soak = soak::run(Plan::quick(), Path::new(PROGRAM)).await.unwrap();
    assert_eq!(soak.totals.surprises, 0, "{:#?}", soak.totals);
    for asked in ["sessions", "heartbeats", "bookings", "months", "slot lists"] {
        let answers = soak.totals.answers.get(asked).copied().unwrap_or(0);
        assert!(answers > 0, "{asked}: {:#?}", soak.totals);
    }
    assert!(soak.totals.frames > 0, "{:#?}", soak.totals);
    assert!(soak.growth.hold_minutes > 0.0, "{:#?}", soak.growth);
    let sample = soak.samples.last().unwrap();
    assert!(sample.servers.iter().all(|server| server.memory_bytes > 0));
    assert!(sample.postgres.memory_bytes > 0, "{sample:#?}");

    // What is written can be read again, whatever the figures.
    let text = serde_json::to_string(&soak).unwrap();
    let soak: soak::Soak = serde_json::from_str(&text).unwrap();
    let page = soak::page(&soak, "soak.png");
    for measure in soak::steadiness(&soak) {
        assert!(!measure.late.is_nan(), "{measure:?}");
    }
    assert!(page.contains(": node 1"), "{page}");
    assert!(page.contains("a hold-minute"), "{page}");
    picture(&chart::panels(&soak));
}

/// Draws panels, unless this machine has no font, which the program must say.
fn picture(panels: &[chart::Panel]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("soak.png");
    match chart::draw(panels, &file) {
        Ok(()) => assert!(fs::read(&file).unwrap().starts_with(PNG)),
        Err(error) => assert!(error.to_string().contains("fonts-dejavu-core"), "{error}"),
    }
}

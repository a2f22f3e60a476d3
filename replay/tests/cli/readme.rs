//! The README's examples, typed one after the other.

use eventlog::testing::TestDatabase;

use crate::walkthrough::Morning;

/// What goes on until somebody stops it.
const ENDLESS: [&str; 1] = ["tail"];

/// Stands in the README for a database that is not the one of `DATABASE_URL`.
const ANOTHER: &str = "postgres://USER:PASSWORD@HOST/ANOTHER";

/// The calendar file of the README.
const HOLIDAYS: &str = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Christmas\n\
    DTSTART;VALUE=DATE:20271225\nRRULE:FREQ=YEARLY\nEND:VEVENT\nEND:VCALENDAR\n";

#[tokio::test]
async fn every_example_of_the_readme_runs() {
    let (morning, another) = (Morning::new().await, TestDatabase::new().await);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("holidays.ics"), HOLIDAYS).unwrap();
    let readme = include_str!("../../README.md");
    let mut ran = Vec::new();
    for block in readme.split("```sh\n").skip(1) {
        let lines = block.split("```").next().unwrap().lines();
        for line in lines.filter_map(|line| line.strip_prefix("slotkeeper-replay ")) {
            let line = line.replace(ANOTHER, &another.url());
            let words: Vec<&str> = line.split_whitespace().collect();
            if ENDLESS.contains(&words[0]) {
                continue;
            }
            let output = morning.typed(&words, &folder);
            // No node has a duty here, and that is said.
            let attention = words[0] == "status" && output.status.code() == Some(3);
            assert!(output.status.success() || attention, "{line}: {output:?}");
            ran.push(words[0].to_owned());
        }
    }
    for command in [
        "audit",
        "compact",
        "erase",
        "export",
        "holidays",
        "import",
        "new-epoch",
        "rebuild",
        "seal",
        "state",
        "status",
        "verify",
    ] {
        assert!(ran.iter().any(|ran| ran == command), "{command}: {ran:?}");
    }
}

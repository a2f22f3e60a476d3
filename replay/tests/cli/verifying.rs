//! How `verify` is run: in pipes, by seals, and where nothing can be written.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use crate::{
    harness::Past,
    support::{B, book, hold, span},
};

/// Runs the tool with its output into a reader that reads a line and goes away; gives
/// its exit code.
fn into_head(past: &Past, arguments: &[&str]) -> Option<i32> {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
        .args(arguments)
        .args(["--database-url", &past.database.url()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut reader = BufReader::with_capacity(1, tool.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    drop(reader);
    tool.wait().unwrap().code()
}

/// Runs the tool with an output that is closed before it begins.
fn into_nothing(past: &Past, arguments: &[&str]) -> Option<i32> {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
        .args(arguments)
        .args(["--database-url", &past.database.url()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(tool.stdout.take());
    tool.wait().unwrap().code()
}

#[tokio::test]
async fn a_reader_that_goes_away_changes_no_exit_code() {
    let past = Past::new().await;
    assert_eq!(into_nothing(&past, &["verify"]), Some(0));
    past.sql("update events set mask = ~mask where mask is not null")
        .await;
    assert_eq!(into_head(&past, &["verify"]), Some(3));
    assert_eq!(into_nothing(&past, &["verify"]), Some(3));
}

#[tokio::test]
async fn what_is_to_be_repaired_is_repaired_though_nobody_listens() {
    let past = Past::new().await;
    past.sql("delete from bookings").await;
    assert_eq!(into_nothing(&past, &["verify", "--repair"]), Some(0));
    assert_eq!(past.replay(&["verify"]).code, Some(0));
}

#[tokio::test]
async fn a_faulty_log_that_is_not_repaired_is_told_by_the_exit_code_though_nobody_listens() {
    let past = Past::new().await;
    past.sql("update events set mask = ~mask where mask is not null")
        .await;
    let mut tool = Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
        .args(["verify", "--repair", "--database-url", &past.database.url()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(tool.stderr.take());
    assert_eq!(tool.wait().unwrap().code(), Some(3));
}

/// A file with the seal of the log as it is.
fn seal(past: &Past, folder: &tempfile::TempDir) -> String {
    let file = folder.path().join("seal.json").display().to_string();
    past.said(&["seal", "--out", &file]);
    file
}

#[tokio::test]
async fn a_seal_tells_what_it_covers_and_how_much_lies_behind_it() {
    let mut past = Past::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = seal(&past, &folder);
    let sealed = past.world.end().get();
    past.world
        .does(book(B, span("2026-11-26T10:00", 60), 9))
        .await;
    past.write_views().await;
    let behind = past.world.end().get() - sealed;
    assert!(behind > 0);
    let said = past.replay(&["verify", "--seal", &file]);
    assert_eq!(said.code, Some(0), "{said:#?}");
    let coverage = &said.documents[0]["seal"];
    assert_eq!(coverage["covered"], sealed);
    assert_eq!(coverage["behind"], behind);
    assert_eq!(coverage["partitions"][0]["sealed"], sealed);
    let said = past.said(&["verify", "--seal", &file]);
    assert!(
        said.contains(&format!("covers {sealed} events, {behind} lie behind it")),
        "{said}"
    );
}

#[tokio::test]
async fn a_seal_that_covers_nothing_is_refused() {
    let past = Past::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = seal(&past, &folder);
    let text = std::fs::read_to_string(&file).unwrap();
    let mut document: serde_json::Value = serde_json::from_str(&text).unwrap();
    document["partitions"][0]["points"] = serde_json::json!([]);
    std::fs::write(&file, document.to_string()).unwrap();
    for option in ["--seal", "--since"] {
        let output = Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
            .args([
                "verify",
                option,
                &file,
                "--database-url",
                &past.database.url(),
            ])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("it covers no event"), "{said}");
    }
}

#[tokio::test]
async fn what_is_new_since_a_seal_is_read_and_nothing_else() {
    let mut past = Past::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = seal(&past, &folder);
    let sealed = past.world.end().get();
    past.world
        .does(hold(B, span("2026-11-26T10:00", 60), 9))
        .await;
    past.world
        .does(book(B, span("2026-11-26T10:00", 60), 9))
        .await;
    past.write_views().await;
    let since = ["verify", "--since", &file];
    let said = past.replay(&since);
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert_eq!(said.documents[0]["events"], past.world.end().get() - sealed);
    // What the seal covers is not looked at.
    past.sql("update events set mask = ~mask where mask is not null and position < 5")
        .await;
    assert_eq!(past.replay(&since).code, Some(0));
    let new = sealed + 1;
    past.sql(&format!(
        "update events set payload = replace(payload::text, 'presence', 'checkout')::json
        where position = {new}"
    ))
    .await;
    let said = past.replay(&since);
    assert_eq!(said.code, Some(3), "{said:#?}");
    assert!(said.names("hash", "ResourceDay", Some(new)), "{said:#?}");
    assert_eq!(said.documents[0]["faultCount"], 1, "{said:#?}");
}

#[tokio::test]
async fn a_log_that_ends_before_a_seal_is_told_by_what_is_new_since_it() {
    let past = Past::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = seal(&past, &folder);
    past.sql(
        "delete from events where position > 3;
        update heads set position = 3, tip = 0;
        delete from chain",
    )
    .await;
    let said = past.replay(&["verify", "--since", &file]);
    assert_eq!(said.code, Some(3), "{said:#?}");
    assert!(said.names("seal", "the seal", None), "{said:#?}");
    assert_eq!(said.documents[0]["faultCount"], 1, "{said:#?}");
}

#[tokio::test]
async fn a_log_is_verified_and_sealed_where_nothing_can_be_written() {
    let past = Past::new().await;
    let url = format!(
        "{}&options[default_transaction_read_only]=on",
        past.database.url()
    );
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
            .args(arguments)
            .args(["--database-url", &url])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (
            output.status.code(),
            said + &String::from_utf8_lossy(&output.stderr),
        )
    };
    let (code, said) = run(&["verify"]);
    assert_eq!(code, Some(0), "{said}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seal.json").display().to_string();
    let (code, said) = run(&["seal", "--out", &file]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&["verify", "--seal", &file]);
    assert_eq!(code, Some(0), "{said}");
    // It is what a seal says that was made with the chain.
    let with_chain = folder.path().join("other.json").display().to_string();
    past.said(&["seal", "--out", &with_chain]);
    let points = |file: &str| {
        let text = std::fs::read_to_string(file).unwrap();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        document["partitions"].clone()
    };
    assert_eq!(points(&file), points(&with_chain));
    past.sql("delete from bookings where booking_id = (select min(booking_id::text)::uuid from bookings)").await;
    let (code, said) = run(&["verify"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("view bookings, booking"), "{said}");
}

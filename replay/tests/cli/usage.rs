//! What the tool says when it can't do what was asked.

use std::process::Command;

use eventlog::testing::TestDatabase;

use crate::harness::Past;

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
        .args(arguments)
        .env_remove("DATABASE_URL")
        .env_remove("SLOTKEEPER_DATA")
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_folder_without_a_database_is_refused_and_left_empty() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said) = run(&["verify", "--data", folder.path().to_str().unwrap()]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("holds no private PostgreSQL"), "{said}");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_folder_by_hand_beside_another_database_in_the_environment_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    for arguments in [["verify", "--data", path], ["--data", path, "status"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
            .args(arguments)
            .env("DATABASE_URL", "postgres://nobody@localhost:1/nothing")
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("unset DATABASE_URL"), "{said}");
    }
    // By hand both can be named: the folder is then for nothing, and that is seen.
    let url = "postgres://nobody@localhost:1/nothing";
    let (code, said) = run(&["verify", "--data", path, "--database-url", url]);
    assert_eq!(code, Some(1), "{said}");
}

#[test]
fn a_url_of_another_form_is_refused_and_not_repeated() {
    let (code, said) = run(&["verify", "--database-url", "mysql://me:hunter2@db/log"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("postgres://USER:PASSWORD@HOST/DATABASE"),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}

#[tokio::test]
async fn a_database_without_a_log_is_said_to_have_none() {
    let booking = "00000202-0202-8202-8202-020202020202";
    let asked: [&[&str]; 3] = [
        &["verify"],
        &["rebuild", "--dry-run"],
        &["state", "booking", booking],
    ];
    // One without a row in its tables, and one without tables.
    for database in [TestDatabase::new().await, TestDatabase::empty().await] {
        for asked in asked {
            let url = ["--database-url", &database.url()];
            let (code, said) = run(&[asked, &url].concat());
            assert_eq!(code, Some(1), "{said}");
            assert!(said.contains("the database holds no log"), "{said}");
        }
    }
}

#[test]
fn a_server_that_is_not_there_is_said_so_once() {
    let (code, said) = run(&["verify", "--database-url", "postgres://127.0.0.1:1/log"]);
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(said.matches("Connection refused").count(), 1, "{said}");
}

#[test]
fn what_can_not_be_meant_is_refused_before_anything_is_asked_of_the_database() {
    let nowhere = ["--database-url", "postgres://127.0.0.1:1/log"];
    let asked: [(&[&str], &str); 3] = [
        (&["tail", "--type", "HoldPlcaed"], "HoldPlaced"),
        (
            &["audit", "--from", "7", "--to", "3", "resource", "studio-a"],
            "--from is after --to",
        ),
        (&["rebuild", "booking"], "bookings"),
    ];
    for (asked, reason) in asked {
        let (code, said) = run(&[asked, &nowhere].concat());
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(reason), "{said}");
    }
}

#[tokio::test]
async fn a_file_that_can_not_be_written_is_said_so_by_its_name() {
    let past = Past::new().await;
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().to_str().unwrap();
    let url = ["--database-url", &past.database.url()];
    for (file, reason) in [
        (here.to_owned(), "is a folder"),
        (format!("{here}/"), "is a folder"),
        (format!("{here}/new/"), "is a folder"),
        (format!("{here}/missing/log.zst"), "is not there"),
    ] {
        let (code, said) = run(&[&["export", &file], &url[..]].concat());
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(reason) && said.contains(here), "{said}");
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[tokio::test]
async fn who_may_read_the_log_alone_can_look_back_in_it() {
    let past = Past::new().await;
    let auditor = past.role("select on log, heads, events").await;
    let url = past.database.url();
    assert!(url.contains('?'), "{url}");
    let url = ["--database-url", &format!("{url}&options[role]={auditor}")];
    let asked: [&[&str]; 3] = [
        &["audit", "resource", "studio-a"],
        &["state", "day", "studio-a", "2026-11-24"],
        &["verify"],
    ];
    let codes = asked.map(|asked| run(&[asked, &url].concat()));
    past.drop_role(&auditor).await;
    let [audit, state, verify] = codes;
    assert_eq!(audit.0, Some(0), "{audit:?}");
    assert_eq!(state.0, Some(0), "{state:?}");
    // It is that role indeed.
    assert!(verify.1.contains("permission denied"), "{verify:?}");
}

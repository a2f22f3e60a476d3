//! The program: what it refuses to start with, and how it says so.

use std::process::Stdio;

use eventlog::testing::TestDatabase;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::Command,
};

use crate::{
    node::{Node, program},
    server::{DEADLINE, SETTINGS},
};

/// What a program that ends by itself leaves behind.
struct End {
    code: i32,
    said: String,
}

async fn run(arguments: &[&str], environment: &[(&str, &str)]) -> End {
    let mut command = program();
    command.args(arguments).envs(environment.iter().copied());
    let output = tokio::time::timeout(DEADLINE, command.output()).await;
    let output = output.unwrap().unwrap();
    let said = [output.stdout, output.stderr].concat();
    End {
        code: output.status.code().unwrap(),
        said: String::from_utf8(said).unwrap(),
    }
}

#[tokio::test]
async fn a_wrong_setting_is_named_with_its_value_and_what_would_be_right() {
    for (variable, value, right) in [
        ("SLOTKEEPER_QUEUE", "0", "1..=1000000"),
        ("SLOTKEEPER_QUEUE", "many", "invalid digit"),
        ("SLOTKEEPER_LISTEN", "here", "like 127.0.0.1:8080"),
        ("SLOTKEEPER_PARTITIONS", "1025", "1..=1024"),
        ("SLOTKEEPER_LOG", "api=loud", "like info"),
        ("SLOTKEEPER_LOG_FORMAT", "xml", "text, json"),
        ("SLOTKEEPER_DEMO", "perhaps", "true, false"),
    ] {
        let end = run(&["serve"], &[(variable, value)]).await;
        assert_eq!(end.code, 2, "{}", end.said);
        for part in [variable, value, right] {
            assert!(end.said.contains(part), "no {part} in {}", end.said);
        }
    }
    let end = run(&["serve", "--queue", "0"], &[("SLOTKEEPER_QUEUE", "5")]).await;
    assert_eq!(end.code, 2);
    assert!(end.said.contains("--queue") && !end.said.contains("SLOTKEEPER_QUEUE"));
}

#[tokio::test]
async fn a_wrong_secret_is_named_and_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    for (variable, value) in [
        ("SLOTKEEPER_ADMIN_KEY", "hunter2"),
        ("SLOTKEEPER_AUDITOR_KEY", "hunter2 with some blanks"),
        ("SLOTKEEPER_MASTER_KEY", "hunter2"),
        ("SLOTKEEPER_SESSION_SECRET", "hunter2"),
        ("DATABASE_URL", "hunter2"),
    ] {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", folder];
        let end = run(&arguments, &[(variable, value)]).await;
        assert_eq!(end.code, 2, "{}", end.said);
        assert!(end.said.contains(variable), "{}", end.said);
        assert!(!end.said.contains("hunter2"), "{}", end.said);
    }
}

#[tokio::test]
async fn a_folder_with_a_log_beside_another_database_in_the_environment_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("postgres")).unwrap();
    let data = folder.path().to_str().unwrap();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", data];
    let other = [("DATABASE_URL", "postgres://nobody@localhost:1/nothing")];
    let end = run(&arguments, &other).await;
    assert_eq!(end.code, 2, "{}", end.said);
    assert!(end.said.contains("unset DATABASE_URL"), "{}", end.said);
}

#[tokio::test]
async fn an_address_that_is_taken_is_said_so() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let end = run(&["serve", "--listen", &address], &[]).await;
    assert_eq!(end.code, 1);
    assert!(end.said.contains(&address), "{}", end.said);
}

#[tokio::test]
async fn a_node_with_another_master_key_does_not_start() {
    let database = TestDatabase::new().await;
    let url = database.url();
    let node = Node::start(&url).await;
    node.terminate().await;
    let other = "08".repeat(32);
    let mut arguments = vec!["serve", "--database-url", &url];
    arguments.extend(SETTINGS);
    let own = arguments
        .iter()
        .position(|argument| *argument == "--master-key");
    arguments[own.unwrap() + 1] = &other;
    let end = run(&arguments, &[]).await;
    assert_eq!(end.code, 1, "{}", end.said);
    assert!(end.said.contains("master key"), "{}", end.said);
}

/// The first line that holds these words.
async fn line_with(reader: impl AsyncRead + Unpin, words: &str) -> String {
    let mut lines = BufReader::new(reader).lines();
    let found = async {
        loop {
            let line = lines.next_line().await.unwrap();
            let line = line.unwrap_or_else(|| panic!("it ended without {words:?}"));
            if line.contains(words) {
                return line;
            }
        }
    };
    tokio::time::timeout(DEADLINE, found).await.unwrap()
}

#[tokio::test]
async fn a_start_waits_for_a_database_that_is_not_there_yet() {
    let database = TestDatabase::empty().await;
    let name = database.options().get_database().unwrap().to_owned();
    let late = format!("{name}_late");
    let url = database.url().replace(&name, &late);
    let mut command = program();
    command
        .args(["serve", "--log", "warn", "--database-url", &url])
        .args(SETTINGS);
    let mut server = command.spawn().unwrap();
    line_with(server.stderr.take().unwrap(), "is waited for").await;
    let create = format!("create database {late}");
    sqlx::raw_sql(&create)
        .execute(database.pool())
        .await
        .unwrap();
    line_with(server.stdout.take().unwrap(), "is ready at").await;
    server.kill().await.unwrap();
    let gone = format!("drop database {late} with (force)");
    sqlx::raw_sql(&gone).execute(database.pool()).await.unwrap();
}

#[tokio::test]
async fn a_database_that_does_not_come_is_named_by_what_it_lacks() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let database = TestDatabase::new().await;
    let name = database.options().get_database().unwrap().to_owned();
    let nowhere = format!("postgres://nobody@{address}/nothing");
    for (url, cause) in [
        (nowhere, "refused"),
        (database.url().replace(&name, "nothing"), "does not exist"),
    ] {
        let mut arguments = vec!["serve", "--database-wait-ms", "0", "--database-url", &url];
        arguments.extend(SETTINGS);
        let end = run(&arguments, &[]).await;
        assert_eq!(end.code, 1, "{}", end.said);
        assert!(end.said.contains(cause), "{}", end.said);
        assert!(!end.said.contains("timed out"), "{}", end.said);
    }
}

/// The program under other limits on file handles: soft and hard.
fn limited(soft: u32, hard: u32, arguments: &[&str]) -> Command {
    let own = program();
    let mut command = Command::new("sh");
    let limit = format!("ulimit -Sn {soft} && ulimit -Hn {hard} && exec \"$0\" \"$@\"");
    command
        .args(["-c", &limit])
        .arg(own.as_std().get_program())
        .args(arguments)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

#[tokio::test]
async fn more_connections_than_the_system_gives_handles_for_are_refused() {
    for (setting, said) in [
        (["--connections", "2000"], "ulimit -n"),
        (["--streams", "2000"], "SLOTKEEPER_STREAMS"),
    ] {
        let mut arguments = vec!["serve"];
        arguments.extend(SETTINGS);
        arguments.extend(setting);
        let output = limited(500, 1_000, &arguments).output();
        let output = tokio::time::timeout(DEADLINE, output)
            .await
            .unwrap()
            .unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(words.contains(said) && words.contains("2000"), "{words}");
    }
}

#[tokio::test]
async fn a_server_takes_all_the_file_handles_that_it_may_have() {
    let database = TestDatabase::new().await;
    let url = database.url();
    let mut arguments = vec!["serve", "--database-url", &url];
    arguments.extend(SETTINGS);
    let mut server = limited(300, 1_000, &arguments).spawn().unwrap();
    line_with(server.stdout.take().unwrap(), "is ready at").await;
    let limits = format!("/proc/{}/limits", server.id().unwrap());
    let limits = std::fs::read_to_string(limits).unwrap();
    let files = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let files: Vec<&str> = files.unwrap().split_whitespace().collect();
    assert_eq!(files[3..5], ["1000", "1000"]);
    server.kill().await.unwrap();
}

#[tokio::test]
async fn the_program_tells_its_version_and_its_usage() {
    let end = run(&["--version"], &[]).await;
    assert_eq!((end.code, end.said.as_str()), (0, "slotkeeper 0.1.0\n"));
    assert_eq!(run(&[], &[]).await.code, 2);
    assert_eq!(run(&["serve", "--nonsense"], &[]).await.code, 2);
    let end = run(&["serve", "--help"], &[("SLOTKEEPER_ADMIN_KEY", "hunter2")]).await;
    assert_eq!(end.code, 0);
    assert!(!end.said.contains("hunter2"));
}

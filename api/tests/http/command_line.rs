//! The program: what it refuses to start with, and how it says so.

use eventlog::testing::TestDatabase;

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

//! What the tool says when it can't do what was asked.

use std::process::Command;

use eventlog::testing::TestDatabase;

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
    let database = TestDatabase::new().await;
    let (code, said) = run(&["verify", "--database-url", &database.url()]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("the database holds no log"), "{said}");
}

//! What `verify` tells of a database without reading its log.

use std::{env, fmt::Write, fs, path::Path};

use eventlog::testing::TestDatabase;

/// With `WRITE_SCHEMA=1` it writes what is expected instead.
#[tokio::test]
async fn the_schema_that_is_expected_is_that_of_a_new_database() {
    let database = TestDatabase::new().await;
    let statement = include_str!("../../src/verify/survey/schema.sql");
    let parts: Vec<(String, String, String)> = sqlx::query_as(statement)
        .fetch_all(database.pool())
        .await
        .unwrap();
    let mut made = String::new();
    for (kind, name, definition) in parts {
        if !name.starts_with("_sqlx_migrations") && !definition.contains("_sqlx_migrations") {
            writeln!(made, "{kind}\t{name}\t{definition}").unwrap();
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/verify/survey");
    let file = folder.join("schema.txt");
    if env::var_os("WRITE_SCHEMA").is_some() {
        fs::write(&file, &made).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap();
    assert_eq!(
        expected, made,
        "write it again: WRITE_SCHEMA=1 cargo test -p replay --test cli the_schema_that_is_expected"
    );
}

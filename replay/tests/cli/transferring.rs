//! A log goes out to a file, and comes back into an empty database.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use eventlog::testing::TestDatabase;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tempfile::TempDir;

use crate::{
    harness::{self, Past, write_views},
    support::{A, Node, World, book_of, dump, found, span, studio_a},
    upgrades::{ANNS, log_rows, upgraded},
};

/// A folder with an export in it.
struct Export {
    folder: TempDir,
    file: PathBuf,
}

impl Export {
    fn of(database: &TestDatabase, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log.zst");
        let mut all = vec!["export", file.to_str().unwrap()];
        all.extend(arguments);
        let exported = harness::replay(database, &all);
        assert_eq!(exported.code, Some(0), "{exported:?}");
        Self { folder, file }
    }

    fn path(&self) -> &str {
        self.file.to_str().unwrap()
    }

    /// Its lines, uncompressed.
    fn lines(&self) -> Vec<String> {
        let mut text = Vec::new();
        let mut rest = fs::File::open(&self.file)
            .map(std::io::BufReader::new)
            .unwrap();
        while !std::io::BufRead::fill_buf(&mut rest).unwrap().is_empty() {
            let mut frame = ruzstd::decoding::StreamingDecoder::new(&mut rest).unwrap();
            std::io::Read::read_to_end(&mut frame, &mut text).unwrap();
        }
        let text = String::from_utf8(text).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// A file beside it with these lines, uncompressed.
    fn with(&self, lines: &[String]) -> PathBuf {
        let file = self.folder.path().join("edited");
        fs::write(&file, lines.join("\n") + "\n").unwrap();
        file
    }
}

fn import(database: &TestDatabase, file: &Path) -> harness::Said {
    harness::replay(database, &["import", file.to_str().unwrap()])
}

async fn count(pool: &PgPool, query: &str) -> i64 {
    sqlx::query_scalar(query).fetch_one(pool).await.unwrap()
}

/// The rows of a log, but for how often it was restored.
async fn same_log(one: &TestDatabase, other: &TestDatabase) {
    assert_eq!(log_rows(one).await, log_rows(other).await);
    let restores = "select restores::bigint from log";
    let before = count(one.pool(), restores).await;
    assert_eq!(count(other.pool(), restores).await, before + 1);
}

#[tokio::test]
async fn an_imported_log_is_the_same_and_makes_the_same_views() {
    let past = Past::new().await;
    let export = Export::of(&past.database, &[]);
    let copy = TestDatabase::new().await;
    let imported = import(&copy, &export.file);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let events = past.world.events.len();
    assert_eq!(imported.documents[0]["events"], events);
    same_log(&past.database, &copy).await;
    write_views(&Node::new(&copy).await).await;
    assert_eq!(dump(copy.pool()).await, dump(past.database.pool()).await);
    let verified = harness::replay(&copy, &["verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[tokio::test]
async fn a_database_without_a_table_is_empty_too_and_the_keys_come_along() {
    let first = upgraded().await;
    let export = Export::of(&first, &[]);
    let copy = TestDatabase::empty().await;
    let imported = import(&copy, &export.file);
    assert_eq!(imported.documents[0]["keys"], 4, "{imported:?}");
    same_log(&first, &copy).await;
    // It goes on where the other was.
    let node = Node::of(&copy, 1).await;
    let mut world = World::new(&node.log).await;
    let booking = domain::ids::BookingId::from_bits(node.log.partition_of(&studio_a()), [9; 16]);
    let later = span("2027-03-20T09:00", 60);
    world.does(book_of(&studio_a(), A, later, booking)).await;
    write_views(&node).await;
    let verified = harness::replay(&copy, &["verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[tokio::test]
async fn an_export_is_of_one_moment_whatever_is_written_meanwhile() {
    let mut past = Past::new().await;
    let (database, arguments) = (past.database.url(), ["export", "-"]);
    let export = tokio::task::spawn_blocking(move || {
        Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
            .args(["--database-url", &database])
            .args(arguments)
            .output()
            .unwrap()
    });
    let mut number = 100_u8;
    while !export.is_finished() && number < 250 {
        let booking = crate::support::booking_id(number);
        let at = span(
            &format!("2027-{:02}-{:02}T09:00", number % 12 + 1, number / 12 + 1),
            60,
        );
        past.world.does(book_of(&studio_a(), A, at, booking)).await;
        number += 1;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.zst");
    fs::write(&file, export.await.unwrap().stdout).unwrap();
    let copy = TestDatabase::new().await;
    let imported = import(&copy, &file);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    write_views(&Node::new(&copy).await).await;
    let verified = harness::replay(&copy, &["verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

/// What is done to the lines of an export, the line that is told, and why.
type Damage = (fn(&mut Vec<String>), usize, &'static str);

/// Numbers of lines begin at 1; the first event is in line 2.
const DAMAGES: [Damage; 11] = [
    (
        |lines| lines[0] = lines[0].replace("export/2", "export/3"),
        1,
        "its form is",
    ),
    (|lines| lines[0] = "{}".into(), 1, "expected value"),
    (
        |lines| lines[3] = lines[3].replace("Test", "Tess"),
        4,
        "the row is not the one that was hashed",
    ),
    (
        |lines| lines[3] = lines[3].replace("\"position\":3", "\"position\":4"),
        4,
        "its position is 4",
    ),
    (
        |lines| drop(lines.remove(4)),
        5,
        "its position is 5, and 4 comes next",
    ),
    (|lines| lines.swap(5, 6), 6, "its position is"),
    (|lines| lines[2] = "{\"event\":7}".into(), 3, "invalid type"),
    (
        |lines| drop(lines.pop()),
        0,
        "the file ends before its trailer",
    ),
    (
        |lines| lines.push("{}".into()),
        0,
        "it comes after the trailer",
    ),
    (
        |lines| {
            let last = lines.len() - 1;
            lines[last] = lines[last].replace("\"keys\":5", "\"keys\":6");
        },
        0,
        "were announced",
    ),
    // What no rule can tell, the digest does.
    (
        |lines| lines[1] = lines[1].replacen(':', ": ", 1),
        0,
        "not those that were written",
    ),
];

#[tokio::test]
async fn a_damaged_file_is_refused_with_its_line_and_nothing_is_imported() {
    let past = Past::new().await;
    let export = Export::of(&past.database, &[]);
    let lines = export.lines();
    let copy = TestDatabase::new().await;
    for (damage, line, reason) in DAMAGES {
        let mut damaged = lines.clone();
        damage(&mut damaged);
        assert_ne!(damaged, lines, "{reason}");
        let file = export.with(&damaged);
        let said = harness::fails(&copy, &["import", file.to_str().unwrap()]);
        assert!(said.contains("nothing is imported: line "), "{said}");
        assert!(said.contains(reason), "{reason}: {said}");
        if line > 0 {
            assert!(said.contains(&format!("line {line}: ")), "{line}: {said}");
        }
        for table in ["log", "events", "heads", "booking_keys"] {
            let rows = count(copy.pool(), &format!("select count(*) from {table}")).await;
            assert_eq!(rows, 0, "{table} after {reason}");
        }
    }
    // The lines themselves are good, compressed or not.
    assert_eq!(import(&copy, &export.with(&lines)).code, Some(0));
}

#[tokio::test]
async fn a_file_that_was_cut_or_spoilt_is_refused() {
    let past = Past::new().await;
    let export = Export::of(&past.database, &[]);
    let whole = fs::read(&export.file).unwrap();
    let copy = TestDatabase::new().await;
    let mut spoilt = whole.clone();
    let middle = spoilt.len() / 2;
    spoilt[middle] ^= 0x10;
    for damaged in [&whole[..middle], &whole[..whole.len() - 6], &spoilt, b""] {
        let file = export.folder.path().join("damaged");
        fs::write(&file, damaged).unwrap();
        let said = harness::fails(&copy, &["import", file.to_str().unwrap()]);
        assert!(said.contains("line "), "{said}");
    }
    assert_eq!(count(copy.pool(), "select count(*) from log").await, 0);
    assert_eq!(import(&copy, &export.file).code, Some(0));
}

#[tokio::test]
async fn a_database_that_has_a_log_is_refused_and_left_alone() {
    let past = Past::new().await;
    let export = Export::of(&past.database, &[]);
    let other = upgraded().await;
    let before = log_rows(&other).await;
    let said = harness::fails(&other, &["import", export.path()]);
    assert!(
        said.contains("the database is not empty, its table log has rows"),
        "{said}"
    );
    assert_eq!(log_rows(&other).await, before);
}

/// The names of everything that somebody can have made in a database.
async fn made(database: &TestDatabase) -> Vec<String> {
    let everything =
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace
        union all select proname::text from pg_proc where pronamespace = 'public'::regnamespace
        union all select typname::text from pg_type where typnamespace = 'public'::regnamespace
        order by 1";
    let pool = PgPool::connect_with(database.options()).await.unwrap();
    let names = sqlx::query_scalar(everything).fetch_all(&pool).await;
    pool.close().await;
    names.unwrap()
}

#[tokio::test]
async fn another_application_s_database_is_refused_and_left_as_it_was() {
    let past = Past::new().await;
    let export = Export::of(&past.database, &[]);
    let theirs = [
        ("create table orders (id integer)", "orders"),
        ("create table events (id integer)", "events"),
        ("create view log as select 1 as id", "log"),
        (
            "create table _sqlx_migrations (version bigint, checksum bytea)",
            "_sqlx_migrations",
        ),
    ];
    for (made_by_them, table) in theirs {
        let other = TestDatabase::empty().await;
        let created = sqlx::query(made_by_them).execute(other.pool()).await;
        created.unwrap();
        let before = made(&other).await;
        let said = harness::fails(&other, &["import", export.path()]);
        let reason = format!("a table that is another application's, {table}");
        assert!(said.contains(&reason), "{said}");
        assert_eq!(made(&other).await, before);
    }
}

#[tokio::test]
async fn an_import_that_is_refused_leaves_no_tables_behind() {
    let past = Past::new().await;
    let export = Export::of(&past.database, &[]);
    let mut lines = export.lines();
    lines.pop();
    let bare = TestDatabase::empty().await;
    let file = export.with(&lines);
    let said = harness::fails(&bare, &["import", file.to_str().unwrap()]);
    assert!(said.contains("the file ends before its trailer"), "{said}");
    assert_eq!(made(&bare).await, Vec::<String>::new());
    assert_eq!(import(&bare, &export.file).code, Some(0));
}

/// What an otherwise empty database may have, as for a pooler.
const THEIRS: [&str; 4] = [
    "create function user_search(wanted text) returns text language sql as 'select wanted'",
    "create procedure tidy() language sql as 'select 1'",
    "create aggregate longest(text) (sfunc = textcat, stype = text)",
    "create type place as (street text, number integer)",
];

#[tokio::test]
async fn an_import_that_is_refused_leaves_what_others_have_made() {
    let past = Past::new().await;
    let export = Export::of(&past.database, &[]);
    let file = export.with(export.lines().split_last().unwrap().1);
    for theirs in THEIRS {
        let bare = TestDatabase::empty().await;
        sqlx::query(theirs).execute(bare.pool()).await.unwrap();
        let before = made(&bare).await;
        harness::fails(&bare, &["import", file.to_str().unwrap()]);
        assert_eq!(made(&bare).await, before, "{theirs}");
    }
}

#[tokio::test]
async fn rows_of_a_log_whose_own_row_is_gone_are_refused() {
    let past = Past::new().await;
    let export = Export::of(&past.database, &[]);
    past.sql("delete from log").await;
    let said = past.fails(&["import", export.path()]);
    assert!(
        said.contains("the database is not empty, its table"),
        "{said}"
    );
}

#[tokio::test]
async fn an_import_that_is_killed_leaves_nothing_and_starts_again() {
    let past = Past::new().await;
    let export = Export::of(&past.database, &[]);
    let lines = export.lines();
    let copy = TestDatabase::new().await;
    let mut killed = Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
        .args(["--database-url", &copy.url(), "import", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let half = lines[..lines.len() / 2].join("\n") + "\n";
    let mut input = killed.stdin.take().unwrap();
    input.write_all(half.as_bytes()).unwrap();
    let importing = "select count(*) from pg_stat_activity where datname = current_database() \
        and application_name = 'slotkeeper-replay' and state = 'idle in transaction'";
    found(async || (count(copy.pool(), importing).await > 0).then_some(())).await;
    killed.kill().unwrap();
    killed.wait().unwrap();
    drop(input);
    assert_eq!(count(copy.pool(), "select count(*) from log").await, 0);
    assert_eq!(import(&copy, &export.file).code, Some(0));
    same_log(&past.database, &copy).await;
}

#[tokio::test]
async fn an_export_of_a_log_with_a_gap_is_no_export() {
    let past = Past::new().await;
    past.sql("delete from events where position = 5").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.zst");
    let said = harness::fails(&past.database, &["export", file.to_str().unwrap()]);
    assert!(
        said.contains("the event at position 5 of partition 0 does not read: it is missing"),
        "{said}"
    );
    assert!(!file.exists());
    // What was begun is replaced by the next.
    past.sql("update heads set position = 0").await;
    let said = harness::said(&past.database, &["export", file.to_str().unwrap()]);
    assert!(said.contains("0 events and 5 keys are in"), "{said}");
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
}

#[tokio::test]
async fn an_export_without_keys_opens_no_attendee() {
    let first = upgraded().await;
    let export = Export::of(&first, &["--without-keys"]);
    let text = export.lines().join("\n");
    assert!(!text.contains("wrapped"), "{text}");
    let copy = TestDatabase::new().await;
    assert_eq!(import(&copy, &export.file).documents[0]["keys"], 0);
    assert_eq!(
        count(copy.pool(), "select count(*) from booking_keys").await,
        0
    );
    assert_eq!(count(copy.pool(), "select count(*) from events").await, 38);
}

#[tokio::test]
async fn an_erased_person_s_key_is_in_no_export() {
    let first = upgraded().await;
    let keys = |export: &Export| -> Vec<Value> {
        let lines = export.lines().into_iter();
        let lines = lines.map(|line| serde_json::from_str::<Value>(&line).unwrap());
        lines
            .filter_map(|line| line.get("key").map(|key| key["bookingId"].clone()))
            .collect()
    };
    let before = keys(&Export::of(&first, &[]));
    assert!(before.contains(&ANNS.into()));
    harness::replay(&first, &["erase", "--booking", ANNS]);
    let after = keys(&Export::of(&first, &[]));
    assert_eq!(after.len(), before.len() - 1);
    assert!(!after.contains(&ANNS.into()));
}

#[tokio::test]
async fn a_folder_without_a_database_gets_one() {
    let past = Past::new().await;
    let export = Export::of(&past.database, &[]);
    let data = tempfile::tempdir().unwrap();
    let replay = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
            .args(["--data", data.path().to_str().unwrap(), "--format", "json"])
            .args(arguments)
            .env_remove("DATABASE_URL")
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let imported = replay(&["import", export.path()]);
    let again = replay(&["export", data.path().join("again").to_str().unwrap()]);
    assert_eq!(again["events"], imported["events"]);
    assert_eq!(again["log"], imported["log"]);
}

#[tokio::test]
async fn a_seal_of_the_log_holds_for_its_import() {
    let past = Past::new().await;
    let export = Export::of(&past.database, &[]);
    let seal = export.folder.path().join("seal.json");
    let seal = seal.to_str().unwrap();
    harness::said(&past.database, &["seal", "--out", seal]);
    let copy = TestDatabase::new().await;
    import(&copy, &export.file);
    let verified = harness::replay(&copy, &["verify", "--seal", seal]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    let edit = "update events set hash = sha256('forged') where position = 7";
    sqlx::query(edit).execute(copy.pool()).await.unwrap();
    let verified = harness::replay(&copy, &["verify", "--seal", seal]);
    assert_eq!(verified.code, Some(3), "{verified:?}");
}

#[tokio::test]
async fn renewals_that_retention_has_emptied_come_back_empty() {
    let past = Past::new().await;
    past.sql(
        "update events
        set payload_hash = sha256(convert_to(payload::text, 'UTF8')), payload = null
        where event_type = 'HoldRenewed'",
    )
    .await;
    let export = Export::of(&past.database, &[]);
    let copy = TestDatabase::new().await;
    assert_eq!(import(&copy, &export.file).code, Some(0));
    same_log(&past.database, &copy).await;
    let emptied = "select count(*) from events where payload is null";
    assert!(count(copy.pool(), emptied).await > 1);
}

/// As the first release wrote it, whose hashes are all of version 1.
#[tokio::test]
async fn an_export_of_the_first_release_can_still_be_imported() {
    let first = upgraded().await;
    let export = Export::of(&first, &[]);
    let mut lines = export.lines();
    assert!(lines.iter().all(|line| !line.contains("hashVersion")));
    lines[0] = lines[0].replace("export/2", "export/1");
    let trailer = lines.pop().unwrap();
    let before = lines.join("\n") + "\n";
    let digest = format!("\"sha256\":\"{:x}\"", Sha256::digest(before));
    let at = trailer.find("\"sha256\":").unwrap();
    let old = &trailer[at..at + digest.len()];
    lines.push(trailer.replace(old, &digest));
    let copy = TestDatabase::new().await;
    let said = import(&copy, &export.with(&lines));
    assert_eq!(said.code, Some(0), "{said:?}");
    same_log(&first, &copy).await;
    write_views(&Node::of(&copy, 1).await).await;
    let verified = harness::replay(&copy, &["verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

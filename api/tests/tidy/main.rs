//! Rules of the house that no compiler checks.
#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

mod architecture;
mod functions;
mod invariants;
mod sources;

use std::fs;

use functions::{Function, functions};
use sources::{Source, root, sources};

/// The longest file, in lines.
const FILE_LINES_MAX: usize = 500;

/// The longest function, in lines, with its signature.
const FUNCTION_LINES_MAX: usize = 70;

/// What the domain may build on: nothing that does I/O or reads a clock.
const DOMAIN_DEPENDENCIES: [&str; 8] = [
    "chrono",
    "chrono-tz",
    "cqrs-es",
    "serde",
    "serde_json",
    "sha2",
    "thiserror",
    "uuid",
];

/// Crates of which two versions would not understand each other.
const ONE_VERSION: [&str; 4] = ["axum", "cqrs-es", "sqlx", "tokio"];

/// Fails with every finding, so that one run tells all.
fn assert_none(what: &str, findings: impl IntoIterator<Item = String>) {
    let findings: Vec<String> = findings.into_iter().collect();
    assert!(findings.is_empty(), "{what}:\n{}", findings.join("\n"));
}

/// The lines of `source` that hold one of `needles`, as findings.
fn lines_with(source: &Source, needles: &[String]) -> Vec<String> {
    source
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| needles.iter().any(|needle| line.contains(needle)))
        .map(|(number, line)| format!("{}:{}: {}", source.path, number + 1, line.trim()))
        .collect()
}

/// Needles put together here, so that this file does not hold them itself.
fn needles(parts: &[(&str, &str)]) -> Vec<String> {
    parts
        .iter()
        .map(|(one, two)| format!("{one}{two}"))
        .collect()
}

#[test]
fn only_append_sql_writes_events() {
    let statements = needles(&[
        ("insert into ", "events "),
        ("copy ", "events "),
        ("update ", "events "),
        ("delete from ", "events "),
        ("truncate ", "events "),
    ]);
    let mentions = |source: &Source| {
        let words: Vec<&str> = source
            .text
            .split(|c: char| c.is_whitespace() || "(\";".contains(c))
            .filter(|word| !word.is_empty())
            .collect();
        let text = words.join(" ").to_lowercase() + " ";
        statements.iter().any(|statement| text.contains(statement))
    };
    let writers = sources(&["rs", "sql", "sh"]).into_iter().filter(mentions);
    let (appends, others): (Vec<String>, Vec<String>) = writers
        .map(|source| source.path)
        // Writes a log that was exported into a database that has none.
        .filter(|path| path != "replay/src/transfer/insert_events.sql")
        // A test may forge or spoil a log to see what becomes of it.
        .filter(|path| !path.contains("/tests/") && !path.ends_with("tests.rs"))
        // Retention takes the payload from old renewals, and the log tells of each.
        .filter(|path| path != "eventlog/src/retention/empty.sql")
        .partition(|path| path.starts_with("eventlog/src/") && path.ends_with("/append.sql"));
    assert_eq!(appends.len(), 1, "{appends:?}");
    assert_none("writers of events besides append.sql", others);
}

#[test]
fn every_statement_names_its_bind_variables() {
    let nameless = sources(&["sql"])
        .into_iter()
        .filter(|source| source.path.contains("/src/"))
        .filter(|source| {
            let is_comment = |line: &&str| line.starts_with("--");
            let header: String = source.text.lines().take_while(is_comment).collect();
            let body: Vec<&str> = source.text.lines().skip_while(is_comment).collect();
            let body = body.join("\n");
            let mut variables = body.split('$').skip(1).filter_map(|after| {
                let digits = after.find(|c: char| !c.is_ascii_digit());
                let number = &after[..digits.unwrap_or(after.len())];
                (!number.is_empty()).then(|| format!("${number} "))
            });
            header.is_empty() || variables.any(|variable| !header.contains(&variable))
        })
        .map(|source| source.path);
    assert_none("statements without a header that names $1, $2 …", nameless);
}

#[test]
fn domain_is_pure() {
    let manifest = fs::read_to_string(root().join("domain/Cargo.toml")).unwrap();
    let dependencies = manifest
        .split("\n[")
        .find_map(|section| section.strip_prefix("dependencies]"))
        .unwrap();
    let strangers = dependencies
        .lines()
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .filter(|name| !DOMAIN_DEPENDENCIES.contains(name))
        .map(str::to_owned);
    assert_none("dependencies of the domain that it does without", strangers);
}

#[test]
fn defects_are_planted_by_tests_alone() {
    let found = sources(&["toml"]).into_iter().flat_map(|manifest| {
        let dependencies = manifest.text.split("\n[").filter(|section| {
            !section.starts_with("dev-dependencies]") && !section.starts_with("features]")
        });
        let plants = dependencies.filter(|section| section.contains("planted-defects"));
        plants
            .map(|section| format!("{}: [{section}", manifest.path))
            .collect::<Vec<_>>()
    });
    assert_none("manifests that plant defects in what is shipped", found);
    let default = sources(&["toml"])
        .into_iter()
        .flat_map(|manifest| lines_with(&manifest, &needles(&[("defa", "ult = [")])))
        .filter(|line| line.contains("planted-defects"));
    assert_none("features that plant defects unasked", default);
}

#[test]
fn no_file_is_too_long() {
    let long = sources(&["rs", "sql", "sh"])
        .into_iter()
        .map(|source| (source.text.lines().count(), source.path))
        .filter(|(lines, _)| *lines > FILE_LINES_MAX)
        .map(|(lines, path)| format!("{path}: {lines}"));
    assert_none("files with too many lines", long);
}

#[test]
fn no_function_is_too_long() {
    let long = sources(&["rs"]).into_iter().flat_map(|source| {
        functions(&source.text)
            .into_iter()
            .filter(|function| function.lines > FUNCTION_LINES_MAX)
            .map(|Function { name, lines }| format!("{}: {name}: {lines}", source.path))
            .collect::<Vec<_>>()
    });
    assert_none("functions with too many lines", long);
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    let Ok(architecture) = fs::read_to_string(root().join("ARCHITECTURE.md")) else {
        return;
    };
    let tests = sources(&["rs"]);
    let missing = invariants::tests_named_in(&architecture)
        .into_iter()
        .filter(|test| !tests.iter().any(|source| test.is_in(source)))
        .map(|test| test.to_string());
    assert_none("tests that ARCHITECTURE.md names and nobody wrote", missing);
}

#[test]
fn lints_are_expected_with_a_reason_and_never_allowed() {
    let bare = needles(&[("#[al", "low("), ("#![al", "low("), ("#[ig", "nore")]);
    let found = sources(&["rs"])
        .into_iter()
        .flat_map(|source| lines_with(&source, &bare));
    assert_none("bare attributes", found);
}

#[test]
fn tests_wait_for_values_and_not_for_time() {
    let sleeps = needles(&[("sl", "eep(")]);
    let found = sources(&["rs"])
        .into_iter()
        .filter(|source| source.path.contains("/tests/"))
        .flat_map(|source| lines_with(&source, &sleeps));
    assert_none("tests that sleep", found);
}

#[test]
fn no_file_names_a_machine() {
    let places = needles(&[
        ("/ro", "ot/"),
        ("/wo", "rk/"),
        ("/ho", "me/"),
        ("/Us", "ers/"),
        ("index.cra", "tes.io"),
        ("static.cra", "tes.io"),
        ("registry.np", "mjs.org"),
    ]);
    let found = sources(&[
        "rs", "sql", "sh", "toml", "md", "json", "ts", "tsx", "lock", "",
    ])
    .into_iter()
    .flat_map(|source| lines_with(&source, &places));
    assert_none("paths and hosts of some machine", found);
}

#[test]
fn the_lock_file_is_of_one_registry_and_one_version_where_it_matters() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let registry = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let others = lock
        .lines()
        .filter(|line| line.starts_with("source = ") && *line != registry)
        .map(str::to_owned);
    assert_none("other sources", others);
    for name in ONE_VERSION {
        let name = format!("name = \"{name}\"");
        assert_eq!(
            lock.lines().filter(|line| *line == name).count(),
            1,
            "{name}"
        );
    }
}

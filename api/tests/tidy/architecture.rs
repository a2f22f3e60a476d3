//! The house is as ARCHITECTURE.md draws it.

use std::fs;

use crate::{assert_none, sources::root};

/// What each side of the house may build on, of the house's own crates.
const ARROWS: [(&str, &[&str]); 5] = [
    ("domain", &[]),
    ("eventlog", &["domain"]),
    ("executor", &["domain", "eventlog"]),
    ("projections", &["domain", "eventlog"]),
    ("replay", &["domain", "eventlog", "projections"]),
];

/// The house's own crates.
const CRATES: [&str; 7] = [
    "api",
    "bench",
    "domain",
    "eventlog",
    "executor",
    "projections",
    "replay",
];

/// The names of what a crate is built on, tests aside.
fn dependencies(of: &str) -> Vec<String> {
    let manifest = fs::read_to_string(root().join(of).join("Cargo.toml")).unwrap();
    let dependencies = manifest
        .split("\n[")
        .find_map(|section| section.strip_prefix("dependencies]"))
        .unwrap();
    let names = dependencies
        .lines()
        .filter_map(|line| line.split(['.', ' ', '=']).next());
    names.map(str::to_owned).collect()
}

#[test]
fn arrows_of_dependency_point_from_the_rim_to_the_rules() {
    let strangers = ARROWS.into_iter().flat_map(|(name, allowed)| {
        let built_on = dependencies(name).into_iter();
        let strange = built_on.filter(|dependency| {
            CRATES.contains(&dependency.as_str()) && !allowed.contains(&dependency.as_str())
        });
        strange
            .map(|dependency| format!("{name} → {dependency}"))
            .collect::<Vec<_>>()
    });
    assert_none("arrows that ARCHITECTURE.md does not have", strangers);
}

#[test]
fn the_code_map_names_what_is_there() {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let rows = architecture
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("/` |"));
    let missing = rows.flat_map(|(folder, row)| {
        let start = row.rsplit(" | ").next().unwrap_or_default();
        let paths = start.split('`').skip(1).step_by(2);
        let gone = paths.filter(|path| {
            let inside = root().join(folder).join(path);
            !inside.exists() && !root().join(path).exists()
        });
        gone.map(|path| format!("{folder}/: {path}"))
            .collect::<Vec<_>>()
    });
    assert_none("places of the code map that are not there", missing);
}

//! docs/operations.md: its commands do what the page says, and it knows every alarm.
#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::{
    collections::BTreeSet,
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

const PAGE: &str = include_str!("../../../docs/operations.md");

/// What the page leaves to its reader.
const PRELUDE: &str = include_str!("prelude.sh");

/// What the test does at a place of the page: a function of [`PRELUDE`] and its arguments.
const DIRECTIVE: &str = "<!-- test: ";

/// The page's commands, in order, each block after a line that says which it is.
fn script() -> String {
    let mut script = String::new();
    let (mut title, mut within) = ("", false);
    for line in PAGE.lines() {
        if within && line == "```" {
            within = false;
        } else if within {
            script.push_str(line);
            script.push('\n');
        } else if line == "```sh" {
            within = true;
            script += "echo \"$SECONDS s\" '";
            script += &title.replace('\'', "");
            script += "'\n";
        } else if line.starts_with('#') {
            title = line;
        } else if let Some(rest) = line.strip_prefix(DIRECTIVE) {
            script.push_str(rest.strip_suffix(" -->").unwrap());
            script.push('\n');
        }
    }
    assert!(!within);
    script
}

/// Where the programs are. The tool is another package's: tests of the whole workspace
/// build it; who runs these alone has the one that was built last.
fn programs() -> PathBuf {
    let server = Path::new(env!("CARGO_BIN_EXE_slotkeeper"));
    let built = server.with_file_name("slotkeeper-replay").exists();
    assert!(built, "`cargo build --workspace --bins` builds it");
    server.parent().unwrap().to_owned()
}

#[test]
fn the_page_s_commands_back_up_restore_and_move() {
    let place = tempfile::tempdir().unwrap();
    // PostgreSQL may run as another user, who has to get there.
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let path = env::var("PATH").unwrap();
    let path = format!("{}:{path}", programs().display());
    let run = Command::new("bash")
        .args(["-c", &format!("{PRELUDE}\n{}", script())])
        .env("PLACE", place.path())
        .env("PATH", path)
        .env_remove("DATABASE_URL")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}\n{errors}");
    // What it did, and not only that nothing failed.
    assert_eq!(
        said.matches("the log keeps its promises").count(),
        6,
        "{said}"
    );
    assert_eq!(said.matches("is ready at").count(), 1, "{said}");
    assert!(said.contains("a standby"), "{said}");
}

/// The metrics that a text names.
fn names(text: &str) -> BTreeSet<String> {
    let parts = text.split("slotkeeper_").skip(1);
    let name = |part: &str| -> String {
        part.chars()
            .take_while(|char| char.is_ascii_lowercase() || *char == '_')
            .collect()
    };
    parts.map(name).collect()
}

#[test]
fn the_page_knows_every_metric() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut measured = BTreeSet::new();
    let mut folders: Vec<PathBuf> = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("src"))
        .filter(|folder| folder.is_dir() && !folder.starts_with(root.join("bench")))
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                measured.extend(metrics(&fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(measured.len() > 20, "{measured:?}");
    let page = names(PAGE);
    let unknown: Vec<_> = measured.difference(&page).collect();
    assert!(unknown.is_empty(), "docs/operations.md lacks {unknown:?}");
}

/// What says which causes there are.
const PROBLEMS: &str = include_str!("../../../docs/problems.md");

#[test]
fn the_page_knows_every_cause_of_a_server_that_is_not_ready() {
    let causes = PROBLEMS.split("`causes` of `not_ready`").nth(1);
    let rows = causes.unwrap_or_default().lines();
    let names = rows.filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let missing: Vec<_> = names
        .filter(|name| !PAGE.contains(&format!("\n| `{name}` |")))
        .collect();
    assert!(missing.is_empty(), "docs/operations.md lacks {missing:?}");
}

/// The metrics that a source names: whole texts, described or counted.
fn metrics(source: &str) -> BTreeSet<String> {
    let texts = source.split("\"slotkeeper_").skip(1);
    let named = texts.filter_map(|rest| rest.split('"').next());
    let named = named.filter(|text| {
        let ends = [
            "_total",
            "_seconds",
            "_events",
            "_commands",
            "_live",
            "_depth",
            "_days",
        ];
        let gauges = ["_subscribers", "_connections", "_head"];
        ends.iter().chain(&gauges).any(|end| text.ends_with(end))
    });
    let plain = |name: &&str| {
        name.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    named.filter(plain).map(str::to_owned).collect()
}

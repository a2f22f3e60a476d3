//! Holds docs/configuration.md to the settings.

use clap::{Arg, Args, Command};

use super::Config;

const DOCUMENT: &str = include_str!("../../../docs/configuration.md");

fn settings() -> Command {
    Config::augment_args(Command::new("serve"))
}

/// A setting's row as the document must have it.
fn row(setting: &Arg) -> String {
    let flag = setting.get_long().expect("every setting has a flag");
    let variable = setting.get_env().expect("every setting has a variable");
    let variable = variable.to_str().expect("plain text");
    let default = setting.get_default_values().first();
    let default = default.map_or_else(String::new, |value| {
        format!("`{}`", value.to_str().expect("plain text"))
    });
    let meaning = setting.get_long_help().or_else(|| setting.get_help());
    let meaning = meaning.expect("every setting says what it is").to_string();
    let meaning = meaning.split_whitespace().collect::<Vec<_>>().join(" ");
    let meaning = meaning.trim_end_matches('.');
    format!("| `{variable}` | `--{flag}` | {default} | {meaning} |")
}

#[test]
fn the_document_lists_every_setting_as_it_is() {
    let rows: Vec<String> = settings().get_arguments().map(row).collect();
    let listed: Vec<&str> = DOCUMENT
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert!(
        listed == rows,
        "the table of docs/configuration.md should be\n{}",
        rows.join("\n")
    );
}

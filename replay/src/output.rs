use std::io::{self, Write};

use serde::Serialize;

/// For whom the output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people: tables and sentences.
    Human,
    /// For machines: one JSON document, or one a line where there is no end.
    Json,
}

/// So many of what is called so, in the words of people.
pub(crate) fn count(many: u64, one: &str, more: &str) -> String {
    match many {
        1 => format!("1 {one}"),
        _ => format!("{many} {more}"),
    }
}

/// Writes a line to the standard output.
pub(crate) fn line(words: impl std::fmt::Display) -> io::Result<()> {
    writeln!(io::stdout(), "{words}")
}

/// Writes one JSON document in one line.
pub(crate) fn json(document: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string(document).map_err(io::Error::other)?;
    line(text)
}

use std::{fmt, str::FromStr};

use domain::precondition::Version;
use serde::Serialize;

use crate::problem::{Code, Problem};

use super::Parameters;

/// Between the parts of a cursor: no id of ours has it.
const BETWEEN: char = '~';

/// Digits of the hash that tells two lists of one kind apart.
const MARK_DIGITS: usize = 8;

/// A list that comes in pages: its kind, and what else makes it that list.
///
/// Its cursors are its own. One of another list would be read as a place in this one, and
/// skip or repeat without a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PagedList {
    name: &'static str,
    mark: String,
}

impl PagedList {
    /// The list of this kind that is chosen `by` these parameters.
    pub(crate) fn new(name: &'static str, by: &impl Serialize) -> Self {
        let mut mark = Version::of(&(name, by)).to_string();
        mark.truncate(MARK_DIGITS);
        Self { name, mark }
    }

    /// The cursor of the page behind `place`.
    pub(crate) fn cursor(&self, place: impl fmt::Display) -> String {
        let Self { name, mark } = self;
        format!("{name}{BETWEEN}{mark}{BETWEEN}{place}")
    }

    /// The place behind which the page begins, if the query names one.
    ///
    /// # Errors
    ///
    /// `invalid_cursor`; `cursor_elsewhere` for one of another list.
    pub(crate) fn place<T: FromStr>(
        &self,
        parameters: &mut Parameters,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = parameters.optional("cursor")? else {
            return Ok(None);
        };
        let wrong = |code, right| Err(Problem::value(code, "cursor", &text, right));
        let parts: Vec<&str> = text.split(BETWEEN).collect();
        let place = match parts[..] {
            [name, mark, place] if name == self.name && mark == self.mark => place.parse().ok(),
            [_, mark, _] if is_mark(mark) => {
                let right = "it is of another list; ask for this one from its first page";
                return wrong(Code::CursorElsewhere, right);
            }
            _ => None,
        };
        match place {
            Some(place) => Ok(Some(place)),
            None => wrong(
                Code::InvalidCursor,
                "cursors are what nextCursor carried, unchanged",
            ),
        }
    }
}

fn is_mark(text: &str) -> bool {
    text.len() == MARK_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text is the cursor of some list.
pub(crate) fn is_of_a_list(text: &str) -> bool {
    let parts: Vec<&str> = text.split(BETWEEN).collect();
    matches!(parts[..], [_, mark, _] if is_mark(mark))
}

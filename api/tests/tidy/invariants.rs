//! The tests that ARCHITECTURE.md names for its invariants.

use std::fmt;

use crate::sources::Source;

/// A test as ARCHITECTURE.md names it: (`tidy::domain_is_pure`).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NamedTest {
    place: String,
    name: String,
}

impl NamedTest {
    /// Whether `source` is the file, or in the folder, that is named, and has the test.
    pub(crate) fn is_in(&self, source: &Source) -> bool {
        let placed = source
            .path
            .split('/')
            .any(|part| part.trim_end_matches(".rs") == self.place);
        placed && has_test(&source.text, &self.name)
    }
}

impl fmt::Display for NamedTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.place, self.name)
    }
}

/// Whether `text` has a function of that name under an attribute that makes it a test.
fn has_test(text: &str, name: &str) -> bool {
    let declared = format!("fn {name}(");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let Some(at) = lines.iter().position(|line| line.contains(&declared)) else {
        return false;
    };
    lines[..at]
        .iter()
        .rev()
        .take_while(|line| !line.is_empty() && !line.ends_with('}'))
        .any(|line| line.starts_with("#[") && line.contains("test"))
}

/// Every `place::name` in backticks within parentheses.
pub(crate) fn tests_named_in(text: &str) -> Vec<NamedTest> {
    text.split('(')
        .skip(1)
        .filter_map(|after| after.split_once(')'))
        .filter(|(group, _)| group.starts_with('`'))
        .flat_map(|(group, _)| group.split('`').skip(1).step_by(2))
        .filter_map(|test| {
            let (path, name) = test.rsplit_once("::")?;
            let place = path.rsplit("::").next()?;
            Some(NamedTest {
                place: place.to_owned(),
                name: name.to_owned(),
            })
        })
        .collect()
}

#[test]
fn tests_are_read_from_their_parentheses() {
    let text =
        "- Pure. (`tidy::domain_is_pure`)\n- Two (`a::b`, `c::d::e`). Not `f::g`, (nor this).";
    let names: Vec<String> = tests_named_in(text)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(names, ["tidy::domain_is_pure", "a::b", "d::e"]);
}

#[test]
fn a_function_that_is_no_test_does_not_count() {
    let text = "#[test]\nfn one() {\n}\n\nfn two() {}\n\n#[tokio::test]\nasync fn three() {}\n";
    let found = ["one", "two", "three", "four"].map(|name| has_test(text, name));
    assert_eq!(found, [true, false, true, false]);
}

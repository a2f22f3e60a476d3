use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest label, in characters: a line on a telephone.
pub const LABEL_CHARS_MAX: usize = 120;

/// What visitors are told of an exception: 1 to 120 characters, not only blanks.
///
/// ```
/// use domain::hours::Label;
///
/// assert_eq!(Label::new("Inventory")?.as_str(), "Inventory");
/// assert!(Label::new("  ").is_err());
/// assert_eq!(Label::shortened(&"long ".repeat(99)).map(|label| label.as_str().chars().count()), Some(120));
/// # Ok::<(), domain::hours::NotALabel>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(Box<str>);

/// Text that is no label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("label: must have 1 to 120 characters, not only blanks, no control characters")]
pub struct NotALabel;

impl Label {
    /// The label that says `text`.
    ///
    /// # Errors
    ///
    /// [`NotALabel`].
    pub fn new(text: &str) -> Result<Self, NotALabel> {
        let fits = text.chars().count() <= LABEL_CHARS_MAX;
        if fits && !text.trim().is_empty() && !text.chars().any(char::is_control) {
            Ok(Self(text.into()))
        } else {
            Err(NotALabel)
        }
    }

    /// As much of `text` as a label may say, control characters as blanks; nothing when
    /// it says nothing. What is cut off is marked by an ellipsis.
    pub fn shortened(text: &str) -> Option<Self> {
        let plain: String = text.replace(char::is_control, " ");
        let plain = plain.trim();
        if plain.chars().count() <= LABEL_CHARS_MAX {
            return Self::new(plain).ok();
        }
        let mut cut: String = plain.chars().take(LABEL_CHARS_MAX - 1).collect();
        cut.push('…');
        Self::new(&cut).ok()
    }

    /// What it says.
    pub const fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Label {
    type Error = NotALabel;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.0.into()
    }
}

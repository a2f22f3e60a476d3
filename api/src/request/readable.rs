//! Whether people can read a text as it stands: something shows, and nothing hides.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory, VariationSelector},
};

/// The one blank that Unicode counts among the symbols: a Braille cell without dots.
const BRAILLE_BLANK: char = '\u{2800}';

/// What joins letters, or keeps them from joining, inside of words.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// What a character shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// Something.
    Shown,
    /// An empty place.
    Blank,
    /// Nothing: it breaks lines, turns the direction of what is around it, or is ignored.
    Hidden,
}

impl Look {
    /// By Unicode's tables.
    pub(crate) fn of(char: char) -> Self {
        let ignored = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(char);
        match CodePointMapData::<GeneralCategory>::new().get(char) {
            _ if ignored => Self::Hidden,
            GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::Surrogate => Self::Hidden,
            GeneralCategory::SpaceSeparator => Self::Blank,
            _ if char == BRAILLE_BLANK => Self::Blank,
            _ => Self::Shown,
        }
    }
}

/// Whether a line shows something and hides nothing. Joiners may be inside of words, and
/// what chooses the form of a character behind it: languages and emoji need both.
pub(crate) fn is_readable(line: &str) -> bool {
    let looks = plain(line);
    looks.contains(&Look::Shown) && !looks.contains(&Look::Hidden)
}

/// What is seen of a line, without the joiners and selectors that are in their place.
fn plain(line: &str) -> Vec<Look> {
    let selects = CodePointSetData::new::<VariationSelector>();
    let chars: Vec<char> = line.chars().collect();
    let mut kept: Vec<char> = Vec::with_capacity(chars.len());
    for (nth, char) in chars.iter().enumerate() {
        let before = nth.checked_sub(1).map(|before| Look::of(chars[before]));
        if !(selects.contains(*char) && before == Some(Look::Shown)) {
            kept.push(*char);
        }
    }
    let look = |nth: usize| kept.get(nth).copied().map(Look::of);
    let joins = |nth: usize| {
        let before = nth.checked_sub(1).and_then(look);
        JOINERS.contains(&kept[nth])
            && before == Some(Look::Shown)
            && look(nth + 1) == Some(Look::Shown)
    };
    (0..kept.len())
        .filter(|nth| !joins(*nth))
        .filter_map(look)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    /// Every character of this look.
    fn all(look: Look) -> Vec<char> {
        ('\0'..=char::MAX)
            .filter(|char| Look::of(*char) == look)
            .collect()
    }

    proptest! {
        #[test]
        fn a_line_with_a_hidden_character_at_either_end_or_beside_a_blank_is_not_readable(
            words in "[a-zäøß漢字עب]{1,8}",
            hidden in select(all(Look::Hidden)),
        ) {
            let selects = CodePointSetData::new::<VariationSelector>().contains(hidden);
            prop_assert!(is_readable(&words));
            let ahead = format!("{hidden}{words}");
            let before_blank = format!("{words} {hidden}{words}");
            prop_assert!(!is_readable(&ahead) && !is_readable(&before_blank));
            let behind = format!("{words}{hidden}");
            prop_assert_eq!(is_readable(&behind), selects);
        }

        #[test]
        fn what_shows_is_readable_with_blanks_and_without_and_blanks_alone_are_not(
            shown in select(all(Look::Shown)),
            blanks in "[ \u{a0}\u{2003}\u{3000}\u{2800}]{0,4}",
        ) {
            let text = format!("{blanks}{shown}{blanks}");
            prop_assert!(is_readable(&text));
            prop_assert!(!is_readable(&blanks));
        }
    }
}

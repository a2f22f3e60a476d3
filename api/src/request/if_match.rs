use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use domain::precondition::{Precondition, Version};

/// What a request expects of what it changes: `If-Match`.
///
/// It is decided on where the command is, at the head of the log, and nowhere before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IfMatch(pub(crate) Option<Precondition>);

impl IfMatch {
    /// All tags of all lines of the header. A tag that is weak, or not one of ours, is of
    /// no state, as RFC 9110 has it.
    fn of(headers: &HeaderMap) -> Self {
        let mut lines = headers.get_all(header::IF_MATCH).iter().peekable();
        if lines.peek().is_none() {
            return Self(None);
        }
        let tags = lines.filter_map(|line| line.to_str().ok());
        let tags: Vec<&str> = tags
            .flat_map(|line| line.split(','))
            .map(str::trim)
            .collect();
        if tags.contains(&"*") {
            return Self(Some(Precondition::Exists));
        }
        let version = |tag: &str| -> Option<Version> {
            let bare = tag.strip_prefix('"')?.strip_suffix('"')?;
            bare.parse().ok()
        };
        let versions = tags.into_iter().filter_map(version).collect();
        Self(Some(Precondition::OneOf(versions)))
    }

    /// Whether the request leaves open which state it finds.
    pub(crate) const fn is_open(&self) -> bool {
        matches!(self.0, None | Some(Precondition::Exists))
    }

    /// That what is changed is in the state of this version still, if it is one of those
    /// that the request expects; else what no state meets.
    ///
    /// For a change that is made of what was read: it must not be made to another state.
    pub(crate) fn still(&self, read: Option<Version>) -> Precondition {
        let expected = read.filter(|read| match &self.0 {
            None | Some(Precondition::Exists) => true,
            Some(Precondition::OneOf(versions)) => versions.contains(read),
        });
        Precondition::OneOf(expected.into_iter().collect())
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use crate::etag::ETag;

    use super::*;

    fn asking(lines: &[&str]) -> IfMatch {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::IF_MATCH, line.parse().expect("a value"));
        }
        IfMatch::of(&headers)
    }

    fn one_of(versions: &[Version]) -> Precondition {
        Precondition::OneOf(versions.to_vec())
    }

    #[test]
    fn every_tag_of_every_line_counts_and_what_is_none_of_ours_is_no_state_s() {
        let [one, two] = [Version::of(&1), Version::of(&2)];
        let [tag_one, tag_two] = [one, two].map(|version| ETag::of_version(version).to_string());
        assert_eq!(asking(&[]).0, None);
        assert_eq!(asking(&["*"]).0, Some(Precondition::Exists));
        assert_eq!(asking(&[&tag_one]).0, Some(one_of(&[one])));
        let both = Some(one_of(&[one, two]));
        assert_eq!(asking(&[&format!("{tag_one}, {tag_two}")]).0, both);
        assert_eq!(asking(&[&tag_one, &tag_two]).0, both);
        for foreign in ["", "x", "\"x\"", &format!("W/{tag_one}"), &one.to_string()] {
            assert_eq!(asking(&[foreign]).0, Some(one_of(&[])), "{foreign:?}");
        }
    }

    #[test]
    fn what_is_made_of_what_was_read_is_made_to_that_alone() {
        let [read, other] = [Version::of(&1), Version::of(&2)];
        let tag = |version| ETag::of_version(version).to_string();
        assert_eq!(asking(&[]).still(Some(read)), one_of(&[read]));
        assert_eq!(asking(&["*"]).still(Some(read)), one_of(&[read]));
        let both = format!("{}, {}", tag(read), tag(other));
        assert_eq!(asking(&[&both]).still(Some(read)), one_of(&[read]));
        assert_eq!(asking(&[&tag(other)]).still(Some(read)), one_of(&[]));
        assert_eq!(asking(&[]).still(None), one_of(&[]));
    }
}

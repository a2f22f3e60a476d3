//! What the domain promises, rule by rule.

#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

mod hours;

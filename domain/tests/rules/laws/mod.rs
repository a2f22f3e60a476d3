//! What holds after any history of commands.

mod agreement;
mod calendar;
mod commands;
mod conditions;
mod finding;
mod folds;
mod histories;
mod seats;

use proptest::prelude::ProptestConfig;

/// This many cases each, and no file of past failures: a case that failed
/// becomes a test of its own.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

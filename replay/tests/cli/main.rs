//! The tool as its users run it, on databases with a history.
#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

mod compacting;
mod compacting_holds;
mod erasing;
mod faults;
mod following;
mod harness;
mod history_then;
mod history_told;
mod planted;
mod readme;
mod rebuilding;
mod refusing;
mod sealing;
mod standing;
/// The histories of the views' tests, and the node that they run on.
#[path = "../../../projections/tests/projections/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the views' tests need more of it")]
mod support;
mod survey;
mod transferring;
mod upgrades;
mod usage;
mod verifying;
mod walkthrough;

//! What the domain promises, rule by rule.

#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

mod adapters;
mod alternatives;
mod beating;
mod booking;
mod buffers;
mod changing;
mod conditional;
mod ending;
mod excepting;
mod harness;
mod holding;
mod hours;
mod late;
mod laws;
mod listing;
mod names;
mod offering;
mod settings;
mod sharing;
mod stored;

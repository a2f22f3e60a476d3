//! What happened: who did what, when, and how long holds lasted.

mod actor;
mod entry;
mod holds;
mod show;
mod subject;
mod words;

pub(crate) use entry::{Columns, Entry, Scope, titles};
pub(crate) use holds::LiveHolds;
pub(crate) use show::{AuditArguments, audit};
pub(crate) use subject::first_position;
pub(crate) use words::{Ids, local_slots, slots, when_in_words};

//! What happened: who did what, when, and how long holds lasted.

mod entry;
mod holds;
mod show;
mod subject;
mod words;

pub(crate) use show::{AuditArguments, audit};

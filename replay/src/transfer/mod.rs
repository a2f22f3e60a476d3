//! A log as a file: every event, the ends of the partitions and the keys, in lines
//! of JSON, compressed.
//!
//! The views are not in it: they are a fold of the log, and are made anew from it.

mod check;
mod destination;
mod export;
mod file;
mod frames;
mod hex;
mod import;
mod line;
mod place;
mod rows;

pub(crate) use export::{ExportArguments, run as export};
pub(crate) use import::{ImportArguments, run as import};

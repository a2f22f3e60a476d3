//! Writing the log: one statement for what all partitions have ready, each partition's
//! batch all or none, and the truth about how it ended.

mod appenders;
mod attempt;
mod batch;
mod columns;
mod gather;
mod joint;
mod locked_head;
mod outcome;
mod prepared;
mod row;
mod settle;
mod statement;
mod trouble;

pub(crate) use appenders::Appenders;
pub(crate) use attempt::append_in;
pub use batch::{Batch, PendingEvent};
pub use columns::{ColumnFault, TypedColumns};
pub(crate) use joint::Joint;
pub use locked_head::LockedHead;
pub use outcome::{AppendOutcome, Commit};
pub use prepared::PreparedBatch;
pub(crate) use settle::append;
pub(crate) use trouble::mind;

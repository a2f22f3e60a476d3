//! The chain: a value for each position of a partition that stands for all rows
//! up to it.
//!
//! A row's own hash tells that the row is whole; whoever may write to the database
//! may write both again. The chain ties each hash to all before it. Its values are
//! written in blocks behind the log, with the hashes they were made of, and some
//! of them leave the house in seals: then a row can't be changed, dropped or
//! inserted any more without the value at a sealed position becoming another.

mod block;
mod compare;
mod extend;
mod keep;
mod value;

pub use block::{ChainBlock, read_block};
pub(crate) use compare::compare;
pub use extend::{ChainPoint, extend, last_point};
pub use keep::keep;
pub use value::{ChainValue, ChainValueParseError};

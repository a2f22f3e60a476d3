//! The tool that people hold the log to account with.
//!
//! It needs a database and nothing else: no server, no master key. It reads the
//! rows as they lie there, so that it can say what is wrong with one that the
//! server would refuse to read, and folds them by the same functions as the
//! server.

mod audit;
pub mod cli;
mod column;
mod compact;
mod database;
pub mod epoch;
pub mod erase;
mod error;
mod holidays;
mod meter;
mod output;
mod rebuild;
mod seal;
pub mod state;
mod status;
mod stored;
mod tail;
mod transfer;
pub mod verify;
mod zone;

pub use error::ReplayError;

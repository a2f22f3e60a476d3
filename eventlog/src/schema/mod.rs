//! The schema: brought up to date, and refused where it is not ours, too new, or not to
//! be relied on.

mod collation;
mod floor;
mod index_beside;
mod migrate;
mod ours;

pub use floor::{Program, require_fit};
pub use migrate::{MIGRATOR, migrate};
pub(crate) use ours::require_ours;

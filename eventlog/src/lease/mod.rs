//! Which node does a partition's background duties.
//!
//! A lease is a row on the database's time. It keeps two nodes from doing the
//! same work; no guarantee rests on it.

mod duty;
mod keeper;
mod leases;
mod rounds;
mod settings;

pub use duty::Duty;
pub use leases::Leases;
pub(crate) use rounds::Rounds;
pub use settings::LeaseSettings;

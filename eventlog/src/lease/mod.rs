//! Which node does a partition's background duties.
//!
//! A lease is a row on the database's time. It keeps two nodes from doing the
//! same work; no guarantee rests on it. It is renewed for a worker that makes
//! progress, and given back by one that fails again and again.

mod duty;
mod held;
mod keeper;
mod leases;
mod post;
mod rounds;
mod settings;

pub use duty::Duty;
pub use leases::Leases;
pub use post::Post;
pub(crate) use rounds::Rounds;
pub use settings::LeaseSettings;

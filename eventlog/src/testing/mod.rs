//! Databases for tests: one each, migrated, and gone afterwards.
//!
//! They lie on the PostgreSQL that the environment variable
//! `SLOTKEEPER_TEST_DATABASE_URL` names; its user must be allowed to make
//! databases. Without it, each test process starts a PostgreSQL of its own,
//! which goes with the process.
//!
//! A database is a copy of a template that was migrated once, so a test pays
//! for a copy and not for the migrations.

mod database;
mod past;
mod proxy;
mod server;
mod skewed_clock;
mod template;
mod throwaway;
mod url;

pub use database::TestDatabase;
pub use past::{book_whole_days, register};
pub use proxy::{Cut, Proxy};
pub use skewed_clock::SkewedClock;
pub use throwaway::ThrowawayPostgres;

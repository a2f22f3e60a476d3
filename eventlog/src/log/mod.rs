//! The log: the way in.

mod handle;
mod head;
mod open;
mod settings;
mod shared;

pub use handle::Log;
pub(crate) use head::read_head;
pub use open::{MIGRATOR, is_master_key_of, migrate};
pub use settings::LogSettings;
pub(crate) use shared::Shared;

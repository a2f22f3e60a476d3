//! The log: the way in.

mod handle;
mod head;
mod open;
mod settings;
mod shared;
mod strain;

pub use handle::Log;
pub(crate) use head::read_head;
pub use open::{is_master_key_of, require_key};
pub use settings::LogSettings;
pub(crate) use shared::Shared;

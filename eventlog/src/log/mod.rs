//! The log: the way in.

mod handle;
mod head;
mod open;
mod settings;
mod shared;
pub(crate) mod strain;

pub use handle::Log;
pub use head::head_on;
pub(crate) use head::read_head;
pub use open::{is_master_key_of, require_key};
pub use settings::LogSettings;
pub(crate) use shared::Shared;

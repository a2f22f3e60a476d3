//! Slotkeeper itself.

mod names;
mod node;
mod web;

pub use names::{resource, settings};
pub use node::{Node, NodeClient};
pub use web::{ADMIN_KEY, Web, WebClient};

//! A soak, drawn.

mod draw;
mod panel;

pub use draw::draw;
pub(super) use panel::moving;
pub use panel::{Line, Panel, panels};

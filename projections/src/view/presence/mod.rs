//! The live holds: a row from the event that places a hold to the one that ends it.

mod fold;
mod write;

pub(super) use fold::fold;
pub(super) use write::write;

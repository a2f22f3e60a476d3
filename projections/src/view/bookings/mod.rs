//! The bookings: a row each, cancelled ones too.

mod fold;
mod write;

pub(super) use fold::fold;
pub(super) use write::write;

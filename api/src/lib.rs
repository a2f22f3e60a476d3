//! Slotkeeper's write side and its HTTP face.

pub mod executor;

//! What is decided: commands in groups, on a working copy of the memory.

mod group;
mod judgement;
mod working;

pub(crate) use group::{Begun, Formed, Group, Lacking, Verdict};
pub(crate) use judgement::Trust;

//! What waits: commands for their decision, callers for their answer, and the
//! owner for what it reads.

mod loader;
mod queue;
mod ticket;

pub(crate) use loader::{Loader, Read};
pub(crate) use queue::{Behind, Queue, Queued};
pub(crate) use ticket::{Answer, Ticket};

//! What the server says of itself: its log and its metrics.

mod log;
pub(crate) mod metrics;

pub(crate) use log::init as init_log;

use std::{num::NonZeroU16, sync::Arc};

use sqlx::PgPool;

use crate::{
    DatabaseClock, Head, Health, LogError,
    append::{Appenders, Joint},
    shared_read::SharedRead,
    wake::Wake,
};

/// A partition's end, or why it can't be read.
pub(crate) type SharedHead = SharedRead<Result<Head, Arc<LogError>>>;

/// What the clones of a log, its followers and its background tasks share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The caller's connections.
    pub(crate) pool: PgPool,
    /// The background tasks' own.
    pub(crate) background: PgPool,
    pub(crate) appenders: Appenders,
    pub(crate) joint: Joint,
    pub(crate) partitions: NonZeroU16,
    pub(crate) clock: DatabaseClock,
    pub(crate) wake: Wake,
    pub(crate) health: Health,
    /// By partition: its end, for all who ask at one moment.
    pub(crate) heads: Box<[SharedHead]>,
}

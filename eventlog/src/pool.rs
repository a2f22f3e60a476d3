use std::{sync::LazyLock, time::Duration};

use sqlx::{
    Executor, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::database::ping;

/// Longest wait for a connection: an answer that comes later is no answer to a
/// person who waits.
pub(crate) const ACQUIRE_MAX: Duration = Duration::from_secs(5);

/// What each connection is told, so that no statement hangs for ever. In
/// milliseconds.
const CONNECTION_SETTINGS: [(&str, &str); 9] = [
    // No statement of the server's takes a tenth of this. Long work, such as a
    // migration or a rebuild, sets its own limit.
    ("statement_timeout", "10000"),
    // Above the next one, so that a lock left behind by a node that stands
    // still is waited out and not given up.
    ("lock_timeout", "5000"),
    // A node that was stopped in the middle of its second try holds up its
    // partition for this long.
    ("idle_in_transaction_session_timeout", "3000"),
    // The append relies on it: after waiting for the head's row it must see
    // what was committed meanwhile.
    ("default_transaction_isolation", "read committed"),
    // Compiling a plan costs more than running any of ours.
    ("jit", "off"),
    // A node that is gone without a word is noticed by the server within a minute, and
    // what it left behind ends. Seconds, seconds, a count, milliseconds.
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "30000"),
];

/// The same as a statement: a pooler may let no options through, so they are said again
/// once a connection stands.
static SESSION_SETTINGS: LazyLock<String> = LazyLock::new(|| {
    let set = |(name, value)| format!("set {name} = '{value}'");
    CONNECTION_SETTINGS.map(set).join("; ")
});

/// Idle for longer than this, a connection is asked whether it lives before it
/// is used again: after the database was away, the dead ones are found so, and
/// one that is busy never pays for the question.
pub(crate) const IDLE_UNASKED_MAX: Duration = Duration::from_millis(500);

/// A pool for a log and all that is built on it, of up to `size` connections,
/// opened when first needed.
///
/// A log has some more of its own: two for its appends, and four for its background
/// tasks.
pub fn pool(options: PgConnectOptions, size: u32) -> PgPool {
    sized(size).connect_lazy_with(configured(options))
}

fn sized(size: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_MAX)
        // Would ask at every use.
        .test_before_acquire(false)
        .before_acquire(|connection, metadata| {
            Box::pin(async move {
                if metadata.idle_for > IDLE_UNASKED_MAX {
                    ping(connection).await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(SESSION_SETTINGS.as_str()).await?;
                Ok(())
            })
        })
}

fn configured(options: PgConnectOptions) -> PgConnectOptions {
    options
        .application_name("slotkeeper")
        .options(CONNECTION_SETTINGS.map(|(name, value)| (name, value.replace(' ', "\\ "))))
}

/// A pool of a log's own for its background tasks, so that they go on when the
/// caller's connections are all busy.
pub(crate) fn background(pool: &PgPool, size: u32) -> PgPool {
    let options = pool.connect_options();
    sized(size).connect_lazy_with(options.as_ref().clone())
}

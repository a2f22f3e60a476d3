/// Why a database is not opened, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no master key, and the log was made with one.
    #[error(
        "the database was made with a master key, and this node has none: give it that one, which \
         SLOTKEEPER_MASTER_KEY or the data folder of the node that made it has"
    )]
    NoMasterKey,
    /// The row of `log` is gone: which log it is, its partitions and its master key.
    #[error(
        "the table {0} has rows of a log, and the table log has no row: bring the row back from a \
         backup; another log over these rows would forget their bookings"
    )]
    LogRowMissing(String),
    /// A table of one of our names is another application's.
    #[error("the table {0} is there and was not made by Slotkeeper: give it a database of its own")]
    ForeignTable(String),
    /// This program is older than what the schema was made for.
    #[error(
        "this program is too old for the database: it knows the schema up to {known}, and the \
         database needs one that knows {needed}: take the release that migrated it, or a later one"
    )]
    TooOld {
        /// The last migration that a program must know at least.
        needed: i64,
        /// The last that this one knows.
        known: i64,
    },
    /// The schema is older than this program, which does not migrate.
    #[error(
        "the database is too old for this program: its schema is at {last}, and the program is made \
         for {known}: start a server of the program's release on it once, which brings it up to \
         date, or take the program of the database's release"
    )]
    Unmigrated {
        /// The last migration that the database has seen.
        last: i64,
        /// The last that this program knows.
        known: i64,
    },
    /// The order of an index may be another than its collation's now.
    #[error(
        "the index {index} was sorted by version {recorded} of its collation, and the system has \
         version {actual}, so that it may hide rows: run `reindex index {index}`, then \
         `alter {collation} refresh {refreshed}`",
        refreshed = if collation.starts_with("database") { "collation version" } else { "version" }
    )]
    CollationChanged {
        /// Which.
        index: String,
        /// Of the database, or which collation.
        collation: String,
        /// The version that PostgreSQL has recorded.
        recorded: String,
        /// The version that the system's library has.
        actual: String,
    },
}

use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::error::DatabaseError;
use tokio::sync::watch;

use crate::{LogError, clock::BootTime, metrics};

/// Why a node should be sent no requests. The names are stable: operators decide
/// on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// There is no connection to the database.
    DatabaseUnreachable,
    /// The database is there and does not answer in time.
    DatabaseSilent,
    /// The database takes no writes: a standby, or set so.
    DatabaseReadOnly,
    /// The database has no room left.
    DiskFull,
    /// The database gives out no more connections, or has no memory left.
    DatabaseOverloaded,
    /// The database lacks a table or a type, or has it otherwise.
    Schema,
    /// The database does not let this node in, or not do what it has to.
    DatabaseRefuses,
    /// The database failed in another way.
    DatabaseFaulty,
    /// The private PostgreSQL does not run.
    PrivatePostgres,
    /// This node shows less than the log has.
    Behind,
    /// A task of this node failed and waits to be started again.
    Task,
    /// The database's clock is not to be trusted.
    Clock,
}

impl Cause {
    /// As operators read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DatabaseUnreachable => "database_unreachable",
            Self::DatabaseSilent => "database_silent",
            Self::DatabaseReadOnly => "database_read_only",
            Self::DiskFull => "disk_full",
            Self::DatabaseOverloaded => "database_overloaded",
            Self::Schema => "schema",
            Self::DatabaseRefuses => "database_refuses",
            Self::DatabaseFaulty => "database_faulty",
            Self::PrivatePostgres => "private_postgres",
            Self::Behind => "behind",
            Self::Task => "task",
            Self::Clock => "clock",
        }
    }

    /// What a failure says of the database.
    pub fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => Self::of_refusal(error.as_ref()),
            sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                Self::DatabaseSilent
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed => Self::DatabaseUnreachable,
            sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::TypeNotFound { .. }
            | sqlx::Error::RowNotFound
            | sqlx::Error::Migrate(_) => Self::Schema,
            _ => Self::DatabaseFaulty,
        }
    }

    /// By the SQLSTATE; its first two characters are the class.
    fn of_refusal(error: &dyn DatabaseError) -> Self {
        let code = error.code().unwrap_or_default();
        match (code.get(..2).unwrap_or_default(), code.as_ref()) {
            (_, "25006") => Self::DatabaseReadOnly,
            (_, "53100") => Self::DiskFull,
            // A statement or a lock took longer than it may.
            (_, "57014" | "55P03") => Self::DatabaseSilent,
            (_, "42501") | ("28", _) => Self::DatabaseRefuses,
            // The server starts, stops or crashes; the database is not there.
            ("57" | "08" | "3D", _) => Self::DatabaseUnreachable,
            ("53", _) => Self::DatabaseOverloaded,
            ("42" | "3F", _) => Self::Schema,
            _ => Self::DatabaseFaulty,
        }
    }
}

/// How a node is: what keeps it from its work now, and when it last wrote. Cheap to
/// clone; clones share everything.
///
/// Whoever notices a trouble sets it under a name of its own, and clears it by that
/// name when it is over.
#[derive(Debug, Clone)]
pub struct Health {
    troubles: Arc<Mutex<BTreeMap<Cow<'static, str>, Trouble>>>,
    /// When the node last began a write that the database then took.
    wrote: Arc<watch::Sender<Option<BootTime>>>,
}

/// What keeps a node from its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Its kind.
    pub cause: Cause,
    /// What was noticed, in words for operators. They may name what is inside of the
    /// database, and are not for everybody.
    pub detail: String,
}

impl Default for Health {
    /// Nothing is wrong.
    fn default() -> Self {
        Self {
            troubles: Arc::default(),
            wrote: Arc::new(watch::Sender::new(None)),
        }
    }
}

impl Health {
    /// Says that something is wrong, until [`Self::clear`] is called with the same
    /// name. The first time it is logged.
    pub fn set(
        &self,
        noticed_by: impl Into<Cow<'static, str>>,
        cause: Cause,
        detail: impl Into<String>,
    ) {
        let (noticed_by, detail) = (noticed_by.into(), detail.into());
        let mut troubles = self.troubles();
        let trouble = Trouble { cause, detail };
        let before = troubles.get(&noticed_by).map(|before| before.cause);
        if before != Some(cause) {
            let (cause, detail) = (cause.name(), &trouble.detail);
            tracing::error!(cause, %noticed_by, %detail, "this node is not ready");
        }
        troubles.insert(noticed_by, trouble);
        measure(&troubles);
    }

    /// Says that what was noticed under this name is over.
    pub fn clear(&self, noticed_by: &str) {
        let mut troubles = self.troubles();
        if let Some(Trouble { cause, .. }) = troubles.remove(noticed_by) {
            measure(&troubles);
            tracing::info!(cause = cause.name(), %noticed_by, "a trouble of this node is over");
        }
    }

    /// Takes what became of a regular statement: its failure is a trouble, also when what
    /// the database answered makes no sense; its success is the end of one.
    pub(crate) fn note(&self, noticed_by: &'static str, failure: Option<&LogError>) {
        let Some(error) = failure else {
            return self.clear(noticed_by);
        };
        match error.of_database() {
            Some(source) => self.set(noticed_by, Cause::of(source), source.to_string()),
            None => self.set(noticed_by, Cause::DatabaseFaulty, error.to_string()),
        }
    }

    /// What was noticed under this name, if it is not over.
    pub(crate) fn noticed_by(&self, name: &str) -> Option<Cause> {
        self.troubles().get(name).map(|trouble| trouble.cause)
    }

    /// What is wrong now; empty when nothing is.
    pub fn troubles_now(&self) -> Vec<Trouble> {
        self.troubles().values().cloned().collect()
    }

    /// Notes that the database took a write that was begun then.
    pub(crate) fn wrote(&self, begun: BootTime) {
        self.wrote.send_replace(Some(begun));
    }

    /// Waits until the last write of this node is not older than `age`: at once, as a
    /// rule, since its leases are renewed all the time.
    pub async fn has_written_within(&self, age: Duration) {
        let recent = |at: &Option<BootTime>| at.is_some_and(|at| at.elapsed() <= age);
        // The sender lives as long as this value.
        let _ = self.wrote.subscribe().wait_for(recent).await;
    }

    fn troubles(&self) -> MutexGuard<'_, BTreeMap<Cow<'static, str>, Trouble>> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells how many troubles there are.
fn measure(troubles: &BTreeMap<Cow<'static, str>, Trouble>) {
    metrics::troubles(troubles.len());
}

#[cfg(test)]
mod tests {
    use domain::partition::Partition;

    use super::*;

    #[test]
    fn an_answer_that_makes_no_sense_is_a_trouble_and_not_the_end_of_one() {
        let health = Health::default();
        let corrupt = LogError::Corrupt {
            partition: Partition::new(0),
            reason: "it has no head".into(),
        };
        health.note("one", Some(&corrupt));
        let causes: Vec<_> = health.troubles_now().iter().map(|of| of.cause).collect();
        assert_eq!(causes, [Cause::DatabaseFaulty]);
        let away = crate::failed("asking")(sqlx::Error::PoolTimedOut);
        health.note("one", Some(&away));
        let causes: Vec<_> = health.troubles_now().iter().map(|of| of.cause).collect();
        assert_eq!(causes, [Cause::DatabaseUnreachable]);
        health.note("one", None);
        assert_eq!(health.troubles_now(), []);
    }

    #[test]
    fn a_trouble_stands_until_who_noticed_it_clears_it() {
        let health = Health::default();
        health.set("one", Cause::DiskFull, "no room");
        health.set("other", Cause::Clock, "an hour ahead");
        health.clear("one");
        health.clear("nobody");
        let left = health.troubles_now();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].cause, Cause::Clock);
        health.clear("other");
        assert_eq!(health.troubles_now(), []);
    }
}

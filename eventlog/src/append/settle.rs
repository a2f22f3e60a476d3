use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, timeout};

use super::{
    AppendOutcome, PreparedBatch,
    attempt::{Attempt, append_waiting, is_wrong_version},
    joint, trouble,
};
use crate::{
    LogError,
    backoff::Backoff,
    clock::BootTime,
    database::{failed, no_answer, on_connection, smallint},
    log::Shared,
    metrics,
};

/// How long an append may take to find out how it ended. A client waits no
/// longer; what happened is then in the log for its next request.
const SETTLE_MAX: Duration = Duration::from_secs(10);

/// How long one try may take. Shorter, so that a server that says nothing is
/// asked again by another connection.
pub(super) const ATTEMPT_MAX: Duration = Duration::from_secs(6);

/// Appends `batch` with what else this node has to append, and finds out how it ended.
///
/// # Errors
///
/// As [`crate::Log::append`].
pub(crate) async fn append(
    shared: &Arc<Shared>,
    batch: &PreparedBatch,
) -> Result<AppendOutcome, LogError> {
    let started = Instant::now();
    let first = match joint::first_try(shared, batch).await {
        Some(attempt) => attempt,
        None => attempt(shared, batch).await,
    };
    let outcome = settle(shared, batch, first, started).await;
    metrics::appended(started.elapsed(), batch, &outcome);
    trouble::note(shared, &outcome);
    outcome
}

/// Goes on from what a first try came to.
pub(super) async fn settle(
    shared: &Shared,
    batch: &PreparedBatch,
    first: Attempt,
    started: Instant,
) -> Result<AppendOutcome, LogError> {
    let mut doubt = Doubt::default();
    let mut backoff = Backoff::default();
    let mut now = first;
    loop {
        match doubt.judge(shared, batch, now).await {
            Verdict::Settled(outcome) => return outcome,
            Verdict::Open(source) if started.elapsed() >= SETTLE_MAX => {
                return Err(LogError::OutcomeUnknown {
                    partition: batch.partition(),
                    source,
                });
            }
            Verdict::Open(source) => {
                tracing::warn!(partition = %batch.partition(), error = %source, "an append's end is not known yet");
                backoff.wait().await;
            }
        }
        now = attempt(shared, batch).await;
    }
}

/// Whether an earlier try may have been committed.
#[derive(Debug, Default)]
struct Doubt(bool);

enum Verdict {
    Settled(Result<AppendOutcome, LogError>),
    /// Not known yet, and why.
    Open(sqlx::Error),
}

impl Doubt {
    async fn judge(&mut self, shared: &Shared, batch: &PreparedBatch, attempt: Attempt) -> Verdict {
        let settled = |outcome| Verdict::Settled(Ok(outcome));
        match attempt {
            Attempt::Appended => settled(appended(shared, batch)),
            Attempt::Missed if !self.0 => settled(AppendOutcome::Missed),
            // An earlier try has moved the head, or somebody else has: then no
            // try of ours that is still under way can find it where it was.
            Attempt::Missed => match is_ours(shared, batch).await {
                Ok(true) => settled(appended(shared, batch)),
                Ok(false) => settled(AppendOutcome::Missed),
                Err(source) => Verdict::Open(source),
            },
            // The head is where the batch expects it, so no earlier try was
            // committed, and none can be: it would be refused alike.
            Attempt::Refused(error) if is_wrong_version(&error) => {
                Verdict::Settled(Err(LogError::WrongExpectedVersion {
                    partition: batch.partition(),
                    source: error,
                }))
            }
            Attempt::Refused(source) | Attempt::Unsent(source) if !self.0 => {
                Verdict::Settled(Err(failed("appending")(source)))
            }
            Attempt::Refused(source) | Attempt::Unsent(source) => Verdict::Open(source),
            Attempt::Lost(source) => {
                self.0 = true;
                Verdict::Open(source)
            }
        }
    }
}

/// Tells followers and other nodes.
pub(super) fn appended(shared: &Shared, batch: &PreparedBatch) -> AppendOutcome {
    shared.wake.publish(batch.expected(), batch.commit());
    AppendOutcome::Appended(batch.commit().clone())
}

/// One try of this batch alone, which waits for the head: whoever has it, an earlier try
/// of ours for one, has then ended.
async fn attempt(shared: &Shared, batch: &PreparedBatch) -> Attempt {
    let mut connection = match shared.appenders.take(&shared.pool).await {
        Ok(connection) => connection,
        Err(error) => return Attempt::Unsent(error),
    };
    let asked = BootTime::now();
    match timeout(ATTEMPT_MAX, append_waiting(&mut connection, batch)).await {
        Ok(Ok(answer)) => {
            shared.clock.learn(asked, answer.now);
            shared.appenders.keep(connection);
            Attempt::of_answer(&answer, batch)
        }
        // Its transaction ends with the connection.
        Ok(Err(error)) => Attempt::of_error(error),
        Err(_) => Attempt::Lost(no_answer()),
    }
}

/// Whether the log has this batch: its tip stands where its last event would.
async fn is_ours(shared: &Shared, batch: &PreparedBatch) -> Result<bool, sqlx::Error> {
    let head = batch.commit().head;
    let found = on_connection(&shared.pool, "looking for an append", async |connection| {
        sqlx::query_scalar::<_, Option<i64>>(include_str!("find_tip.sql"))
            .bind(smallint(batch.partition()))
            .bind(head.position.get().cast_signed())
            .fetch_optional(connection)
            .await
            .map_err(failed("looking for an append"))
    })
    .await;
    match found {
        Ok(tip) => Ok(tip.flatten() == Some(head.tip.0)),
        Err(LogError::Database { source, .. }) => Err(source),
        Err(_) => Err(no_answer()),
    }
}

//! Erases who bookings are for, and leaves everything else as it is.
//!
//! First an event says so, after which no server tells the person any more; then
//! the key is deleted, without which nobody can; then the table of keys is
//! written anew, so that its file does not hold the key either. Whoever is
//! interrupted in between runs it again.

mod purge;
mod record;

use std::{fmt, time::Duration};

use clap::Args;
use domain::{calendar::Timestamp, ids::BookingId};
use eventlog::{Log, Position};
use serde::Serialize;
use sqlx::postgres::PgConnectOptions;

use crate::{
    database::Database,
    error::ReplayError,
    output::{self, Format},
};

/// Whom to erase.
#[derive(Debug, Args)]
pub(crate) struct EraseArguments {
    /// The booking whose attendee is to be forgotten; may be given several times.
    #[arg(long = "booking", value_name = "ID", required = true)]
    bookings: Vec<BookingId>,

    /// Leaves the table of keys as it is, since writing it anew keeps all that is to be
    /// written waiting meanwhile: nobody can open the attendee, but the deleted key's bytes
    /// lie in the table's file until the command is run without this.
    #[arg(long)]
    no_purge: bool,

    /// How long to wait for older transactions to end, and for the table to be free:
    /// while one goes on, the deleted key can't be got out of the table's file.
    #[arg(long, value_name = "SECONDS", default_value_t = WAIT_SECONDS)]
    wait: u64,
}

/// How long a purge waits by default: longer than any request or background duty of a
/// server takes, and than most reports.
const WAIT_SECONDS: u64 = 30;

impl EraseArguments {
    /// How long to wait for the purge; none when there is to be none.
    fn patience(&self) -> Option<Duration> {
        (!self.no_purge).then(|| Duration::from_secs(self.wait))
    }
}

/// What became of the erasures asked for.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Erasures {
    /// One for each booking, in the order in which they were asked for.
    pub erasures: Vec<Erasure>,
    /// Whether the table of keys was written anew, so that its file holds no
    /// deleted key.
    pub purged: bool,
}

/// What became of one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Erasure {
    /// The booking.
    pub booking_id: BookingId,
    /// When its attendee was erased, by the log.
    pub erased_at: Timestamp,
    /// The partition of the log that says so.
    pub partition: u16,
    /// Where in it.
    pub position: u64,
    /// Whether it was erased by an earlier run already.
    pub before: bool,
    /// Whether this run deleted the key; else there was none left.
    pub key_deleted: bool,
}

impl fmt::Display for Erasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, at) = (self.booking_id, self.erased_at);
        let (partition, position) = (self.partition, self.position);
        let was = if self.before {
            "was erased already"
        } else {
            "is erased"
        };
        write!(
            f,
            "who booking {id} is for {was}, at {at} (position {position} of partition {partition}); "
        )?;
        f.write_str(if self.key_deleted {
            "its key is deleted"
        } else {
            "it has no key"
        })
    }
}

/// Runs the command.
pub(crate) async fn run(
    database: &Database,
    arguments: &EraseArguments,
    format: Format,
) -> Result<(), ReplayError> {
    let erasures = erase(database, &arguments.bookings, arguments.patience()).await?;
    if format == Format::Json {
        return Ok(output::json(&erasures)?);
    }
    for erasure in &erasures.erasures {
        output::line(erasure)?;
    }
    output::line(if erasures.purged {
        "the table of keys is written anew: no deleted key is in its file"
    } else {
        "the table of keys is as it was: its file may hold deleted keys until this is run without --no-purge"
    })?;
    output::line("backups made before still hold the keys: see docs/erasure.md")?;
    Ok(())
}

/// Erases who `bookings` are for in the database at `options`; all of them, or none
/// when one is unknown.
///
/// # Errors
///
/// [`ReplayError::NoBooking`] when one was never made, and nothing was done;
/// [`ReplayError::StillSeen`] and [`ReplayError::StillUsed`] when the keys are deleted and
/// their bytes can't be got rid of yet; [`ReplayError::Database`], [`ReplayError::Log`].
pub async fn erase_at(
    options: PgConnectOptions,
    bookings: &[BookingId],
) -> Result<Erasures, ReplayError> {
    let patience = Some(Duration::from_secs(WAIT_SECONDS));
    erase(&Database::at(options), bookings, patience).await
}

/// Erases who `bookings` are for; all of them, or none when one is unknown.
///
/// # Errors
///
/// [`ReplayError::NoBooking`] when one was never made, and nothing was done;
/// [`ReplayError::StillSeen`] and [`ReplayError::StillUsed`] when the keys are deleted and
/// their bytes can't be got rid of yet; [`ReplayError::Database`], [`ReplayError::Log`].
pub(crate) async fn erase(
    database: &Database,
    bookings: &[BookingId],
    purge: Option<Duration>,
) -> Result<Erasures, ReplayError> {
    let log = database.log().await?;
    let erased = erase_in(&log, bookings).await;
    log.close().await;
    let erasures = erased?;
    if let Some(patience) = purge {
        purge::purge(database, patience).await?;
    }
    Ok(Erasures {
        erasures,
        purged: purge.is_some(),
    })
}

async fn erase_in(log: &Log, bookings: &[BookingId]) -> Result<Vec<Erasure>, ReplayError> {
    for booking in bookings {
        record::require_made(log, *booking).await?;
    }
    let mut erasures = Vec::new();
    for booking in bookings {
        let recorded = record::record(log, *booking).await?;
        erasures.push(Erasure {
            booking_id: *booking,
            erased_at: recorded.at,
            partition: booking.partition().get(),
            position: Position::get(recorded.position),
            before: recorded.before,
            key_deleted: log.erase_booking_key(*booking).await?,
        });
    }
    Ok(erasures)
}

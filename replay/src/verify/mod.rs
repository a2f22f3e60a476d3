//! Checks that the log keeps its promises and that the views are its fold.
//!
//! Each partition is read in one snapshot of the database, so that servers may
//! go on writing meanwhile: in the order of positions for what each row says of
//! itself and for the views, then stream by stream, booking by booking and hold
//! by hold for what rows say of each other.

mod bookings;
mod chain;
mod emptied;
mod erasures;
mod fault;
mod holds;
mod positions;
mod report;
mod stock;
mod streams;
mod trail;
mod views;

use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::PathBuf,
};

use domain::partition::Partition;
use futures::{StreamExt, TryStreamExt, stream};
use projections::view::View;
use sqlx::{Executor, PgPool, postgres::PgConnectOptions};
use uuid::Uuid;

use crate::{
    column,
    database::Database,
    error::{ReplayError, failed},
    meter::{Meter, Work},
    output::Format,
    rebuild,
    seal::{Seal, SealedPartition},
};

pub use fault::{Fault, Promise};
pub use report::Verification;

use bookings::BookingTrail;
use fault::Faults;
use holds::HoldTrail;

/// Partitions that are read at once: the database sorts for each of them, and
/// this process holds some pages of each.
const AT_ONCE: usize = 4;

/// Said where a repair would make views of what was never appended.
const NOT_REPAIRED: &str = "nothing is repaired: the log itself is at fault, and views are made of it. \
    Bring the log back from a backup first";

/// How to verify.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct VerifyArguments {
    /// Checks the log against this seal too, which `seal --out FILE` has written.
    #[arg(long, value_name = "FILE")]
    seal: Option<PathBuf>,

    /// Rebuilds the views that are not the fold of the log, then verifies again.
    #[arg(long)]
    repair: bool,
}

/// Verifies every partition of the log at `options`.
///
/// # Errors
///
/// [`ReplayError`] when it can't be read; what is wrong with it is no error.
pub async fn verify_at(options: PgConnectOptions) -> Result<Verification, ReplayError> {
    let database = Database::at(options);
    verify(&database, &VerifyArguments::default(), Format::Json).await
}

/// Verifies, repairs if that is asked for, and says what was found: at last.
pub(crate) async fn run(
    database: &Database,
    arguments: &VerifyArguments,
    format: Format,
) -> Result<Verification, ReplayError> {
    let found = verify(database, arguments, format).await?;
    found.tell(format)?;
    let differs = |view: &View| found.differing_views.contains(view.name());
    let differing: Vec<_> = View::ALL.into_iter().filter(differs).collect();
    if !arguments.repair || differing.is_empty() {
        return Ok(found);
    }
    if found.faults.iter().any(|fault| fault.promise.is_of_log()) {
        writeln!(io::stderr(), "{NOT_REPAIRED}")?;
        return Ok(found);
    }
    rebuild::make(database, &differing, format).await?;
    let found = verify(database, arguments, format).await?;
    found.tell(format)?;
    Ok(found)
}

/// Verifies every partition, and tells whoever reads `format` how far it is.
pub(crate) async fn verify(
    database: &Database,
    arguments: &VerifyArguments,
    format: Format,
) -> Result<Verification, ReplayError> {
    let seal = arguments.seal.as_deref().map(Seal::read).transpose()?;
    if let Some(seal) = &seal {
        require_same_log(database, seal).await?;
    }
    let partitions = database.partitions().await?;
    let stock = database.pool();
    let work = Work {
        doing: "verifying",
        unit: "rows",
        // By their positions, and by their streams; the rest takes little.
        all: 2 * database.events().await?,
    };
    let meter = Meter::new(format, work);
    let mut found = Verification {
        events: 0,
        partitions: partitions.len(),
        fault_count: 0,
        faults: Vec::new(),
        differing_views: BTreeSet::new(),
    };
    let mut verified = stream::iter(partitions)
        .map(|partition| verify_partition(database, (&stock, &meter), partition, seal.as_ref()))
        .buffered(AT_ONCE);
    while let Some((events, faults)) = verified.try_next().await? {
        found.events += events;
        found.fault_count += faults.count();
        found.differing_views.extend(faults.differing_views());
        found.faults.extend(faults.into_told());
    }
    drop(verified);
    meter.finish();
    strays(database, &mut found).await?;
    stock.close().await;
    Ok(found)
}

async fn verify_partition(
    database: &Database,
    (stock, meter): (&PgPool, &Meter),
    partition: Partition,
    seal: Option<&Seal>,
) -> Result<(u64, Faults), ReplayError> {
    let mut faults = Faults::of(partition);
    let mut connection = database.snapshot_with_views().await?;
    let partitions = positions::Partitions::of(&database.partitions().await?);
    let sealed = seal.map_or(&[][..], |seal| seal.points(partition));
    let known = (partitions, sealed, meter);
    let events = positions::verify(&mut connection, partition, known, &mut faults).await?;
    streams::verify(&mut connection, (stock, meter), partition, &mut faults).await?;
    trail::verify::<BookingTrail>(&mut connection, partition, &mut faults).await?;
    trail::verify::<HoldTrail>(&mut connection, partition, &mut faults).await?;
    erasures::verify(&mut connection, partition, &mut faults).await?;
    // Nothing was written but tables that go with it.
    let ended = connection.execute("rollback").await;
    ended.map_err(failed("ending a snapshot"))?;
    Ok((events, faults))
}

/// A seal says nothing of another log.
async fn require_same_log(database: &Database, seal: &Seal) -> Result<(), ReplayError> {
    let mut connection = database.connect().await?;
    let log: Option<Uuid> = sqlx::query_scalar(include_str!("log_id.sql"))
        .fetch_optional(&mut connection)
        .await
        .map_err(failed("looking for the log"))?;
    let log = log.ok_or(ReplayError::NoLog)?;
    let partitions = database.partitions().await?;
    let sealed = seal.partitions.iter().map(SealedPartition::partition);
    if log == seal.log_id && sealed.eq(partitions) {
        Ok(())
    } else {
        Err(ReplayError::OtherLog {
            sealed: seal.log_id,
            found: log,
        })
    }
}

/// Finds events in partitions that the log does not have.
async fn strays(database: &Database, found: &mut Verification) -> Result<(), ReplayError> {
    let mut connection = database.connect().await?;
    let strays: Vec<i16> = sqlx::query_scalar(include_str!("strays.sql"))
        .fetch_all(&mut connection)
        .await
        .map_err(failed("looking for strays"))?;
    for stray in strays {
        let stray = column::read_partition(stray);
        let mut faults = Faults::of(stray);
        faults.found(Promise::Partitions, "it has events and no head");
        found.fault_count += faults.count();
        found.faults.extend(faults.into_told());
    }
    Ok(())
}

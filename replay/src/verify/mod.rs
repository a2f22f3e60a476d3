//! Checks that the log keeps its promises and that the views are its fold.
//!
//! First what can be told without reading the log: the schema, the row of the log, what
//! nodes note for themselves. Then each partition is read in one snapshot of the
//! database, so that servers may go on writing meanwhile: in the order of positions for
//! what each row says of itself and for the views, then stream by stream, booking by
//! booking and hold by hold for what rows say of each other, and key by key.
//!
//! What follows from a fault that was told gets no line of its own (`taint.rs`). Nothing
//! is written, so that a standby can be verified too.

mod arguments;
mod bookings;
mod chain;
mod chain_value;
mod coverage;
mod decided;
mod emptied;
mod erasures;
mod fault;
mod holding;
mod holds;
mod keys;
mod partition;
mod positions;
mod remedy;
mod report;
mod seats_then;
mod stock;
mod streams;
mod survey;
mod taint;
mod trail;
mod unemptied;
mod views;

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use domain::partition::Partition;
use eventlog::AttendeeCipher;
use futures::{StreamExt, TryStreamExt, stream};
use projections::view::View;
use sqlx::postgres::PgConnectOptions;

use crate::{
    database::Database,
    error::ReplayError,
    meter::{Meter, Work},
    output::Format,
    rebuild,
};

pub(crate) use arguments::VerifyArguments;
pub use fault::{Fault, Promise};
pub use report::Verification;

use arguments::Against;
use coverage::Coverage;
use fault::Faults;
use partition::Reading;
use survey::Survey;

/// Partitions that are read at once: the database sorts for each of them, and this
/// process holds some pages and the views of each.
const AT_ONCE: usize = 4;

/// Said where a repair would make views of what was never appended.
const NOT_REPAIRED: &str = "nothing is repaired: the log itself is at fault, and views are made of it. \
    Do first what the lines above say of the log";

/// Verifies every partition of the log at `options`.
///
/// # Errors
///
/// [`ReplayError`] when it can't be read; what is wrong with it is no error.
pub async fn verify_at(options: PgConnectOptions) -> Result<Verification, ReplayError> {
    let database = Database::at(options);
    verify(&database, &VerifyArguments::default(), Format::Json).await
}

/// Verifies, repairs if that is asked for, and says what was found: at last. Who does
/// not listen any more changes nothing of it.
pub(crate) async fn run(
    database: &Database,
    arguments: &VerifyArguments,
    format: Format,
) -> Result<Verification, ReplayError> {
    let found = verify(database, arguments, format).await?;
    heard(found.tell(format))?;
    if !arguments.repair {
        return Ok(found);
    }
    if found.faults.iter().any(Fault::is_of_log) {
        // The exit code is the fault's, whoever listens.
        drop(writeln!(io::stderr(), "{NOT_REPAIRED}"));
        return Ok(found);
    }
    let differs = |view: &View| found.differing_views.contains(view.name());
    let differing: Vec<_> = View::ALL.into_iter().filter(differs).collect();
    if differing.is_empty() {
        return Ok(found);
    }
    match rebuild::make(database, &differing, format).await {
        // It says so when it is done.
        Err(ReplayError::Output(error)) => heard(Err(error))?,
        made => made?,
    }
    let found = verify(database, arguments, format).await?;
    heard(found.tell(format))?;
    Ok(found)
}

/// Whoever reads may have read enough, as `head` does.
fn heard(told: io::Result<()>) -> io::Result<()> {
    told.or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(error),
    })
}

/// Verifies every partition, and tells whoever reads `format` how far it is.
pub(crate) async fn verify(
    database: &Database,
    arguments: &VerifyArguments,
    format: Format,
) -> Result<Verification, ReplayError> {
    let against = arguments.read()?;
    let master = against.master.as_ref();
    let mut survey = survey::survey(database, master, arguments.amcheck).await?;
    let mut found = Verification::of(&survey);
    if let Some(seal) = &against.seal {
        coverage::require_same_log(database, seal, &mut survey).await?;
    }
    if survey.readable {
        read_all(database, &against, &survey, format, &mut found).await?;
    }
    found.tell_what_was_left_out(&against);
    found.add_first(std::mem::take(&mut survey.faults));
    found.forget_consequences();
    Ok(found)
}

/// Reads every partition.
async fn read_all(
    database: &Database,
    against: &Against,
    survey: &Survey,
    format: Format,
    found: &mut Verification,
) -> Result<(), ReplayError> {
    let stock = database.pool();
    let work = Work {
        doing: "verifying",
        unit: "rows",
        all: rows_to_read(database, against).await?,
    };
    let meter = Meter::new(format, work);
    let cipher = against.master.clone().map(AttendeeCipher::new);
    let reading = Reading {
        database,
        against,
        survey,
        stock: survey.stock.then_some(&stock),
        cipher: cipher.as_ref(),
        meter: &meter,
    };
    let mut coverage = against.seal.as_ref().map(Coverage::of);
    let mut verified = stream::iter((0..survey.partitions.get()).map(Partition::new))
        .map(|partition| reading.verify(partition))
        .buffered(AT_ONCE);
    while let Some((partition, read, faults)) = verified.try_next().await? {
        found.events += read.events;
        found.chained += read.chained.get().min(read.last.get());
        found.last += read.last.get();
        if let Some(coverage) = &mut coverage {
            coverage.read(partition, read.last);
        }
        found.add(faults);
    }
    drop(verified);
    meter.finish();
    found.seal = coverage;
    stock.close().await;
    Ok(())
}

/// How many rows are to be read.
async fn rows_to_read(database: &Database, against: &Against) -> Result<u64, ReplayError> {
    let events = database.events().await?;
    let sealed = against.seal.as_ref().filter(|_| against.since);
    let sealed = sealed.map(|seal| Coverage::of(seal).covered);
    // By their positions, and by their streams; the rest takes little.
    Ok(sealed.map_or(2 * events, |sealed| events.saturating_sub(sealed)))
}

impl Verification {
    /// What was found before the log was read.
    fn of(survey: &Survey) -> Self {
        Self {
            events: 0,
            partitions: survey.partitions.get().into(),
            chained: 0,
            last: 0,
            fault_count: 0,
            faults: Vec::new(),
            differing_views: BTreeSet::new(),
            notes: survey.notes.clone(),
            seal: None,
        }
    }

    /// Adds the faults of a partition.
    fn add(&mut self, faults: Faults) {
        self.fault_count += faults.count();
        self.differing_views.extend(faults.differing_views());
        self.faults.extend(faults.into_told());
    }

    /// The stock repository knows of no partitions: a stream with a row in another one is
    /// another to it.
    fn forget_consequences(&mut self) {
        let is = |promise| move |fault: &Fault| fault.promise == promise;
        if self.faults.iter().any(is(Promise::Partitions)) {
            let gone = self
                .faults
                .extract_if(.., |fault| fault.promise == Promise::StockRepository);
            self.fault_count -= gone.map(|fault| 1 + fault.more).sum::<u64>();
        }
    }

    /// Adds the faults of the log as a whole, which explain the others.
    fn add_first(&mut self, faults: Faults) {
        self.fault_count += faults.count();
        self.faults.splice(0..0, faults.into_told());
    }
}

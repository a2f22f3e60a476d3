//! The command line of `slotkeeper-replay`.

use std::{error::Error, io, io::Write, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    audit::{self, AuditArguments},
    compact::{self, CompactArguments},
    database::{Database, DatabaseArguments, EVERYWHERE},
    epoch,
    erase::{self, EraseArguments},
    error::ReplayError,
    holidays::{self, HolidaysArguments},
    output::Format,
    rebuild::{self, RebuildArguments},
    seal::{self, SealArguments},
    state::{self, StateArguments},
    status,
    tail::{self, TailArguments},
    transfer::{self, ExportArguments, ImportArguments},
    verify::{self, VerifyArguments},
};

/// The exit code of what could not be done.
const EXIT_FAILURE: u8 = 1;
/// The exit code of a command line that makes no sense.
const EXIT_USAGE: u8 = 2;
/// The exit code of a check that has found something.
const EXIT_FAULTS: u8 = 3;

/// Said under --help.
const EXIT_CODES: &str = "\
Exit codes:
  0  done, and nothing found to be wrong
  1  it could not be done
  2  the command line makes no sense
  3  a check has found faults, or status something that needs attention";

/// Holds the log of Slotkeeper to account: checks it, looks back in it, and makes
/// its views anew.
///
/// Works beside running servers, and without any.
#[derive(Debug, Parser)]
#[command(
    name = "slotkeeper-replay",
    version,
    arg_required_else_help = true,
    after_help = EXIT_CODES
)]
struct Cli {
    #[command(flatten)]
    database: DatabaseArguments,

    /// For people, or for machines.
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "human",
        global = true,
        help_heading = EVERYWHERE
    )]
    format: Format,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks that the log keeps its promises and that every view is its fold.
    ///
    /// Names each fault with its place, and ends with exit code 3 when there is
    /// one. Reads alone, but for --repair; may be interrupted at any time.
    Verify(VerifyArguments),

    /// Tells how everything stands: the log, its views, duties and nodes, PostgreSQL.
    ///
    /// Names what needs attention, and ends with exit code 3 when there is something.
    /// Only reads; works on a standby too.
    Status,

    /// Makes views anew from the log, beside running servers.
    ///
    /// Folds the log from its beginning into tables beside the live ones, which then
    /// take their place at once. May be interrupted at any time: the next run goes on
    /// from where this one was.
    Rebuild(RebuildArguments),

    /// Tells what happened to a resource, a day, a booking or a session, what somebody
    /// did or a request brought about, or all that happened in a stretch of time.
    Audit(AuditArguments),

    /// Follows the log: tells what happens, as it happens, until it is interrupted.
    Tail(TailArguments),

    /// Empties the old renewals of holds that have ended, as the servers do.
    ///
    /// Their rows stay, and all states after them; each day that had any gets an
    /// event that says so. May be interrupted, and run again at any time.
    Compact(CompactArguments),

    /// Seals the log as it stands: a few values that show later whether a row was
    /// changed, dropped or inserted.
    ///
    /// Brings the chain of the rows' hashes up to the log's end first. May be
    /// interrupted, and run again at any time.
    Seal(SealArguments),

    /// Shows how a day, a month or a booking stood at a moment.
    State(StateArguments),

    /// Erases who a booking is for, and leaves the booking.
    ///
    /// The log then says that it was done, and its past stays provable. See
    /// docs/erasure.md for what backups and archives still hold.
    Erase(EraseArguments),

    /// Makes exceptions to opening hours of a calendar file of holidays.
    ///
    /// What a resource has already stays as it is, so that a file can be read again, each
    /// year's or each day's. What is booked stays booked.
    Holidays(HolidaysArguments),

    /// Writes the log to a file: events, heads and keys, as of one moment.
    Export(ExportArguments),

    /// Makes the log that a file holds in an empty database, all or nothing.
    ///
    /// Without --database-url, the private PostgreSQL under the data folder is made
    /// when there is none.
    Import(ImportArguments),

    /// Makes positions that were given out before invalid.
    ///
    /// To be run after a restore that did not begin a new timeline of PostgreSQL, as
    /// putting back a copy of its files or a dump. After another it does no harm.
    NewEpoch,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // The process ends anyway: a closed standard error changes nothing.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(EXIT_USAGE));
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(run(cli)),
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(code) => code,
        // Whoever reads has read enough, as `head` does.
        Err(ReplayError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error),
    }
}

async fn run(cli: Cli) -> Result<ExitCode, ReplayError> {
    let database = match &cli.command {
        Command::Import(_) => Database::find_or_make(&cli.database).await?,
        _ => Database::find(&cli.database).await?,
    };
    let ended = execute(&database, &cli).await;
    let closed = database.close().await;
    // What the command says comes first.
    let code = ended?;
    closed?;
    Ok(code)
}

async fn execute(database: &Database, cli: &Cli) -> Result<ExitCode, ReplayError> {
    match &cli.command {
        Command::Verify(arguments) => {
            let found = verify::run(database, arguments, cli.format).await?;
            Ok(verdict(found.fault_count == 0))
        }
        Command::Status => {
            let well = status::run(database, cli.format).await?;
            Ok(verdict(well))
        }
        Command::Rebuild(arguments) => {
            rebuild::run(database, arguments, cli.format).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Audit(arguments) => {
            audit::audit(database, arguments, cli.format).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Compact(arguments) => {
            compact::compact(database, arguments, cli.format).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Tail(arguments) => {
            tail::tail(database, arguments, cli.format).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Seal(arguments) => {
            seal::seal(database, arguments, cli.format).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::State(arguments) => {
            state::show(database, arguments, cli.format).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Erase(arguments) => {
            erase::run(database, arguments, cli.format).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Holidays(arguments) => {
            let all = holidays::run(database, arguments, cli.format).await?;
            Ok(if all {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(EXIT_FAILURE)
            })
        }
        Command::Export(arguments) => {
            transfer::export(database, arguments, cli.format).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Import(arguments) => {
            transfer::import(database, arguments, cli.format).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::NewEpoch => {
            epoch::run(database, cli.format).await?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn verdict(well: bool) -> ExitCode {
    if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(EXIT_FAULTS)
    }
}

/// Says an error and its causes.
fn fail(error: &ReplayError) -> ExitCode {
    let mut words = format!("slotkeeper-replay: {error}");
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_words = cause.to_string();
        // Errors of sqlx repeat their cause.
        if !words.ends_with(&cause_words) {
            words.push_str(": ");
            words.push_str(&cause_words);
        }
        next = cause.source();
    }
    // These are the last words: a closed standard error leaves nobody to tell.
    drop(writeln!(io::stderr(), "{words}"));
    ExitCode::from(if error.is_usage() {
        EXIT_USAGE
    } else {
        EXIT_FAILURE
    })
}

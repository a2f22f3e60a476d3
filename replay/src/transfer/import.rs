use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use sqlx::{Executor, PgConnection, types::Uuid};

use super::{
    check::Checker,
    file::Lines,
    line::{Header, Line},
    place,
    rows::{KeyRows, ROWS_MAX, insert_events, insert_heads, insert_log},
};
use crate::{
    database::Database,
    error::{ReplayError, failed},
    meter::{Meter, Work},
    output::{self, Format},
};

/// Where from.
#[derive(Debug, Args)]
pub(crate) struct ImportArguments {
    /// The file that an export wrote; `-` is the standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// What was imported.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Imported {
    log: Uuid,
    /// How often the log was restored, this time included.
    restores: i32,
    events: u64,
    keys: u64,
}

/// Runs the command.
pub(crate) async fn run(
    database: &Database,
    arguments: &ImportArguments,
    format: Format,
) -> Result<(), ReplayError> {
    let mut lines = Lines::open(&arguments.file)?;
    let header = header(&mut lines)?;
    let mut connection = database.connect().await?;
    let place = place::prepare(database, &mut connection).await?;
    let imported = match write(&mut connection, &mut lines, header, format).await {
        Ok(imported) => imported,
        Err(error) => {
            // Why it was refused comes before what else may fail.
            drop(connection.execute("rollback").await);
            drop(place::take_back(&mut connection, place).await);
            return Err(error);
        }
    };
    connection
        .execute(include_str!("analyze.sql"))
        .await
        .map_err(failed("counting what was imported"))?;
    tell(&imported, format)
}

fn tell(imported: &Imported, format: Format) -> Result<(), ReplayError> {
    if format == Format::Json {
        return Ok(output::json(imported)?);
    }
    let (events, keys) = (imported.events, imported.keys);
    output::line(format_args!(
        "{events} events and {keys} keys are in the log"
    ))?;
    output::line(
        "the views are not written yet: servers do so when they start, `rebuild` does without them",
    )?;
    output::line(
        "servers need the master key of the installation that the export is of, in SLOTKEEPER_MASTER_KEY or in their data folder",
    )?;
    Ok(())
}

fn header(lines: &mut Lines) -> Result<Header, ReplayError> {
    if !lines.advance()? {
        return Err(lines.damaged("the file is empty"));
    }
    match lines.line()? {
        Line::Header(header) => Ok(header),
        _ => Err(lines.damaged("it is not the header of an export")),
    }
}

/// Writes all in one transaction.
async fn write(
    connection: &mut PgConnection,
    lines: &mut Lines,
    header: Header,
    format: Format,
) -> Result<Imported, ReplayError> {
    begin(connection).await?;
    let imported = read(connection, lines, header, format).await?;
    connection
        .execute("commit")
        .await
        .map_err(failed("committing the import"))?;
    Ok(imported)
}

/// Begins the one transaction of the import, beside which nobody makes a log.
async fn begin(connection: &mut PgConnection) -> Result<(), ReplayError> {
    for statement in ["begin", include_str!("lock_log.sql")] {
        connection
            .execute(statement)
            .await
            .map_err(failed("beginning the import"))?;
    }
    place::require_empty(connection).await
}

/// Reads all lines, and writes their rows.
async fn read(
    connection: &mut PgConnection,
    lines: &mut Lines,
    header: Header,
    format: Format,
) -> Result<Imported, ReplayError> {
    let mut checker = Checker::new(header).map_err(|reason| lines.damaged(reason))?;
    insert_log(connection, &checker.header().log).await?;
    let work = Work {
        doing: "importing",
        unit: "events",
        all: checker.header().events,
    };
    let meter = Meter::new(format, work);
    let (mut events, mut keys) = (Vec::new(), KeyRows::default());
    loop {
        if !lines.advance()? {
            return Err(lines.damaged("the file ends before its trailer"));
        }
        match lines.line()? {
            Line::Header(_) => return Err(lines.damaged("a header comes again")),
            Line::Event(line) => {
                let row = checker
                    .event(&line)
                    .map_err(|reason| lines.damaged(reason))?;
                events.push(row);
            }
            Line::Key(line) => {
                let (id, key) = checker.key(&line).map_err(|reason| lines.damaged(reason))?;
                keys.push(id, key);
            }
            Line::Trailer(trailer) => {
                let whole = checker.trailer(&trailer, &lines.digest_before());
                whole.map_err(|reason| lines.damaged(reason))?;
                break;
            }
        }
        if events.len() == ROWS_MAX {
            insert_events(connection, &events).await?;
            meter.add(events.len() as u64);
            events.clear();
        }
        if keys.len() == ROWS_MAX {
            keys.insert(connection).await?;
        }
    }
    insert_events(connection, &events).await?;
    meter.add(events.len() as u64);
    keys.insert(connection).await?;
    insert_heads(connection, checker.heads()).await?;
    if lines.advance()? {
        return Err(lines.damaged("it comes after the trailer"));
    }
    meter.finish();
    let header = checker.header();
    Ok(Imported {
        log: header.log.id,
        restores: header.log.restores + 1,
        events: header.events,
        keys: checker.keys(),
    })
}

use std::{borrow::Cow, path::PathBuf};

use clap::Args;
use eventlog::{Position, WrappedKey};
use serde::Serialize;
use serde_json::value::RawValue;
use sqlx::{PgConnection, types::Uuid};

use super::{
    destination::Destination,
    hex,
    line::{EventLine, FORM, HeadLine, Header, KeyLine, Line, LogLine, Trailer},
};
use crate::{
    column,
    database::Database,
    error::{ReplayError, failed},
    meter::{Meter, Work},
    output::{self, Format},
    stored::{self, StoredEvent},
};

/// Keys that are read at once.
const PAGE_KEYS_MAX: i64 = 10_000;

/// Where to, and what of it.
#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// The file to write; `-` is the standard output. It has its name only once it
    /// is whole; one of that name is replaced then.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Leaves the keys of bookings out: nobody can read from the file, nor from a
    /// database made of it, who bookings are for.
    #[arg(long)]
    without_keys: bool,
}

/// What was exported.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Exported {
    log: Uuid,
    events: u64,
    keys: u64,
    heads: Vec<HeadLine>,
    sha256: String,
}

/// Runs the command.
pub(crate) async fn run(
    database: &Database,
    arguments: &ExportArguments,
    format: Format,
) -> Result<(), ReplayError> {
    database.partitions().await?;
    let mut connection = database.snapshot().await?;
    let mut destination = Destination::create(&arguments.file)?;
    let exported = write(&mut connection, &mut destination, arguments, format).await?;
    let silent = destination.is_standard_output();
    destination.finish()?;
    if silent {
        return Ok(());
    }
    if format == Format::Json {
        return Ok(output::json(&exported)?);
    }
    let (events, keys, file) = (exported.events, exported.keys, arguments.file.display());
    output::line(format_args!(
        "{events} events and {keys} keys are in {file}"
    ))?;
    output::line(if arguments.without_keys {
        "it has no keys: who bookings are for can't be read from it"
    } else {
        "it has the keys of bookings, wrapped by the master key: guard it as you guard backups"
    })?;
    Ok(())
}

/// Writes the log as `connection` sees it.
async fn write(
    connection: &mut PgConnection,
    to: &mut Destination,
    arguments: &ExportArguments,
    format: Format,
) -> Result<Exported, ReplayError> {
    let log: LogLine = sqlx::query_as(include_str!("log.sql"))
        .fetch_one(&mut *connection)
        .await
        .map_err(failed("reading which log it is"))?;
    let heads: Vec<HeadLine> = sqlx::query_as(include_str!("heads.sql"))
        .fetch_all(&mut *connection)
        .await
        .map_err(failed("reading the heads"))?;
    let events = heads.iter().map(|head| head.position.unsigned_abs()).sum();
    let id = log.id;
    to.write(&Line::Header(Header {
        form: FORM.into(),
        log,
        events,
        keys: !arguments.without_keys,
    }))?;
    let work = Work {
        doing: "exporting",
        unit: "events",
        all: events,
    };
    let meter = Meter::new(format, work);
    for head in &heads {
        write_events(connection, to, *head, &meter).await?;
    }
    let keys = if arguments.without_keys {
        0
    } else {
        write_keys(connection, to).await?
    };
    meter.finish();
    let sha256 = to.digest();
    let exported = Exported {
        log: id,
        events,
        keys,
        heads: heads.clone(),
        sha256: sha256.clone(),
    };
    to.write(&Line::Trailer(Trailer {
        heads,
        events,
        keys,
        sha256,
    }))?;
    Ok(exported)
}

async fn write_events(
    connection: &mut PgConnection,
    to: &mut Destination,
    head: HeadLine,
    meter: &Meter,
) -> Result<(), ReplayError> {
    let partition = column::read_partition(head.partition);
    let end = column::read_position(head.position);
    let mut last = Position::START;
    while last < end {
        let page = stored::read_page(connection, partition, last).await?;
        let missing = |position| ReplayError::Unreadable {
            partition,
            position,
            reason: "it is missing".into(),
        };
        if page.is_empty() {
            return Err(missing(last.plus(1)));
        }
        for row in &page {
            last = last.plus(1);
            if row.position() != last {
                return Err(missing(last));
            }
            to.write(&Line::Event(event_line(row)?))?;
        }
        meter.add(page.len() as u64);
    }
    Ok(())
}

fn event_line(row: &StoredEvent) -> Result<EventLine<'_>, ReplayError> {
    let payload = row
        .payload
        .as_deref()
        .map(|text| raw(row, text))
        .transpose()?;
    let emptied = payload.is_none();
    Ok(EventLine {
        partition: row.partition().get(),
        position: row.position().get(),
        aggregate_type: Cow::from(&row.aggregate_type),
        aggregate_id: Cow::from(&row.aggregate_id),
        sequence: row.sequence,
        event_type: Cow::from(&row.event_type),
        event_version: Cow::from(&row.event_version),
        payload,
        metadata: raw(row, &row.metadata)?,
        recorded_at: row.recorded_at,
        hash: hex::encode(&row.hash).into(),
        hash_version: row.hash_version,
        payload_hash: row
            .payload_hash
            .as_deref()
            .map(|hash| hex::encode(hash).into()),
        tip: row.tip,
        resource_id: Cow::from(&row.resource_id),
        hold_id: row.columns.hold_id.filter(|_| emptied),
        lease_expires_at: row.columns.lease_expires_at.filter(|_| emptied),
        slots: row.columns.mask.filter(|_| emptied).map(|mask| mask.0),
        session_id: row.columns.session_id.filter(|_| emptied),
        span_start: row.columns.span_start.filter(|_| emptied),
        span_slots: row.columns.span_slots.filter(|_| emptied),
    })
}

/// A document as it stands in its row, to the byte, and in one line.
fn raw<'a>(row: &StoredEvent, text: &'a str) -> Result<&'a RawValue, ReplayError> {
    let unreadable = |reason: String| ReplayError::Unreadable {
        partition: row.partition(),
        position: row.position(),
        reason,
    };
    let raw: &RawValue =
        serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?;
    if raw.get() != text || text.contains('\n') {
        return Err(unreadable("its document is not as we write them".into()));
    }
    Ok(raw)
}

async fn write_keys(
    connection: &mut PgConnection,
    to: &mut Destination,
) -> Result<u64, ReplayError> {
    let (mut last, mut count) = ((-1, Uuid::nil()), 0);
    loop {
        let page: Vec<(i16, Uuid, Vec<u8>)> = sqlx::query_as(include_str!("keys.sql"))
            .bind(last.0)
            .bind(last.1)
            .bind(PAGE_KEYS_MAX)
            .fetch_all(&mut *connection)
            .await
            .map_err(failed("reading keys"))?;
        let Some((partition, booking, _)) = page.last() else {
            return Ok(count);
        };
        last = (*partition, *booking);
        count += page.len() as u64;
        for (_, booking, key) in page {
            to.write(&Line::Key(KeyLine::new(booking, &WrappedKey(key))))?;
        }
    }
}

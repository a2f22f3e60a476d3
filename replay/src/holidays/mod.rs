//! Makes exceptions to opening hours of the events of a calendar file.

mod record;

use std::{fs, path::PathBuf};

use clap::Args;
use domain::ids::ResourceId;
use serde::Serialize;

use crate::{
    database::Database,
    error::ReplayError,
    output::{self, Format},
};

use record::Recorded;

/// Which holidays, and whose.
#[derive(Debug, Args)]
pub(crate) struct HolidaysArguments {
    /// The calendar file, an .ics: its events of whole days close their dates, those that
    /// come every year close them every year, and those with times close that stretch.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The resource that is to have them; may be given several times.
    #[arg(long = "resource", value_name = "ID", required = true)]
    resources: Vec<ResourceId>,
}

/// What became of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    resources: Vec<ToldResource>,
    skipped: Vec<ToldSkipped>,
}

/// What became of it for one resource.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ToldResource {
    resource_id: ResourceId,
    /// Exceptions that it did not have before.
    added: usize,
    /// Exceptions that it had already.
    unchanged: usize,
    /// Why it has none of them; nothing when it has all.
    refused: Option<String>,
}

/// An event that no exception can say.
#[derive(Debug, Serialize)]
struct ToldSkipped {
    event: String,
    why: String,
}

/// Runs the command; whether every resource has all of the exceptions now.
pub(crate) async fn run(
    database: &Database,
    arguments: &HolidaysArguments,
    format: Format,
) -> Result<bool, ReplayError> {
    let file = fs::read_to_string(&arguments.file).map_err(|source| ReplayError::File {
        path: arguments.file.clone(),
        source,
    })?;
    let holidays = ::holidays::read(&file)?;
    let log = database.log().await?;
    let mut resources = Vec::new();
    for resource in &arguments.resources {
        let recorded = record::record(&log, resource, &holidays.exceptions).await;
        let recorded = match recorded {
            Ok(recorded) => recorded,
            Err(error) => {
                log.close().await;
                return Err(error);
            }
        };
        let (added, refused) = match recorded {
            Recorded::Added(added) => (added, None),
            Recorded::Refused(refusal) => (0, Some(refusal.to_string())),
        };
        let there = holidays.exceptions.len() - added;
        resources.push(ToldResource {
            resource_id: resource.clone(),
            added,
            unchanged: if refused.is_some() { 0 } else { there },
            refused,
        });
    }
    log.close().await;
    let skipped = holidays.skipped.iter().map(|skipped| ToldSkipped {
        event: skipped.event.clone(),
        why: skipped.why.to_string(),
    });
    let told = Told {
        resources,
        skipped: skipped.collect(),
    };
    tell(&told, format)?;
    Ok(told.resources.iter().all(|one| one.refused.is_none()))
}

fn tell(told: &Told, format: Format) -> Result<(), ReplayError> {
    if format == Format::Json {
        return Ok(output::json(told)?);
    }
    for one in &told.resources {
        let id = &one.resource_id;
        match &one.refused {
            Some(refused) => output::line(format_args!("{id}: nothing is added: {refused}"))?,
            None => output::line(format_args!(
                "{id}: {} added, {} were there",
                one.added, one.unchanged
            ))?,
        }
    }
    for skipped in &told.skipped {
        output::line(format_args!("not read: {}: {}", skipped.event, skipped.why))?;
    }
    Ok(())
}

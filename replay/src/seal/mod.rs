//! Seals: what a log was at a moment, in a few lines that are kept elsewhere.

mod document;
mod make;

use std::path::PathBuf;

pub(crate) use document::{Seal, SealedPartition, SealedPoint};
pub(crate) use make::read_hashes;

use crate::{
    ReplayError,
    database::Database,
    output::{self, Format},
};

/// What to do with the seal.
#[derive(Debug, clap::Args)]
pub(crate) struct SealArguments {
    /// Writes the seal to this file, as JSON; refused when there is such a file.
    /// Absent: it is only shown.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Seals the log as it stands.
pub(crate) async fn seal(
    database: &Database,
    arguments: &SealArguments,
    format: Format,
) -> Result<(), ReplayError> {
    let seal = make::make(database, format).await?;
    if let Some(file) = &arguments.out {
        seal.write(file)?;
    }
    if format == Format::Json {
        return Ok(output::json(&seal)?);
    }
    let (log, epoch, at) = (seal.log_id, seal.epoch, seal.sealed_at);
    output::line(format_args!("log {log}, epoch {epoch}, sealed at {at}\n"))?;
    output::line("partition      position  value of the chain there")?;
    for sealed in &seal.partitions {
        let partition = sealed.partition;
        match sealed.points.last() {
            Some(SealedPoint { position, value }) => {
                output::line(format_args!("{partition:>9}  {position:>12}  {value}"))?;
            }
            None => output::line(format_args!("{partition:>9}  {:>12}  no events", 0))?,
        }
    }
    match &arguments.out {
        Some(file) => {
            let file = file.display();
            output::line(format_args!(
                "\nWritten to {file}. Keep it where nobody who may write to the database may write too;\n\
                 check the log against it with: slotkeeper-replay verify --seal {file}"
            ))?;
        }
        None => output::line("\nNot kept: --out FILE writes it to a file.")?,
    }
    Ok(())
}

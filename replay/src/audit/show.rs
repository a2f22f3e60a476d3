use domain::partition::Partition;
use futures::TryStreamExt;

use super::{
    actor::Told,
    entry::{Columns, Entry, Scope, titles},
    holds::LiveHolds,
    subject::{Stretch, Subject, stretch},
    words::Ids,
};
use crate::{
    ReplayError,
    database::Database,
    output::{self, Format},
    state::At,
    zone::{Clock, Zones},
};

/// Said below every history.
const REFUSALS: &str = "What was refused is not here, for it writes nothing: the servers' logs have a line \
    of each refusal.";

/// Whose history, and which part of it.
#[derive(Debug, clap::Args)]
pub(crate) struct AuditArguments {
    /// Where to begin: a position of the partition, or a time like
    /// 2026-11-24T13:00:00Z, itself included. Absent: the log's beginning.
    #[arg(long, value_name = "TIME|POSITION", global = true)]
    from: Option<At>,

    /// Where to end, itself included. Absent: the log's end.
    #[arg(long, value_name = "TIME|POSITION", global = true)]
    to: Option<At>,

    /// Lists every renewal of a hold, too; without it they are counted where the hold
    /// ends.
    #[arg(long, global = true)]
    renewals: bool,

    /// Writes ids out; without it, their last twelve digits.
    #[arg(long, global = true)]
    full: bool,

    /// Tells times by another clock too, beside UTC: that of a zone like Europe/Berlin,
    /// or, by the word resource, that of each resource.
    #[arg(long, value_name = "ZONE|resource", global = true)]
    timezone: Option<Clock>,

    #[command(subcommand)]
    subject: Subject,
}

/// Tells a history.
pub(crate) async fn audit(
    database: &Database,
    arguments: &AuditArguments,
    format: Format,
) -> Result<(), ReplayError> {
    let named = [arguments.from, arguments.to];
    let back_to_front = match named {
        [Some(At::Position(from)), Some(At::Position(to))] => from > to,
        [Some(At::Time(from)), Some(At::Time(to))] => from > to,
        _ => false,
    };
    if back_to_front {
        return Err(ReplayError::BackToFront);
    }
    let partitions = arguments.subject.partitions(database).await?;
    let by_position = named.iter().any(|at| matches!(at, Some(At::Position(_))));
    if by_position && partitions.len() > 1 {
        return Err(ReplayError::ManyPartitions);
    }
    Teller::new(arguments, format)
        .tell(database, &partitions)
        .await
}

/// Tells entries as they come.
struct Teller<'a> {
    arguments: &'a AuditArguments,
    format: Format,
    columns: Columns,
    zones: Zones,
    actors: Told,
    told: u64,
    renewals: u64,
}

impl<'a> Teller<'a> {
    fn new(arguments: &'a AuditArguments, format: Format) -> Self {
        Self {
            arguments,
            format,
            columns: Columns {
                ids: Ids::of(arguments.full),
                scope: arguments.subject.scope(),
                zoned: arguments.timezone.is_some(),
            },
            zones: Zones::new(arguments.timezone),
            actors: Told::default(),
            told: 0,
            renewals: 0,
        }
    }

    /// Tells the history that these partitions have.
    async fn tell(
        mut self,
        database: &Database,
        partitions: &[Partition],
    ) -> Result<(), ReplayError> {
        let mut connection = database.snapshot().await?;
        let mut aside = database.connect().await?;
        let (from, to) = (self.arguments.from, self.arguments.to);
        let mut stretches = Vec::new();
        for partition in partitions {
            stretches.push(stretch(&mut connection, *partition, (from, to)).await?);
        }
        let subject = &self.arguments.subject;
        let mut rows = std::pin::pin!(subject.rows(&mut connection, &stretches));
        let mut holds = LiveHolds::default();
        while let Some(row) = rows.try_next().await? {
            let entry = Entry::read(&mut aside, row, &mut holds).await?;
            let (of, resource) = entry.resource();
            let zone = self.zones.of(&mut aside, of, resource).await?;
            if self.format == Format::Json {
                output::json(&entry.written(zone)?)?;
            } else if entry.is_renewal() && !self.arguments.renewals {
                self.renewals += 1;
            } else if self.columns.scope == Scope::Day || !entry.repeats() {
                if self.told == 0 {
                    self.begin(&stretches)?;
                }
                self.told += 1;
                if let Some(actor) = entry.actor() {
                    self.actors.note(actor);
                }
                output::line(entry.line(self.columns, zone))?;
            }
        }
        self.end()
    }

    fn begin(&self, stretches: &[Stretch]) -> Result<(), ReplayError> {
        let title = self.arguments.subject.title();
        let place = match stretches {
            [(partition, positions)] => {
                let (first, last) = (positions.start(), positions.end());
                format!("positions {first} to {last} of partition {partition}")
            }
            several => format!("in {} partitions, by time", several.len()),
        };
        output::line(format_args!("{title}, {place}\n"))?;
        Ok(output::line(titles(self.columns, self.arguments.timezone))?)
    }

    fn end(self) -> Result<(), ReplayError> {
        if self.format == Format::Json {
            return Ok(());
        }
        let (title, told) = (self.arguments.subject.title(), self.told);
        if told == 0 {
            output::line(format_args!("{title}: nothing happened"))?;
        } else {
            let entries = output::count(told, "entry", "entries");
            output::line(format_args!("\n{entries}"))?;
        }
        if self.renewals > 0 {
            let hidden = output::count(
                self.renewals,
                "renewal of a hold is",
                "renewals of holds are",
            );
            output::line(format_args!("{hidden} left out: --renewals lists them"))?;
        }
        for words in self.actors.explained() {
            output::line(words)?;
        }
        Ok(output::line(REFUSALS)?)
    }
}

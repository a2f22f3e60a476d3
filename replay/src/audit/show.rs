use domain::partition::Partition;
use futures::TryStreamExt;

use super::{
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
};

/// Said below every history.
const REFUSALS: &str = "What was refused is not here, for it writes nothing: refusals are counted in \
    slotkeeper_commands_total and traced by their request's id.";

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
    let mut teller = Teller::new(arguments, format);
    for partition in partitions {
        teller.partition(database, partition).await?;
    }
    teller.end()
}

/// Tells entries as they come.
struct Teller<'a> {
    arguments: &'a AuditArguments,
    format: Format,
    columns: Columns,
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
            },
            told: 0,
            renewals: 0,
        }
    }

    /// Tells what a partition has of the history.
    async fn partition(
        &mut self,
        database: &Database,
        partition: Partition,
    ) -> Result<(), ReplayError> {
        let mut connection = database.snapshot().await?;
        let mut aside = database.connect().await?;
        let (from, to) = (self.arguments.from, self.arguments.to);
        let stretch = stretch(&mut connection, partition, (from, to)).await?;
        let subject = &self.arguments.subject;
        let mut rows = std::pin::pin!(subject.rows(&mut connection, partition, &stretch));
        let mut holds = LiveHolds::default();
        let mut begun = false;
        while let Some(row) = rows.try_next().await? {
            let entry = Entry::read(&mut aside, row, &mut holds).await?;
            if self.format == Format::Json {
                output::json(&entry.written()?)?;
                continue;
            }
            if entry.is_renewal() && !self.arguments.renewals {
                self.renewals += 1;
            } else if self.columns.scope == Scope::Day || !entry.repeats() {
                if !begun {
                    self.begin(partition, &stretch)?;
                    begun = true;
                }
                self.told += 1;
                output::line(entry.line(self.columns))?;
            }
        }
        Ok(())
    }

    fn begin(&self, partition: Partition, stretch: &Stretch) -> Result<(), ReplayError> {
        if self.told > 0 {
            output::line("")?;
        }
        let (title, first, last) = (
            self.arguments.subject.title(),
            stretch.start(),
            stretch.end(),
        );
        output::line(format_args!(
            "{title}, positions {first} to {last} of partition {partition}\n"
        ))?;
        Ok(output::line(titles(self.columns))?)
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
        Ok(output::line(REFUSALS)?)
    }
}

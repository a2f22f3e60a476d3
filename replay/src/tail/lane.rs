use std::collections::HashSet;

use domain::partition::Partition;
use eventlog::{HeadWatch, Log, Position};
use sqlx::{PgConnection, types::Uuid};

use super::filter::Filter;
use crate::{
    ReplayError,
    audit::{Columns, Entry, LiveHolds, first_position},
    database::Database,
    output::{self, Format},
    state::At,
    stored::read_page,
};

/// A partition as far as it was told.
pub(super) struct Lane {
    log: Log,
    partition: Partition,
    watch: HeadWatch,
    connection: PgConnection,
    told: Position,
    holds: LiveHolds,
    /// Holds of the session that is followed.
    own: HashSet<Uuid>,
}

impl Lane {
    /// Begins at a moment; without one, at the end.
    pub(super) async fn begin(
        database: &Database,
        log: &Log,
        partition: Partition,
        from: Option<At>,
    ) -> Result<Self, ReplayError> {
        // Before the end is read: nothing can happen between the two unnoticed.
        let watch = log.watch_head(partition);
        let mut connection = database.connect().await?;
        let told = match from {
            None | Some(At::Now) => log.head(partition).await?.position,
            Some(from) => {
                let first = first_position(&mut connection, partition, Some(from)).await?;
                Position::new(first.get().saturating_sub(1))
            }
        };
        Ok(Self {
            log: log.clone(),
            partition,
            watch,
            connection,
            told,
            holds: LiveHolds::default(),
            own: HashSet::new(),
        })
    }

    /// Waits until there may be something to tell.
    pub(super) async fn changed(&mut self) {
        self.watch.changed().await;
    }

    /// Tells what has happened since.
    pub(super) async fn tell(
        &mut self,
        filter: &Filter,
        (format, columns): (Format, Columns),
    ) -> Result<(), ReplayError> {
        let head = self.log.head(self.partition).await?.position;
        if head < self.told {
            return Err(ReplayError::PutBack {
                partition: self.partition,
                told: self.told,
                head,
            });
        }
        loop {
            let page = read_page(&mut self.connection, self.partition, self.told).await?;
            if page.is_empty() {
                return Ok(());
            }
            for row in page {
                self.told = row.position();
                let hold = row.columns.hold_id;
                if let (Some(hold), true) = (hold, filter.is_of_session(&row)) {
                    self.own.insert(hold);
                }
                let own = hold.is_some_and(|hold| self.own.contains(&hold));
                let taken = filter.takes(&row, own);
                let entry = Entry::read(&mut self.connection, row, &mut self.holds).await?;
                match format {
                    _ if !taken => {}
                    Format::Json => output::json(&entry.written(None)?)?,
                    Format::Human => output::line(entry.line(columns, None))?,
                }
            }
        }
    }
}

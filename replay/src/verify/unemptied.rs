use std::collections::HashMap;

use domain::partition::Partition;
use eventlog::{Position, retention::ROWS_AHEAD_MAX};
use sqlx::{PgConnection, types::Uuid};

use crate::{ReplayError, column, error::failed, stored::StoredEvent};

use super::{Faults, Promise};

/// Renewals that say what they said where retention says that none does.
///
/// A hold that ends too far on to be looked for keeps its renewals: so one is at fault
/// only once its hold's end is seen near it.
#[derive(Debug)]
pub(super) struct Unemptied {
    partition: Partition,
    /// Up to here, retention says, every renewal is emptied.
    up_to: Position,
    /// The last such renewal of each hold that has not ended yet.
    of_holds: HashMap<Uuid, Renewal>,
}

#[derive(Debug, Clone, Copy)]
struct Renewal {
    position: Position,
    sequence: i64,
}

impl Unemptied {
    /// Asks how far retention is.
    pub(super) async fn begin(
        connection: &mut PgConnection,
        partition: Partition,
    ) -> Result<Self, ReplayError> {
        let up_to: Option<i64> = sqlx::query_scalar(include_str!("retention.sql"))
            .bind(column::partition(partition))
            .fetch_optional(connection)
            .await
            .map_err(failed("reading how far retention is"))?;
        Ok(Self {
            partition,
            up_to: up_to.map_or(Position::START, column::read_position),
            of_holds: HashMap::new(),
        })
    }

    /// Takes the next row.
    pub(super) fn take(&mut self, row: &StoredEvent, faults: &mut Faults) {
        let Some(hold) = row.columns.hold_id else {
            return;
        };
        match row.event_type.as_str() {
            "HoldRenewed" if !row.is_emptied() && row.position() <= self.up_to => {
                let renewal = Renewal {
                    position: row.position(),
                    sequence: row.sequence,
                };
                self.of_holds.insert(hold, renewal);
            }
            "HoldReleased" | "HoldExpired" | "HoldConsumed" => {
                let renewal = self.of_holds.remove(&hold);
                let near = renewal.filter(|it| row.sequence - it.sequence <= ROWS_AHEAD_MAX);
                if let Some(renewal) = near {
                    self.tell(renewal, faults);
                }
            }
            _ => {}
        }
    }

    /// Takes the partition's end: a hold that has not ended keeps nothing up to there.
    pub(super) fn end(&mut self, last: Position, faults: &mut Faults) {
        let near = |renewal: &&Renewal| {
            let ahead = last.get().saturating_sub(renewal.position.get());
            ahead <= ROWS_AHEAD_MAX.unsigned_abs()
        };
        let renewals = self.of_holds.values().filter(near);
        if let Some(renewal) = renewals.min_by_key(|renewal| renewal.position).copied() {
            self.tell(renewal, faults);
        }
    }

    /// Tells of the first; the others are the same fault.
    fn tell(&mut self, renewal: Renewal, faults: &mut Faults) {
        let (up_to, partition) = (self.up_to, self.partition);
        self.up_to = Position::START;
        self.of_holds.clear();
        let says = format!(
            "it says that all renewals up to {up_to} are emptied, and the one at {} is not",
            renewal.position
        );
        let remedy = format!(
            "delete the row, retention walks once more: \
             delete from retention where partition = {partition}"
        );
        faults.found_of(Promise::Retention, "table retention", says, remedy);
    }
}

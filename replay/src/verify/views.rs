//! Every live view against the fold of the log.

use domain::partition::Partition;
use eventlog::{Position, RecordedEvent};
use projections::view::{self, Checkpoints, Generation, View};
use sqlx::{Executor, PgConnection};

use crate::{
    column,
    error::{ReplayError, failed},
};

use super::{Faults, Promise};

/// Rows of one view that are told one by one.
const ROWS_TOLD_MAX: i64 = 1_000;

/// The tables of the fold come first, so that what writes views writes those.
const FOLD_FIRST: &str = "set local search_path = pg_temp, public";

/// A fold of a partition's views beside the live ones, compared with each of
/// them where that is: at its own checkpoint.
pub(super) struct ViewFold {
    partition: Partition,
    applied: Checkpoints,
    /// The live checkpoints that are yet to be reached, the nearest last.
    stops: Vec<(Position, View)>,
}

impl ViewFold {
    /// Makes tables that end with the connection's transaction.
    pub(super) async fn begin(
        connection: &mut PgConnection,
        partition: Partition,
    ) -> Result<Self, ReplayError> {
        let making = failed("making tables for a fold");
        connection
            .execute(include_str!("fold_tables.sql"))
            .await
            .map_err(making)?;
        connection
            .execute(FOLD_FIRST)
            .await
            .map_err(failed("choosing the fold's tables"))?;
        let live: Vec<(String, i64)> = sqlx::query_as(include_str!("checkpoints.sql"))
            .bind(column::partition(partition))
            .bind(Generation::LIVE.number())
            .fetch_all(&mut *connection)
            .await
            .map_err(failed("reading checkpoints"))?;
        let of = |view: View| {
            let found = live.iter().find(|(name, _)| name == view.name());
            found.map_or(Position::START, |(_, at)| column::read_position(*at))
        };
        let mut stops = View::ALL.map(|view| (of(view), view)).to_vec();
        stops.sort_by_key(|(position, _)| std::cmp::Reverse(*position));
        Ok(Self {
            partition,
            applied: Checkpoints::read_or_create(
                connection,
                partition,
                Generation::LIVE,
                &View::ALL,
            )
            .await?,
            stops,
        })
    }

    /// Folds what comes next, in order of position.
    pub(super) async fn feed(
        &mut self,
        connection: &mut PgConnection,
        mut events: &[RecordedEvent],
        faults: &mut Faults,
    ) -> Result<(), ReplayError> {
        while let (Some((stop, _)), false) = (self.stops.last().copied(), events.is_empty()) {
            let reached = events.partition_point(|event| event.position <= stop);
            let (before, after) = events.split_at(reached);
            self.apply(connection, before).await?;
            // With an event past it, nothing up to the stop is still to come.
            if !after.is_empty() {
                self.compare(connection, faults).await?;
            }
            events = after;
        }
        Ok(())
    }

    /// Compares what is left when the log has ended; `head` is its end.
    pub(super) async fn end(
        &mut self,
        connection: &mut PgConnection,
        head: Position,
        faults: &mut Faults,
    ) -> Result<(), ReplayError> {
        while let Some((stop, view)) = self.stops.last().copied() {
            if stop > head {
                faults.found_in(
                    Promise::Checkpoints,
                    view,
                    stop,
                    format!("view {}", view.name()),
                    format!("its checkpoint is at {stop}, and the log ends at {head}"),
                );
            }
            self.compare(connection, faults).await?;
        }
        Ok(())
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ReplayError> {
        let (partition, live) = (self.partition, Generation::LIVE);
        let moved = view::apply(connection, partition, live, self.applied, events.iter()).await?;
        // Nobody else can see these tables.
        self.applied = moved.unwrap_or(self.applied);
        Ok(())
    }

    /// Compares the view of the nearest stop with the fold as it is.
    async fn compare(
        &mut self,
        connection: &mut PgConnection,
        faults: &mut Faults,
    ) -> Result<(), ReplayError> {
        let Some((checkpoint, view)) = self.stops.pop() else {
            return Ok(());
        };
        let differing: Vec<(String, Option<String>, Option<String>, i64)> =
            sqlx::query_as(statement(view))
                .bind(column::partition(self.partition))
                .bind(ROWS_TOLD_MAX)
                .fetch_all(connection)
                .await
                .map_err(failed("comparing a view"))?;
        for (about, live, folded, position) in differing {
            let position = column::read_position(position);
            let place = format!("view {}, {about}", view.name());
            let says = match (live, folded) {
                (Some(_), _) if position > checkpoint => {
                    format!("the row is of a later position than the checkpoint, {checkpoint}")
                }
                (Some(live), Some(folded)) => format!("the row is {live}, the fold {folded}"),
                (Some(live), None) => format!("the row {live} is none of the fold's"),
                (None, _) => "the row is missing".into(),
            };
            faults.found_in(Promise::Views, view, position, place, says);
        }
        Ok(())
    }
}

const fn statement(view: View) -> &'static str {
    match view {
        View::DailyAvailability => include_str!("differ_daily_availability.sql"),
        View::Presence => include_str!("differ_presence.sql"),
        View::Bookings => include_str!("differ_bookings.sql"),
        View::Resources => include_str!("differ_resources.sql"),
    }
}

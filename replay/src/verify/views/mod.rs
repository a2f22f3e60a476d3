//! Every live view against the fold of the log.
//!
//! The fold is made in memory by code of its own: it writes nothing, so that a standby
//! can be verified too, and it would notice a mistake in the functions by which servers
//! fold.

mod model;
mod rows;

use std::collections::BTreeMap;

use domain::partition::Partition;
use eventlog::{Position, RecordedEvent};
use futures::TryStreamExt;
use projections::view::{Generation, View};
use sqlx::PgConnection;

use crate::{
    column,
    error::{ReplayError, failed},
    stored::StoredEvent,
};

use super::{Faults, Promise};
use model::Model;
use rows::ViewRow;

/// A fold of a partition's views, compared with each of the live ones where that is: at
/// its own checkpoint.
pub(super) struct ViewFold {
    partition: Partition,
    model: Model,
    /// The live checkpoints that are yet to be reached, the nearest last.
    stops: Vec<(Position, View)>,
    /// The views that have no checkpoint.
    without: Vec<View>,
}

impl ViewFold {
    /// Begins before the first event.
    pub(super) async fn begin(
        connection: &mut PgConnection,
        partition: Partition,
    ) -> Result<Self, ReplayError> {
        let live: Vec<(String, i64)> = sqlx::query_as(include_str!("checkpoints.sql"))
            .bind(column::partition(partition))
            .bind(Generation::LIVE.number())
            .fetch_all(&mut *connection)
            .await
            .map_err(failed("reading checkpoints"))?;
        let of = |view: View| live.iter().find(|(name, _)| name == view.name());
        let stop = |view: View| of(view).map(|(_, at)| (column::read_position(*at), view));
        let mut stops: Vec<_> = View::ALL.into_iter().filter_map(stop).collect();
        stops.sort_by_key(|(position, _)| std::cmp::Reverse(*position));
        Ok(Self {
            partition,
            model: Model::default(),
            stops,
            without: View::ALL
                .into_iter()
                .filter(|view| of(*view).is_none())
                .collect(),
        })
    }

    /// Folds what comes next, in order of position.
    pub(super) async fn feed(
        &mut self,
        connection: &mut PgConnection,
        (row, event): (&StoredEvent, &RecordedEvent),
        faults: &mut Faults,
    ) -> Result<(), ReplayError> {
        // With an event past it, nothing up to the stop is still to come.
        while let Some((stop, _)) = self.stops.last()
            && event.position > *stop
        {
            self.compare(connection, true, faults).await?;
        }
        self.model.apply(event, row.payload.as_deref());
        Ok(())
    }

    /// Compares what is left when the log has ended; `head` is its end.
    pub(super) async fn end(
        &mut self,
        connection: &mut PgConnection,
        head: Position,
        faults: &mut Faults,
    ) -> Result<(), ReplayError> {
        if !faults.is_log_at_fault() && !faults.taints.is_everything() {
            self.tell_beyond(head, faults);
            self.tell_without(connection, faults).await?;
        }
        while !self.stops.is_empty() {
            self.compare(connection, false, faults).await?;
        }
        Ok(())
    }

    /// Tells of checkpoints that are no place in the log.
    fn tell_beyond(&mut self, head: Position, faults: &mut Faults) {
        let beyond: Vec<_> = self
            .stops
            .extract_if(.., |(stop, _)| *stop > head)
            .collect();
        if faults.has(Promise::Head) || faults.has(Promise::Chain) {
            // The log lacks its end, which was told.
            return;
        }
        if beyond.len() == View::ALL.len() {
            let says = format!(
                "the log ends at {head}, and all views are further: its end was cut off, \
                 or an older copy of the log was put beside newer views"
            );
            return faults.found_at(Promise::Positions, head.plus(1), "the log's end", says);
        }
        for (at, view) in &beyond {
            let says = format!("its checkpoint is at {at}, and the log ends at {head}");
            let place = format!("view {}", view.name());
            faults.found_in(Promise::Checkpoints, *view, *at, place, says);
        }
    }

    /// Tells of views that have rows and no checkpoint.
    async fn tell_without(
        &self,
        connection: &mut PgConnection,
        faults: &mut Faults,
    ) -> Result<(), ReplayError> {
        for view in &self.without {
            let rows = match view {
                View::DailyAvailability => read::<rows::DayRow>(connection, self.partition).await?,
                View::Presence => read::<rows::HoldRow>(connection, self.partition).await?,
                View::Bookings => read::<rows::BookingRow>(connection, self.partition).await?,
                View::Resources => read::<rows::ResourceRow>(connection, self.partition).await?,
            };
            if rows > 0 {
                let says = format!("it has rows, {rows} of them, and no checkpoint");
                let place = format!("view {}", view.name());
                faults.found_in(Promise::Checkpoints, *view, Position::START, place, says);
            }
        }
        Ok(())
    }

    /// Compares the view of the nearest stop with the fold as it is; `lags` tells whether
    /// the log goes on behind it.
    async fn compare(
        &mut self,
        connection: &mut PgConnection,
        lags: bool,
        faults: &mut Faults,
    ) -> Result<(), ReplayError> {
        let Some((checkpoint, view)) = self.stops.pop() else {
            return Ok(());
        };
        // What is folded from a wrong row is wrong.
        if faults.is_log_at_fault() || faults.taints.is_everything() {
            return Ok(());
        }
        let live = (connection, self.partition);
        let checkpoint = (checkpoint, lags);
        let differs = match view {
            View::DailyAvailability => differ(live, &mut self.model.day_rows(), checkpoint).await?,
            View::Presence => differ(live, &mut self.model.holds, checkpoint).await?,
            View::Bookings => differ(live, &mut self.model.bookings, checkpoint).await?,
            View::Resources => differ(live, &mut self.model.resources, checkpoint).await?,
        };
        if let Some(first) = differs.first {
            let place = format!("view {}{}", view.name(), first.about);
            faults.found_in(Promise::Views, view, first.position, place, first.says);
            faults.more(differs.rows - 1);
        }
        Ok(())
    }
}

/// The rows of a view that are not the fold's: the first of them, and how many.
#[derive(Default)]
struct Differing {
    first: Option<First>,
    rows: u64,
}

struct First {
    about: String,
    position: Position,
    says: String,
}

impl Differing {
    fn note<R: ViewRow>(&mut self, row: &R, says: impl FnOnce() -> String) {
        self.rows += 1;
        if self.first.is_none() {
            self.first = Some(First {
                about: format!(", {}", row.about()),
                position: column::read_position(row.position()),
                says: says(),
            });
        }
    }
}

/// Compares the live rows with the fold's, which it uses up.
async fn differ<R: ViewRow>(
    (connection, partition): (&mut PgConnection, Partition),
    folded: &mut BTreeMap<R::Key, R>,
    (checkpoint, lags): (Position, bool),
) -> Result<Differing, ReplayError> {
    let mut differing = Differing::default();
    let mut later = 0_u64;
    let mut rows = sqlx::query_as::<_, R>(R::SQL)
        .bind(column::partition(partition))
        .fetch(connection);
    while let Some(row) = rows.try_next().await.map_err(failed("reading a view"))? {
        later += u64::from(column::read_position(row.position()) > checkpoint);
        match folded.remove(&row.key()) {
            Some(ours) if ours == row => {}
            Some(ours) => differing.note(&row, || format!("the row is {row}, the fold {ours}")),
            None => differing.note(&row, || format!("the row {row} is none of the fold's")),
        }
    }
    for missing in folded.values() {
        differing.note(missing, || "the row is missing".into());
    }
    if lags && later > 0 && differing.rows > 0 {
        // The rest follows from it.
        differing = Differing {
            rows: 1,
            first: Some(First {
                about: String::new(),
                position: checkpoint,
                says: format!(
                    "its checkpoint is at {checkpoint}, and rows, {later} of them, are of a later position"
                ),
            }),
        };
    }
    Ok(differing)
}

/// How many rows a view has.
async fn read<R: ViewRow>(
    connection: &mut PgConnection,
    partition: Partition,
) -> Result<usize, ReplayError> {
    let rows = sqlx::query_as::<_, R>(R::SQL)
        .bind(column::partition(partition))
        .fetch_all(connection)
        .await
        .map_err(failed("reading a view"))?;
    Ok(rows.len())
}

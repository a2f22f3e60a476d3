use domain::partition::Partition;
use eventlog::{LogError, Position, Tip};
use sqlx::PgConnection;

use crate::column;

use super::View;

/// Which making of a view a checkpoint is about.
///
/// A number, and not a name that is looked up at each read: whoever reads asks
/// for [`Generation::LIVE`], whichever rebuild it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Generation(i32);

impl Generation {
    /// The one that is read. A rebuilt one takes this number when it takes its place.
    pub const LIVE: Self = Self(1);

    /// The one in the making, which nobody reads.
    pub const SHADOW: Self = Self(2);

    /// Its number.
    pub const fn number(self) -> i32 {
        self.0
    }
}

/// How far each of some views has folded a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checkpoints {
    at: [Option<Position>; View::ALL.len()],
    of_another_history: bool,
}

impl Checkpoints {
    /// How far `view` is; none when it is none of these.
    pub const fn of(&self, view: View) -> Option<Position> {
        self.at[view as usize]
    }

    /// The views, in the order of [`View::ALL`].
    pub fn views(&self) -> impl Iterator<Item = View> {
        let checkpoints = *self;
        View::ALL
            .into_iter()
            .filter(move |view| checkpoints.of(*view).is_some())
    }

    /// How far the view is that is furthest behind.
    pub fn lowest(&self) -> Position {
        self.at.into_iter().flatten().min().unwrap_or_default()
    }

    /// How far the view is that is furthest ahead.
    pub fn highest(&self) -> Position {
        self.at.into_iter().flatten().max().unwrap_or_default()
    }

    /// Whether a view has folded what the log has not got, though the log may reach
    /// further by now. Nothing may be folded into it any more.
    pub const fn are_of_another_history(&self) -> bool {
        self.of_another_history
    }

    /// The checkpoints that `views` have in a partition. Where it has none of this
    /// generation at all, its views are new with it: they are made, at 0.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`].
    pub async fn read_or_create(
        connection: &mut PgConnection,
        partition: Partition,
        generation: Generation,
        views: &[View],
    ) -> Result<Self, LogError> {
        let names: Vec<_> = views.iter().map(|view| view.name()).collect();
        let found: Vec<(String, i64, bool)> = sqlx::query_as(include_str!("read_checkpoints.sql"))
            .bind(column::partition(partition))
            .bind(generation.number())
            .bind(names)
            .fetch_all(connection)
            .await
            .map_err(column::failed("reading checkpoints"))?;
        let mut checkpoints = Self::default();
        for view in View::ALL {
            let found = found.iter().find(|(name, _, _)| name == view.name());
            checkpoints.at[view as usize] =
                found.map(|(_, position, _)| column::read_position(*position));
            checkpoints.of_another_history |= found.is_some_and(|(_, _, of_the_log)| !of_the_log);
        }
        Ok(checkpoints)
    }

    /// Moves the checkpoints from where they are seen to `position`, unless
    /// somebody else has moved one of them, or the log does not have `tip` there
    /// any more: then some may be moved, and the transaction must be rolled back.
    ///
    /// A checkpoint is a number, and says of which history only together with the tip
    /// that is remembered beside it. Whoever has read a batch and stood still while an earlier copy
    /// of the database was put in place can meet a checkpoint that happens to fit.
    pub(super) async fn advance(
        self,
        connection: &mut PgConnection,
        partition: Partition,
        generation: Generation,
        (position, tip): (Position, Option<Tip>),
    ) -> Result<Option<Self>, LogError> {
        let views: Vec<_> = self.views().map(View::name).collect();
        let seen: Vec<_> = self
            .at
            .into_iter()
            .flatten()
            .map(column::position)
            .collect();
        let all = views.len() as u64;
        let moved = sqlx::query(include_str!("move_checkpoints.sql"))
            .bind(column::partition(partition))
            .bind(generation.number())
            .bind(views)
            .bind(seen)
            .bind(column::position(position))
            .bind(tip.map(|tip| tip.0))
            .execute(connection)
            .await
            .map_err(column::failed("moving checkpoints"))?;
        let moved_to = |seen: Option<Position>| seen.map(|seen| seen.max(position));
        let moved_on = Self {
            at: self.at.map(moved_to),
            ..self
        };
        Ok((moved.rows_affected() == all).then_some(moved_on))
    }
}

use domain::partition::Partition;
use eventlog::{LogError, Position};
use sqlx::PgConnection;

use crate::column;

/// A table that is a fold of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// What is booked on a day.
    DailyAvailability,
    /// The live holds.
    Presence,
    /// The bookings.
    Bookings,
    /// The resources.
    Resources,
}

impl View {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::DailyAvailability,
        Self::Presence,
        Self::Bookings,
        Self::Resources,
    ];

    /// The name of its table, and of its checkpoint.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DailyAvailability => "daily_availability",
            Self::Presence => "presence",
            Self::Bookings => "bookings",
            Self::Resources => "resources",
        }
    }
}

/// Which making of the views a checkpoint is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Generation(i32);

impl Generation {
    /// The one that is read. A rebuilt one takes this number when it takes its place.
    pub const LIVE: Self = Self(1);

    /// Generation `number`.
    pub const fn new(number: i32) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> i32 {
        self.0
    }
}

/// How far each view has folded a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checkpoints([Position; View::ALL.len()]);

impl Checkpoints {
    /// How far `view` is.
    pub const fn of(&self, view: View) -> Position {
        self.0[view as usize]
    }

    /// How far the view is that is furthest behind.
    pub fn lowest(&self) -> Position {
        self.0.into_iter().min().unwrap_or_default()
    }

    /// How far the view is that is furthest ahead.
    pub fn highest(&self) -> Position {
        self.0.into_iter().max().unwrap_or_default()
    }

    /// The checkpoints of a partition; those that there are none of are made, at 0.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`].
    pub async fn read(
        connection: &mut PgConnection,
        partition: Partition,
        generation: Generation,
    ) -> Result<Self, LogError> {
        let found: Vec<(String, i64)> = sqlx::query_as(include_str!("read_checkpoints.sql"))
            .bind(column::partition(partition))
            .bind(generation.number())
            .bind(View::ALL.map(View::name))
            .fetch_all(connection)
            .await
            .map_err(column::failed("reading checkpoints"))?;
        let mut checkpoints = Self::default();
        for view in View::ALL {
            let position = found.iter().find(|(name, _)| name == view.name());
            checkpoints.0[view as usize] = position.map_or(Position::START, |(_, position)| {
                column::read_position(*position)
            });
        }
        Ok(checkpoints)
    }

    /// Moves the checkpoints from where they are seen to `position`, unless
    /// somebody else has moved one of them: then some may be moved, and the
    /// transaction must be rolled back.
    pub(super) async fn advance(
        self,
        connection: &mut PgConnection,
        partition: Partition,
        generation: Generation,
        position: Position,
    ) -> Result<Option<Self>, LogError> {
        let moved = sqlx::query(include_str!("move_checkpoints.sql"))
            .bind(column::partition(partition))
            .bind(generation.number())
            .bind(View::ALL.map(View::name))
            .bind(self.0.map(column::position))
            .bind(column::position(position))
            .execute(connection)
            .await
            .map_err(column::failed("moving checkpoints"))?;
        let all = moved.rows_affected() == View::ALL.len() as u64;
        Ok(all.then(|| Self(self.0.map(|seen| seen.max(position)))))
    }
}

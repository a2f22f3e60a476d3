//! How our types stand in PostgreSQL's columns.

use domain::partition::Partition;
use eventlog::Position;

/// `smallint`. One that no log can have finds nothing.
pub(crate) fn partition(partition: Partition) -> i16 {
    i16::try_from(partition.get()).unwrap_or(i16::MAX)
}

/// `bigint`.
pub(crate) const fn position(position: Position) -> i64 {
    position.get().cast_signed()
}

/// Reads a `bigint` that a constraint keeps from being negative.
pub(crate) const fn read_position(position: i64) -> Position {
    Position::new(position.unsigned_abs())
}

/// Reads a `smallint` that numbers a partition.
pub(crate) fn read_partition(partition: i16) -> Partition {
    Partition::new(u16::try_from(partition).unwrap_or(u16::MAX))
}

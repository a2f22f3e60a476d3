//! Opening hours in a resource's own zone, and what they are in UTC.

mod lattice;
mod local;
mod weekly;

pub use lattice::{open_mask, starts};
pub use local::local_day;
pub use weekly::{HoursError, OpenInterval, WallTime, WeeklyHours};

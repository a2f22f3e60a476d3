//! Opening hours in a resource's own zone, and what they are in UTC.

mod fits;
mod interval;
mod lattice;
mod local;
mod mask;
mod opening;
mod wall_time;
mod weekly;
mod written;

pub use fits::fits;
pub use interval::{IntervalError, OpenInterval};
pub use lattice::starts;
pub use local::local_day;
pub use mask::open_mask;
pub use wall_time::{NotAWallTime, WallTime};
pub use weekly::{HoursError, INTERVALS_PER_DAY_MAX, WeeklyHours};

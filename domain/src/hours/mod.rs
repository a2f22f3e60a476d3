//! Opening hours in a resource's own zone, the exceptions to them, and what they are in UTC.

mod exception;
mod interval;
mod local;
mod opening;
mod slots;
mod times;
mod wall_time;
mod weekly;
mod written;

pub use exception::{
    DayHours, DayHoursError, EXCEPTIONS_MAX, Exception, ExceptionError, Exceptions,
    LABEL_CHARS_MAX, Label, NotALabel, When, YearlyDate,
};
pub use interval::{IntervalError, OpenInterval};
pub use local::local_day;
pub use times::OpeningTimes;
pub use wall_time::{NotAWallTime, WallTime};
pub use weekly::{HoursError, INTERVALS_PER_DAY_MAX, WeeklyHours};

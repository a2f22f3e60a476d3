use std::ops::Range;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::calendar::Timestamp;

/// The instants of the local day `date` in `zone`: from its first to the next
/// day's first, 22 to 26 hours.
pub fn local_day(_zone: Tz, _date: NaiveDate) -> Range<Timestamp> {
    todo!()
}

//! In whose hours times are told, beside UTC.

use std::{collections::HashMap, str::FromStr};

use chrono::DateTime;
use chrono_tz::Tz;
use domain::{calendar::Timestamp, ids::ResourceId, partition::Partition, resource::Resource};
use sqlx::PgConnection;

use crate::{
    ReplayError,
    state::{At, Moment, resource_at},
};

/// Whose hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// Those of a time zone.
    Zone(Tz),
    /// Those of each resource, by its settings of now.
    Resource,
}

/// Text that names no hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time zone like Europe/Berlin, nor the word resource")]
pub(crate) struct ClockParseError;

impl FromStr for Clock {
    type Err = ClockParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "resource" {
            return Ok(Self::Resource);
        }
        text.parse().map(Self::Zone).map_err(|_| ClockParseError)
    }
}

/// The zones that times are told in; asks the log for each resource's once.
#[derive(Debug)]
pub(crate) struct Zones {
    clock: Option<Clock>,
    known: HashMap<String, Tz>,
}

impl Zones {
    /// By what was asked for; without anything, times are told in UTC alone.
    pub(crate) fn new(clock: Option<Clock>) -> Self {
        Self {
            clock,
            known: HashMap::new(),
        }
    }

    /// The zone for what happened to a resource; none when UTC is enough.
    ///
    /// # Errors
    ///
    /// As [`resource_at`].
    pub(crate) async fn of(
        &mut self,
        connection: &mut PgConnection,
        partition: Partition,
        resource: &str,
    ) -> Result<Option<Tz>, ReplayError> {
        match self.clock {
            None => return Ok(None),
            Some(Clock::Zone(zone)) => return Ok(Some(zone)),
            Some(Clock::Resource) => {}
        }
        if let Some(known) = self.known.get(resource) {
            return Ok(Some(*known));
        }
        let zone = look_up(connection, partition, resource).await?;
        self.known.insert(resource.to_owned(), zone);
        Ok(Some(zone))
    }
}

/// A resource's zone; UTC for one that nobody has registered.
async fn look_up(
    connection: &mut PgConnection,
    partition: Partition,
    resource: &str,
) -> Result<Tz, ReplayError> {
    // A row may be told whose resource is none of ours.
    let Ok(id) = resource.parse::<ResourceId>() else {
        return Ok(Tz::UTC);
    };
    let now = Moment::find(connection, partition, At::Now).await?;
    Ok(match resource_at(connection, partition, &id, now).await? {
        Resource::Unknown => Tz::UTC,
        Resource::Open(terms) | Resource::Retired(terms) => terms.settings.zone(),
    })
}

/// An instant by the clock of a zone, which says by how much it is ahead of UTC: an
/// hour that comes twice is two different hours.
pub(crate) fn local(time: Timestamp, zone: Tz) -> DateTime<Tz> {
    time.to_datetime().with_timezone(&zone)
}

/// From one instant to another by the clock of a zone.
pub(crate) fn local_stretch(start: Timestamp, end: Timestamp, zone: Tz) -> String {
    let (start, end) = (local(start, zone), local(end, zone));
    let same_day = start.date_naive() == end.date_naive();
    let end_form = if same_day {
        "%H:%M%:z"
    } else {
        "%Y-%m-%d %H:%M%:z"
    };
    let (start, end) = (start.format("%Y-%m-%d %H:%M%:z"), end.format(end_form));
    format!("{start} to {end}")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use super::*;

    #[test]
    fn an_hour_that_comes_twice_is_told_with_its_offset() {
        let told = |start: &str, end: &str| {
            let [start, end] = [start, end].map(|time| time.parse().unwrap());
            local_stretch(start, end, Tz::Europe__Berlin)
        };
        assert_eq!(
            told("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
            "2026-10-25 02:30+02:00 to 02:30+01:00"
        );
        assert_eq!(
            told("2026-11-24T22:30:00Z", "2026-11-24T23:30:00Z"),
            "2026-11-24 23:30+01:00 to 2026-11-25 00:30+01:00"
        );
    }

    #[test]
    fn hours_are_those_of_a_zone_or_of_the_resource() {
        assert_eq!("resource".parse(), Ok(Clock::Resource));
        assert_eq!("Asia/Tokyo".parse(), Ok(Clock::Zone(Tz::Asia__Tokyo)));
        assert_eq!("Mars/Olympus".parse::<Clock>(), Err(ClockParseError));
    }
}

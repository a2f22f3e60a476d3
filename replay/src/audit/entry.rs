use std::{fmt::Display, time::Duration};

use chrono::SecondsFormat;
use chrono_tz::Tz;
use domain::{event::Event, partition::Partition, resource_day::ResourceDayEvent};
use eventlog::{Actor, RecordedEvent};
use serde::Serialize;
use serde_json::value::RawValue;
use sqlx::PgConnection;

use super::{
    holds::{LiveHolds, Placed, day_of, ended},
    words::{self, Ids},
};
use crate::{
    ReplayError,
    stored::StoredEvent,
    zone::{Clock, local},
};

/// What all lines of a history are of, and need not say one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A day of a resource.
    Day,
    /// A resource.
    Resource,
    /// Whatever is in the log.
    Log,
}

/// A time beside UTC, with what it is ahead of UTC by.
const LOCAL_FORM: &str = "%Y-%m-%d %H:%M:%S%.3f %:z";

/// How lines of a history are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns {
    /// How ids are.
    pub(crate) ids: Ids,
    /// What the lines are of.
    pub(crate) scope: Scope,
    /// Whether the time of some zone stands beside UTC.
    pub(crate) zoned: bool,
}

impl Columns {
    /// What stands in front of who it was: which resource, where that is to be said.
    fn resource(self, id: impl Display) -> String {
        match self.scope {
            Scope::Day | Scope::Resource => String::new(),
            Scope::Log => format!("{id:16}  "),
        }
    }

    /// Where an entry stands: in a partition where that is one and the same for all.
    fn place(self, row: &StoredEvent) -> String {
        let position = row.position();
        match self.scope {
            Scope::Day | Scope::Resource => position.to_string(),
            Scope::Log => format!("{}.{position}", row.partition()),
        }
    }

    /// The time beside UTC, or its title.
    fn local(self, words: impl Display) -> String {
        if self.zoned {
            format!("{words:30}  ")
        } else {
            String::new()
        }
    }

    /// How wide an actor is, and what it acts on.
    const fn widths(self) -> (usize, usize) {
        match self.ids {
            Ids::Short => (20, 20),
            Ids::Full => (44, 44),
        }
    }
}

/// What stands in a line of a history.
#[derive(Debug)]
pub(crate) struct Entry {
    row: StoredEvent,
    /// What the row says; why it does not read, in words, where it does not.
    read: Result<RecordedEvent, String>,
    /// The hold that it ends.
    ended: Option<Placed>,
}

impl Entry {
    /// Reads a row; `holds` are those that live before it.
    pub(crate) async fn read(
        connection: &mut PgConnection,
        row: StoredEvent,
        holds: &mut LiveHolds,
    ) -> Result<Self, ReplayError> {
        let read = row.recorded();
        let mut placed = None;
        if let Ok(recorded) = &read
            && let (Event::ResourceDay(event), Some(day)) =
                (&recorded.event, day_of(&recorded.stream))
        {
            holds.note(event);
            if let Some(hold) = ended(event) {
                placed = holds.take(connection, &row, (hold, day)).await?;
            }
        }
        Ok(Self {
            row,
            read,
            ended: placed,
        })
    }

    /// Who it was, where that reads.
    pub(super) fn actor(&self) -> Option<&Actor> {
        self.read.as_ref().ok().map(|read| &read.metadata.actor)
    }

    /// The resource that it happened to.
    pub(super) fn resource(&self) -> (Partition, &str) {
        (self.row.partition(), &self.row.resource_id)
    }

    /// Whether it is a beat of a hold.
    pub(super) fn is_renewal(&self) -> bool {
        self.row.event_type == "HoldRenewed"
    }

    /// Whether it tells what another entry tells too: what a booking does to its days,
    /// and all but the first day of a hold.
    pub(super) fn repeats(&self) -> bool {
        let Ok(recorded) = &self.read else {
            return false;
        };
        let (Event::ResourceDay(event), Some(day)) = (&recorded.event, day_of(&recorded.stream))
        else {
            return false;
        };
        match event {
            ResourceDayEvent::SlotsBooked(_) | ResourceDayEvent::SlotsFreed(_) => true,
            ResourceDayEvent::HoldPlaced(placed) => placed.span.first_day() != day,
            _ => self
                .ended
                .is_some_and(|placed| placed.span.first_day() != day),
        }
    }

    fn held(&self) -> Option<Duration> {
        let recorded_at = self.row.recorded_at.into();
        self.ended.map(|placed| placed.lasted(recorded_at))
    }

    /// The entry as people read it; `zone` is by whose clock, beside UTC.
    pub(crate) fn line(&self, columns: Columns, zone: Option<Tz>) -> String {
        let ids = columns.ids;
        let recorded_at = self.row.recorded_at.into();
        let (place, at) = (columns.place(&self.row), words::instant(recorded_at));
        let local = match zone {
            Some(zone) => local(recorded_at, zone).format(LOCAL_FORM).to_string(),
            None => String::new(),
        };
        let local = columns.local(local);
        let (who, what, which, details) = match &self.read {
            Ok(recorded) => (
                ids.who(&recorded.metadata.actor),
                words::what(&recorded.event),
                ids.which(&recorded.event),
                self.details(recorded, (columns, zone)),
            ),
            Err(reason) => (
                "?".into(),
                "does not read",
                self.row.stream_name(),
                reason.clone(),
            ),
        };
        let resource = columns.resource(&self.row.resource_id);
        let (wide, which_wide) = columns.widths();
        let line = format!(
            "{place:>10}  {at}  {local}{resource}{who:wide$}  {what:17}  {which:which_wide$}  {details}"
        );
        line.trim_end().to_owned()
    }

    /// What else is told of the event.
    fn details(&self, recorded: &RecordedEvent, (columns, zone): (Columns, Option<Tz>)) -> String {
        let details = words::Details {
            ids: columns.ids,
            day: day_of(&recorded.stream),
            dated: columns.scope != Scope::Day,
            held: self.held(),
            zone,
        };
        let told = if recorded.emptied {
            details.of_emptied(&recorded.event)
        } else {
            details.of(&recorded.event)
        };
        match eventlog::decided_at(&self.row.metadata) {
            Some(at) => details.and_decided(&told, at),
            None => told,
        }
    }

    /// The entry as machines read it: the row to the byte, and what was worked out.
    pub(crate) fn written(&self, zone: Option<Tz>) -> Result<impl Serialize + use<>, ReplayError> {
        let raw = |text: &str| RawValue::from_string(text.to_owned());
        let payload = self.row.payload.as_deref().map(raw).transpose();
        let held_ms = self.held().map(|held| held.as_millis());
        Ok(Written {
            partition: self.row.partition().get(),
            position: self.row.position().get(),
            recorded_at: self.row.recorded_at.into(),
            recorded_at_local: zone.map(|zone| {
                local(self.row.recorded_at.into(), zone)
                    .to_rfc3339_opts(SecondsFormat::Millis, false)
            }),
            stream: self.row.stream_name(),
            sequence: self.row.sequence,
            event_type: self.row.event_type.clone(),
            event_version: self.row.event_version.clone(),
            metadata: raw(&self.row.metadata).map_err(std::io::Error::other)?,
            payload: payload.map_err(std::io::Error::other)?,
            held_ms,
        })
    }
}

/// The titles of what stands in [`Entry::line`]; `clock` is whose time stands beside UTC.
pub(crate) fn titles(columns: Columns, clock: Option<Clock>) -> String {
    let (wide, which_wide) = columns.widths();
    let resource = columns.resource("RESOURCE");
    let local = columns.local(match clock {
        Some(Clock::Zone(zone)) => format!("TIME ({zone})"),
        Some(Clock::Resource) | None => "TIME (THE RESOURCE'S)".into(),
    });
    format!(
        "{:>10}  {:23}  {local}{resource}{:wide$}  {:17}  {:which_wide$}  DETAILS",
        "POSITION", "TIME (UTC)", "WHO", "WHAT", "TO WHICH"
    )
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    partition: u16,
    position: u64,
    recorded_at: domain::calendar::Timestamp,
    /// The same instant by another clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_at_local: Option<String>,
    stream: String,
    sequence: i64,
    event_type: String,
    event_version: String,
    metadata: Box<RawValue>,
    /// Null where retention has emptied it.
    payload: Option<Box<RawValue>>,
    /// How long the hold had lasted that it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    held_ms: Option<u128>,
}

use std::str::FromStr;

use domain::{
    booking::BookingStatus,
    calendar::{Day, SlotMask, Timestamp},
    hold::Hold,
    ids::{BookingId, ResourceId},
    partition::Partition,
    resource::Resource,
};
use serde::Serialize;
use serde_json::json;

use super::{At, DayThen, Moment, STRIP_HOURS, booking_at, days_at, resource_at, strip};
use crate::{
    ReplayError, audit,
    database::Database,
    output::{self, Format},
};

/// What to show, and when.
#[derive(Debug, clap::Args)]
pub(crate) struct StateArguments {
    /// The moment: a position of the partition, or a time like 2026-11-24T13:00:00Z,
    /// which takes in all that was recorded by then. Absent: as things stand.
    #[arg(long, value_name = "TIME|POSITION", global = true)]
    at: Option<At>,

    #[command(subcommand)]
    subject: Subject,
}

#[derive(Debug, clap::Subcommand)]
enum Subject {
    /// A UTC day of a resource.
    Day {
        /// The resource's id.
        resource: ResourceId,
        /// A date like 2026-11-24.
        day: Day,
    },
    /// A month of a resource, in UTC days.
    Month {
        /// The resource's id.
        resource: ResourceId,
        /// A month like 2026-11.
        month: Month,
    },
    /// A booking.
    Booking {
        /// Its id.
        booking: BookingId,
    },
}

/// A month of the calendar.
#[derive(Debug, Clone, Copy)]
struct Month {
    first: Day,
    last: Day,
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || "not a month like 2026-11".to_owned();
        let first: Day = format!("{text}-01").parse().map_err(|_| wrong())?;
        let days = (28..=31).rev();
        let mut last = days.filter_map(|day| format!("{text}-{day}").parse().ok());
        let last = last.next().ok_or_else(wrong)?;
        Ok(Self { first, last })
    }
}

/// Shows how things stood.
pub(crate) async fn show(
    database: &Database,
    arguments: &StateArguments,
    format: Format,
) -> Result<(), ReplayError> {
    let at = arguments.at.unwrap_or(At::Now);
    match &arguments.subject {
        Subject::Day { resource, day } => {
            show_days(database, resource, (*day, *day), at, format).await
        }
        Subject::Month { resource, month } => {
            show_days(database, resource, (month.first, month.last), at, format).await
        }
        Subject::Booking { booking } => show_booking(database, *booking, at, format).await,
    }
}

async fn show_days(
    database: &Database,
    resource: &ResourceId,
    days: (Day, Day),
    at: At,
    format: Format,
) -> Result<(), ReplayError> {
    let partition = database.partition_of(resource).await?;
    let mut connection = database.snapshot().await?;
    let moment = Moment::find(&mut connection, partition, at).await?;
    let then = resource_at(&mut connection, partition, resource, moment).await?;
    let days = days_at(&mut connection, partition, resource, days, moment).await?;
    if format == Format::Json {
        let days: Vec<_> = days.iter().map(written).collect();
        let document = json!({
            "resourceId": resource, "status": standing(&then).0,
            "partition": partition.get(), "moment": moment, "days": days,
        });
        return Ok(output::json(&document)?);
    }
    let moment = words(partition, moment);
    output::line(format_args!("{resource} {moment}"))?;
    if let Some(words) = standing(&then).1 {
        output::line(words)?;
    }
    output::line("# booked, h held, · free; hours in UTC\n")?;
    output::line(format_args!("            {}", STRIP_HOURS.trim_end()))?;
    for day in &days {
        let held = |mask, hold: &Hold| mask | hold.span.mask_on(day.day);
        let held = day.holds.iter().fold(SlotMask::EMPTY, held);
        let drawn = strip(day.busy, held);
        output::line(format_args!("{}  {drawn}", day.day))?;
    }
    for day in &days {
        tell(day)?;
    }
    Ok(())
}

/// How a resource stood, for machines and, where it matters, for people.
const fn standing(resource: &Resource) -> (&'static str, Option<&'static str>) {
    match resource {
        Resource::Unknown => ("unknown", Some("nobody has registered it by then")),
        Resource::Open(_) => ("open", None),
        Resource::Retired(_) => ("retired", Some("retired: it takes no holds and bookings")),
    }
}

/// Lists what stands on a day.
fn tell(day: &DayThen) -> std::io::Result<()> {
    for booked in &day.bookings {
        let (when, id) = (when(day.day, booked.slots), booked.booking_id);
        output::line(format_args!("{when}: booking {id}"))?;
    }
    for hold in &day.holds {
        let when = when(day.day, hold.span.mask_on(day.day));
        let (id, session, until) = (hold.id, hold.session, hold.lease_expires_at);
        let compacted = if day.compacted.contains(&id) {
            "; its events were compacted, and which lease it had is not known any more"
        } else {
            ""
        };
        output::line(format_args!(
            "{when}: hold {id} of session {session} until {until}{compacted}"
        ))?;
    }
    Ok(())
}

/// Slots of a day, by the clock and by their numbers.
fn when(day: Day, slots: SlotMask) -> String {
    let hours = audit::slots(day, slots);
    format!("{day}  {hours} (slots {slots})")
}

fn words(partition: Partition, moment: Moment) -> String {
    let position = moment.position;
    match moment.recorded_at {
        Some(time) => format!("after position {position} of partition {partition}, {time}"),
        None => format!("before the first event of partition {partition}"),
    }
}

/// A day as machines read it.
fn written(day: &DayThen) -> impl Serialize + use<> {
    json!({
        "day": day.day,
        "busy": day.busy,
        "bookings": day.bookings,
        "holds": day.holds.iter().map(|hold| json!({
            "holdId": hold.id,
            "sessionId": hold.session,
            "span": hold.span,
            "slots": hold.span.mask_on(day.day),
            // Unknown where retention has emptied what told.
            "lease": (!day.compacted.contains(&hold.id)).then_some(hold.lease),
            "compacted": day.compacted.contains(&hold.id),
            "placedAt": hold.placed_at,
            "renewedAt": hold.renewed_at,
            "leaseExpiresAt": hold.lease_expires_at,
            "renewals": hold.renewals,
        })).collect::<Vec<_>>(),
    })
}

async fn show_booking(
    database: &Database,
    id: BookingId,
    at: At,
    format: Format,
) -> Result<(), ReplayError> {
    let partition = database.partition_of_booking(id).await?;
    let mut connection = database.snapshot().await?;
    let moment = Moment::find(&mut connection, partition, at).await?;
    let booking = booking_at(&mut connection, id, moment).await?;
    if format == Format::Json {
        let document = json!({
            "bookingId": id, "partition": partition.get(), "moment": moment, "booking": booking,
        });
        return Ok(output::json(&document)?);
    }
    let moment = words(partition, moment);
    output::line(format_args!("booking {id} {moment}"))?;
    let Some(booking) = booking else {
        return Ok(output::line("not made")?);
    };
    let status = match booking.status {
        BookingStatus::Confirmed => "confirmed",
        BookingStatus::Cancelled => "cancelled",
    };
    let made: Timestamp = booking.confirmed.confirmed_at;
    output::line(format_args!("status    {status}"))?;
    output::line(format_args!("resource  {}", booking.resource()))?;
    output::line(format_args!("span      {}", booking.span))?;
    output::line(format_args!(
        "made      {made}, as {}",
        booking.confirmed.span
    ))?;
    output::line(format_args!("session   {}", booking.session()))?;
    Ok(output::line("attendee  sealed")?)
}

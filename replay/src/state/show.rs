use std::str::FromStr;

use chrono_tz::Tz;
use domain::{
    booking::{BookingStatus, ConfirmedBooking},
    calendar::{Day, SeatCount, SlotMask, Span, Taken, Timestamp},
    hold::Hold,
    hours::Exception,
    ids::{BookingId, ResourceId},
    partition::Partition,
    resource::{Resource, ResourceSettings},
};
use serde::Serialize;
use serde_json::json;

use super::{At, DayThen, Moment, booking_at, days_at, resource_at, strip, strip_hours};
use crate::{
    ReplayError, audit,
    database::Database,
    output::{self, Format},
    zone::{Clock, Zones, local, local_stretch},
};

/// What to show, and when.
#[derive(Debug, clap::Args)]
pub(crate) struct StateArguments {
    /// The moment: a position of the partition, or a time like 2026-11-24T13:00:00Z,
    /// which takes in all that was recorded by then. Absent: as things stand.
    #[arg(long, value_name = "TIME|POSITION", global = true)]
    at: Option<At>,

    /// Tells times by another clock too, beside UTC: that of a zone like Europe/Berlin,
    /// or, by the word resource, that of the resource.
    #[arg(long, value_name = "ZONE|resource", global = true)]
    timezone: Option<Clock>,

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
    match &arguments.subject {
        Subject::Day { resource, day } => {
            show_days(database, resource, (*day, *day), arguments, format).await
        }
        Subject::Month { resource, month } => {
            let days = (month.first, month.last);
            show_days(database, resource, days, arguments, format).await
        }
        Subject::Booking { booking } => show_booking(database, *booking, arguments, format).await,
    }
}

async fn show_days(
    database: &Database,
    resource: &ResourceId,
    days: (Day, Day),
    arguments: &StateArguments,
    format: Format,
) -> Result<(), ReplayError> {
    let partition = database.partition_of(resource).await?;
    let mut connection = database.snapshot().await?;
    let at = arguments.at.unwrap_or(At::Now);
    let moment = Moment::find(&mut connection, partition, at).await?;
    let mut zones = Zones::new(arguments.timezone);
    let zone = zones.of(&mut connection, partition, resource.as_str());
    let zone = zone.await?;
    let then = resource_at(&mut connection, partition, resource, moment).await?;
    let exceptions = exceptions_of(&then, days);
    let days = days_at(&mut connection, partition, resource, days, moment).await?;
    if format == Format::Json {
        let days: Vec<_> = days.iter().map(written).collect();
        let document = json!({
            "resourceId": resource, "status": standing(&then).0,
            "partition": partition.get(), "moment": moment, "days": days,
            "timezone": zone.map(Tz::name), "exceptions": exceptions,
            "capacity": capacity(&then),
        });
        return Ok(output::json(&document)?);
    }
    let moment = words(partition, moment, zone);
    output::line(format_args!("{resource} {moment}"))?;
    if let Some(words) = standing(&then).1 {
        output::line(words)?;
    }
    if let Some(capacity) = capacity(&then).filter(|seats| !seats.is_one()) {
        output::line(format_args!("carries {capacity} at a time"))?;
    }
    for exception in &exceptions {
        let (label, when) = (exception.label(), audit::when_in_words(exception.when()));
        output::line(format_args!("exception {:?}: {when}", label.as_str()))?;
    }
    output::line(legend(&days))?;
    for hours in strip_hours() {
        output::line(format_args!("{:12}{hours}", ""))?;
    }
    for day in &days {
        let held = |taken: Taken, hold: &Hold| {
            let more = hold.extent().on(day.day);
            Taken {
                slots: taken.slots | more.slots,
                buffer: taken.buffer | more.buffer,
                ..more
            }
        };
        let held = day.holds.iter().fold(Taken::default(), held);
        let [morning, afternoon] = strip(day.busy, held.slots, day.buffer | held.buffer);
        output::line(format_args!("{}  {morning}\n{:12}{afternoon}", day.day, ""))?;
    }
    for day in &days {
        tell(day, zone)?;
    }
    Ok(())
}

/// The exceptions to a resource's hours that say something of some days.
fn exceptions_of(resource: &Resource, (first, last): (Day, Day)) -> Vec<Exception> {
    let window = first.start()..last.end();
    let terms = resource.terms();
    let exceptions = terms.map(|terms| terms.opening_times().exceptions_in(&window));
    exceptions.into_iter().flatten().cloned().collect()
}

/// How many seats a slot of a resource carried.
fn capacity(resource: &Resource) -> Option<SeatCount> {
    resource.settings().map(ResourceSettings::capacity)
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
fn tell(day: &DayThen, zone: Option<Tz>) -> std::io::Result<()> {
    for booked in &day.bookings {
        let (when, id) = (when(day.day, booked.slots, zone), booked.booking_id);
        let buffer = kept_free(day.day, booked.buffer);
        let seats = seats(booked.quantity);
        output::line(format_args!("{when}: booking {id}{seats}{buffer}"))?;
    }
    for hold in &day.holds {
        let taken = hold.extent().on(day.day);
        let when = when(day.day, taken.slots, zone);
        let buffer = kept_free(day.day, taken.buffer);
        let (id, session) = (hold.id, hold.session);
        let seats = seats(hold.quantity);
        let until = instant(hold.lease_expires_at, zone);
        let compacted = if day.compacted.contains(&id) {
            "; its events were compacted, and which lease it had is not known any more"
        } else {
            ""
        };
        output::line(format_args!(
            "{when}: hold {id} of session {session}{seats} until {until}{buffer}{compacted}"
        ))?;
    }
    Ok(())
}

/// What the marks of a strip say, as far as there can be any.
fn legend(days: &[DayThen]) -> &'static str {
    let has_buffer = |day: &DayThen| {
        let mut holds = day.holds.iter();
        !day.buffer.is_empty() || holds.any(|hold| !hold.buffers.is_none())
    };
    if days.iter().any(has_buffer) {
        "# booked, h held, - kept free by a buffer, · free; hours in UTC\n"
    } else {
        "# booked, h held, · free; hours in UTC\n"
    }
}

/// How many seats, where it is more than one.
fn seats(quantity: SeatCount) -> String {
    if quantity.is_one() {
        return String::new();
    }
    format!(", {quantity}")
}

/// What a buffer keeps free, where there is one.
fn kept_free(day: Day, buffer: SlotMask) -> String {
    if buffer.is_empty() {
        return String::new();
    }
    format!("; its buffers keep {} free", audit::slots(day, buffer))
}

/// Slots of a day, by the clock and by their numbers.
fn when(day: Day, slots: SlotMask, zone: Option<Tz>) -> String {
    let hours = audit::slots(day, slots);
    let local = match zone {
        Some(zone) => format!(", {}", audit::local_slots(day, slots, zone)),
        None => String::new(),
    };
    format!("{day}  {hours} (slots {slots}{local})")
}

/// An instant in UTC and by the clock that was asked for.
fn instant(time: Timestamp, zone: Option<Tz>) -> String {
    match zone {
        Some(zone) => {
            let local = local(time, zone).format("%Y-%m-%dT%H:%M:%S%.3f%:z");
            format!("{time} ({local})")
        }
        None => time.to_string(),
    }
}

fn words(partition: Partition, moment: Moment, zone: Option<Tz>) -> String {
    let position = moment.position;
    match moment.recorded_at {
        Some(time) => {
            let time = instant(time, zone);
            format!("after position {position} of partition {partition}, {time}")
        }
        None => format!("before the first event of partition {partition}"),
    }
}

/// A day as machines read it.
fn written(day: &DayThen) -> impl Serialize + use<> {
    json!({
        "day": day.day,
        "busy": day.busy,
        "buffer": day.buffer,
        "seats": day.seats.to_string(),
        "bookings": day.bookings,
        "holds": day.holds.iter().map(|hold| json!({
            "holdId": hold.id,
            "sessionId": hold.session,
            "span": hold.span,
            "quantity": hold.quantity,
            "slots": hold.span.mask_on(day.day),
            "buffer": hold.extent().on(day.day).buffer,
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
    arguments: &StateArguments,
    format: Format,
) -> Result<(), ReplayError> {
    let partition = database.partition_of_booking(id).await?;
    let mut connection = database.snapshot().await?;
    let at = arguments.at.unwrap_or(At::Now);
    let moment = Moment::find(&mut connection, partition, at).await?;
    let booking = booking_at(&mut connection, id, moment).await?;
    let end = Moment::find(&mut connection, partition, At::Now).await?;
    let today = booking_at(&mut connection, id, end).await?;
    let erased_at = today.and_then(|booking| booking.erased_at);
    let zone = match &booking {
        Some(booking) => {
            let mut zones = Zones::new(arguments.timezone);
            let resource = booking.resource().as_str();
            zones.of(&mut connection, partition, resource).await?
        }
        None => None,
    };
    if format == Format::Json {
        let document = json!({
            "bookingId": id, "partition": partition.get(), "moment": moment, "booking": booking,
            "timezone": zone.map(Tz::name), "attendeeErasedAt": erased_at,
        });
        return Ok(output::json(&document)?);
    }
    let moment = words(partition, moment, zone);
    output::line(format_args!("booking {id} {moment}"))?;
    let Some(booking) = booking else {
        return Ok(output::line("not made")?);
    };
    tell_booking(&booking, zone)?;
    Ok(output::line(match (booking.erased_at, erased_at) {
        (Some(erased), _) => format!(
            "attendee  erased {}: nobody can read who it was for",
            instant(erased, zone)
        ),
        (None, Some(since)) => format!(
            "attendee  sealed then; erased since, {}: nobody can read who it was for",
            instant(since, zone)
        ),
        (None, None) => "attendee  sealed".into(),
    })?)
}

/// What stands of a booking, but who it is for.
fn tell_booking(booking: &ConfirmedBooking, zone: Option<Tz>) -> std::io::Result<()> {
    let status = match booking.status {
        BookingStatus::Confirmed => "confirmed",
        BookingStatus::Cancelled => "cancelled",
    };
    let local = |span: Span| match zone {
        Some(zone) => format!(" ({})", local_stretch(span.start(), span.end(), zone)),
        None => String::new(),
    };
    let (now, first) = (booking.span, booking.confirmed.span);
    let made = instant(booking.confirmed.confirmed_at, zone);
    output::line(format_args!("status    {status}"))?;
    output::line(format_args!("resource  {}", booking.resource()))?;
    output::line(format_args!("span      {now}{}", local(now)))?;
    output::line(format_args!("made      {made}, as {first}{}", local(first)))?;
    output::line(format_args!("session   {}", booking.session()))
}

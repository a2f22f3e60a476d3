//! Calendar files (`.ics`, RFC 5545) read as exceptions to opening hours.
//!
//! An event of whole days closes its dates; one that comes every year closes its date
//! of every year; one from a time to another, in UTC or in a zone that the file names,
//! closes that stretch. An exception's id is made of the event's UID, so that a file
//! that is read again says of the same exceptions what it says now. What can't be read
//! so is told, event by event, and nothing of it is guessed.

mod event;
mod time;

use domain::hours::Exception;
use icalendar::parser::{read_calendar, unfold};

/// Bytes of a calendar file at most: a country's holidays of a hundred years.
pub const FILE_BYTES_MAX: usize = 1024 * 1024;

/// What a calendar file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holidays {
    /// In the order of the file; each id once, the last that has it.
    pub exceptions: Vec<Exception>,
    /// The events that say nothing that an exception can say, in the order of the file.
    pub skipped: Vec<Skipped>,
}

/// An event that was not read as an exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its UID or, without one, its summary.
    pub event: String,
    /// Why not.
    pub why: Why,
}

/// Why an event is no exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The file says that it does not take place.
    #[error("it is cancelled")]
    Cancelled,
    /// It has no beginning, or one that does not read, or ends before it.
    #[error("when it is does not read: it needs DTSTART and a later DTEND or DURATION")]
    When,
    /// Its times are those of no zone.
    #[error("its times name no zone: they must end with Z or have a TZID of the IANA's")]
    NoZone,
    /// It comes again, and not simply every year.
    #[error("it repeats in another way than every year on one date")]
    Repeats,
    /// It says what one of the dates of another is.
    #[error("it changes one date of another event")]
    Override,
    /// It is longer than any closure that is meant.
    #[error("it has more than {DATES_MAX} dates")]
    TooLong,
}

/// Dates that one event may close: a year.
pub const DATES_MAX: u32 = 366;

/// Text that is no calendar file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// It is too large to be one of holidays.
    #[error("the calendar has more than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// It does not read.
    #[error("the calendar does not read as text/calendar, from BEGIN:VCALENDAR to END:VCALENDAR")]
    NotACalendar,
}

/// Reads a calendar file.
///
/// ```
/// let file = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:xmas@example.org\r\nSUMMARY:Christmas\r\n\
///     DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// let holidays = holidays::read(file)?;
/// assert_eq!(holidays.exceptions[0].label().as_str(), "Christmas");
/// assert_eq!(holidays::read(file)?, holidays);
/// # Ok::<(), holidays::CalendarError>(())
/// ```
///
/// # Errors
///
/// [`CalendarError`].
pub fn read(file: &str) -> Result<Holidays, CalendarError> {
    if file.len() > FILE_BYTES_MAX {
        return Err(CalendarError::TooLarge);
    }
    let unfolded = unfold(file.trim_start_matches('\u{feff}'));
    let written = shape(&unfolded).ok_or(CalendarError::NotACalendar)?;
    let calendar = read_calendar(&unfolded).map_err(|_| CalendarError::NotACalendar)?;
    let events = calendar.components.iter();
    let events: Vec<_> = events.filter(|one| one.name == "VEVENT").collect();
    // The parser leaves out what it can't make sense of: an event must not be missed.
    if events.len() != written {
        return Err(CalendarError::NotACalendar);
    }
    let mut holidays = Holidays::default();
    for component in events {
        match event::read(component) {
            Ok(exceptions) => {
                for exception in exceptions {
                    holidays
                        .exceptions
                        .retain(|known| known.id() != exception.id());
                    holidays.exceptions.push(exception);
                }
            }
            Err(why) => holidays.skipped.push(Skipped {
                event: event::name(component),
                why,
            }),
        }
    }
    Ok(holidays)
}

/// How many events a file has, if it begins and ends as one calendar and is no deeper
/// than calendars are: the parser goes down into each part by itself.
fn shape(unfolded: &str) -> Option<usize> {
    let (mut depth, mut events, mut ended) = (0_usize, 0_usize, false);
    for line in unfolded
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
    {
        let (first, is_end) = (depth == 0, line.starts_with("END:"));
        if ended || (first && line != "BEGIN:VCALENDAR") {
            return None;
        }
        if line.starts_with("BEGIN:") {
            depth += 1;
            events += usize::from(depth == 2 && line == "BEGIN:VEVENT");
        }
        if is_end {
            depth -= 1;
            ended = depth == 0;
        }
        if depth > DEPTH_MAX {
            return None;
        }
    }
    ended.then_some(events)
}

/// Parts within parts of a calendar file at most: an alarm of an event has three.
const DEPTH_MAX: usize = 8;

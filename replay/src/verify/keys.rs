//! The keys of bookings: who a booking is for can be read with its key alone.

use domain::{
    booking::BookingEvent, event::Event, ids::BookingId, partition::Partition, stream::StreamId,
};
use eventlog::{AttendeeCipher, Position, WrappedKey};
use futures::TryStreamExt;
use sqlx::{FromRow, PgConnection};

use crate::{
    column,
    error::{ReplayError, failed},
};

use super::{Faults, Promise};

/// A booking, or a key, or both.
#[derive(Debug, FromRow)]
struct Row {
    booking_id: String,
    position: Option<i64>,
    erased: bool,
    version: Option<String>,
    payload: Option<String>,
    wrapped_key: Option<Vec<u8>>,
}

/// How a key is wrong. A kind gets one line a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Missing,
    OfAnother,
    OfNone,
    Length,
    Key,
    Attendee,
}

impl Wrong {
    const ALL: [Self; 6] = [
        Self::Missing,
        Self::OfAnother,
        Self::OfNone,
        Self::Length,
        Self::Key,
        Self::Attendee,
    ];

    const fn says(self) -> &'static str {
        match self {
            Self::Missing => "its key is missing: nobody can read who it is for",
            Self::OfAnother => "its key is here, and belongs into its own partition",
            Self::OfNone => "there is a key for it, and it was never made",
            Self::Length => "its key is no wrapped key, which has another length",
            Self::Key => {
                "its key does not open by this master key: it is another booking's, or was changed"
            }
            Self::Attendee => {
                "who it is for does not open by its key: it was sealed for another booking, or changed"
            }
        }
    }

    const fn remedy(self) -> &'static str {
        match self {
            Self::Missing => {
                "restore the row of booking_keys from a backup; a person who is to be forgotten is erased by `erase`"
            }
            Self::OfAnother => {
                "set its partition to the first four digits of its id, in hexadecimal"
            }
            Self::OfNone => {
                "see where it comes from, and delete it: the log may have lost the booking's events"
            }
            Self::Length | Self::Key => "restore the row of booking_keys from a backup",
            Self::Attendee => {
                "this is the log: compare it with a seal that was kept elsewhere, and restore it"
            }
        }
    }
}

/// Bookings whose keys are wrong in one way: the first, and how many.
#[derive(Debug)]
struct Group {
    wrong: Wrong,
    first: (Position, String),
    count: u64,
}

/// Verifies the keys of a partition; with the master key, that each opens.
pub(super) async fn verify(
    connection: &mut PgConnection,
    partition: Partition,
    cipher: Option<&AttendeeCipher>,
    faults: &mut Faults,
) -> Result<(), ReplayError> {
    let mut groups: Vec<Group> = Vec::new();
    let mut rows = sqlx::query_as::<_, Row>(include_str!("keys.sql"))
        .bind(column::partition(partition))
        .fetch(&mut *connection);
    let mut bookings = 0_u64;
    let mut missing = Vec::new();
    while let Some(row) = rows.try_next().await.map_err(failed("reading keys"))? {
        bookings += u64::from(row.position.is_some() && !row.erased);
        let Some(wrong) = wrong(&row, partition, cipher, faults) else {
            continue;
        };
        if wrong == Wrong::Missing {
            missing.push(row.booking_id.clone());
        }
        note(&mut groups, wrong, &row);
    }
    drop(rows);
    forgive_moved(connection, partition, &missing, &mut groups).await?;
    for wrong in Wrong::ALL {
        let Some(group) = groups.iter().find(|group| group.wrong == wrong) else {
            continue;
        };
        let (position, id) = &group.first;
        let at = (*position, format!("Booking {id}"));
        let all = wrong == Wrong::Missing && group.count == bookings && bookings > 1;
        let says = if all {
            format!(
                "none of the {bookings} bookings of the partition has its key: nobody can read who they are for"
            )
        } else {
            wrong.says().to_owned()
        };
        faults.found_with(Promise::Keys, at, says, wrong.remedy());
        if !all {
            faults.more(group.count - 1);
        }
    }
    Ok(())
}

fn note(groups: &mut Vec<Group>, wrong: Wrong, row: &Row) {
    if let Some(group) = groups.iter_mut().find(|group| group.wrong == wrong) {
        group.count += 1;
        return;
    }
    let position = row.position.map_or(Position::START, column::read_position);
    groups.push(Group {
        wrong,
        first: (position, row.booking_id.clone()),
        count: 1,
    });
}

/// A key that lies in another partition is told there, and is not missing here.
async fn forgive_moved(
    connection: &mut PgConnection,
    partition: Partition,
    missing: &[String],
    groups: &mut Vec<Group>,
) -> Result<(), ReplayError> {
    if missing.is_empty() {
        return Ok(());
    }
    let moved: Vec<String> = sqlx::query_scalar(include_str!("moved_keys.sql"))
        .bind(column::partition(partition))
        .bind(missing)
        .fetch_all(connection)
        .await
        .map_err(failed("looking for keys elsewhere"))?;
    let mut still = missing.iter().filter(|id| !moved.contains(id));
    let first = still.next().cloned();
    let rest = still.count() as u64;
    groups.retain_mut(|group| {
        if group.wrong != Wrong::Missing {
            return true;
        }
        let Some(first) = &first else {
            return false;
        };
        group.first.1.clone_from(first);
        group.count = 1 + rest;
        true
    });
    Ok(())
}

/// What is wrong with a booking's key, if anything is.
fn wrong(
    row: &Row,
    partition: Partition,
    cipher: Option<&AttendeeCipher>,
    faults: &Faults,
) -> Option<Wrong> {
    let id: Option<BookingId> = row.booking_id.parse().ok();
    let told = id.is_some_and(|id| faults.taints.has_thing(id.uuid()));
    let stream = format!("Booking {}", row.booking_id);
    if told || faults.taints.has_stream(&stream) {
        return None;
    }
    let (made, key) = (row.position.is_some(), row.wrapped_key.as_ref());
    let Some(key) = key else {
        return (made && !row.erased).then_some(Wrong::Missing);
    };
    if !made {
        let elsewhere = id.is_some_and(|id| id.partition() != partition);
        return Some(if elsewhere {
            Wrong::OfAnother
        } else {
            Wrong::OfNone
        });
    }
    if row.erased {
        // Told where erasures are.
        return None;
    }
    if key.len() != WrappedKey::BYTES {
        return Some(Wrong::Length);
    }
    let (cipher, id) = (cipher?, id?);
    let key = WrappedKey(key.clone());
    if !cipher.opens_key(id, &key) {
        return Some(Wrong::Key);
    }
    let stream = StreamId::Booking(id);
    let payload = row.payload.as_deref()?;
    let version = row.version.as_deref()?;
    let event = Event::decode(&stream, "BookingConfirmed", version, payload).ok()?;
    let Event::Booking(BookingEvent::BookingConfirmed(made)) = event else {
        return None;
    };
    let opens = cipher.open(id, &made.attendee, &key).is_ok();
    (!opens).then_some(Wrong::Attendee)
}

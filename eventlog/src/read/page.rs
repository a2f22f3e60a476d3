use chrono::{DateTime, Utc};
use domain::partition::Partition;
use sqlx::{PgConnection, postgres::PgRow};

use super::row::{OWN_COLUMNS, StoredRow};
use crate::{
    Head, LogError, Position, RecordedEvent, Tip,
    database::{failed, smallint},
};

/// The event that a page follows, as the log has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// Tells this event from every other, in this history and any.
    pub(crate) hash: [u8; 32],
    /// Its tip; [`Tip::NONE`] within an append.
    pub(crate) tip: Tip,
}

/// Part of a partition, with its head and its anchor, in one snapshot.
#[derive(Debug)]
pub(crate) struct Page {
    /// The partition's end, which may lie beyond the page.
    pub(crate) head: Head,
    /// The event before the page; none before the first event, and when the
    /// log does not reach that far.
    pub(crate) anchor: Option<Anchor>,
    /// Contiguous, from the position after the anchor's.
    pub(crate) events: Vec<RecordedEvent>,
    /// The database's time at the read.
    pub(crate) now: DateTime<Utc>,
}

impl Page {
    /// Whether the partition goes on after the page.
    pub(crate) fn more(&self) -> bool {
        let last = self.events.last();
        last.is_some_and(|event| event.position < self.head.position)
    }
}

/// Reads up to `limit` events after `after`.
///
/// # Errors
///
/// [`LogError::Database`], [`LogError::Decode`], [`LogError::Corrupt`].
pub(crate) async fn read_page(
    connection: &mut PgConnection,
    partition: Partition,
    after: Position,
    limit: u16,
) -> Result<Page, LogError> {
    let rows = sqlx::query(include_str!("read_page.sql"))
        .bind(smallint(partition))
        .bind(after.get().cast_signed())
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await
        .map_err(failed("reading events by position"))?;
    let page = decode(partition, &rows)?;
    check(partition, after, limit, &page)?;
    Ok(page)
}

fn decode(partition: Partition, rows: &[PgRow]) -> Result<Page, LogError> {
    let Some(first) = rows.first() else {
        return Err(LogError::Corrupt {
            partition,
            reason: "it has no head".into(),
        });
    };
    let first = StoredRow::new(partition, first);
    let own = |nth: usize| OWN_COLUMNS + nth;
    let head = Head {
        position: Position::new(first.count(own(0))?),
        tip: Tip(first.get(own(1))?),
        last_at: first.time(own(2))?,
    };
    let anchor = match first.get::<Option<&[u8]>>(own(3))? {
        None => None,
        Some(hash) => Some(Anchor {
            hash: hash
                .try_into()
                .map_err(|_| first.corrupt("the hash before it is not 32 bytes".into()))?,
            tip: first.tip(own(4))?.unwrap_or(Tip::NONE),
        }),
    };
    let now = first.get(own(5))?;
    let mut events = Vec::with_capacity(rows.len());
    if first.is_event()? {
        for row in rows {
            events.push(StoredRow::new(partition, row).event()?);
        }
    }
    Ok(Page {
        head,
        anchor,
        events,
        now,
    })
}

/// Positions run on without a gap, to the head unless the page is full.
fn check(partition: Partition, after: Position, limit: u16, page: &Page) -> Result<(), LogError> {
    let corrupt = |reason| Err(LogError::Corrupt { partition, reason });
    let mut last = after;
    for event in &page.events {
        last = last.plus(1);
        if event.position != last {
            return corrupt(format!("position {last} is missing"));
        }
    }
    let head = page.head.position;
    let full = page.events.len() >= usize::from(limit);
    let short = last < head && !full;
    let beyond = last > head && !page.events.is_empty();
    if short || beyond {
        return corrupt(format!(
            "the head is at {head} and the events end at {last}"
        ));
    }
    Ok(())
}

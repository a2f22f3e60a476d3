//! In the order of positions: what each row says of itself, and the views.

use std::num::NonZeroU16;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{booking::BookingEvent, event::Event, partition::Partition, stream::StreamId};
use eventlog::{Position, RecordedEvent, TypedColumns};
use sqlx::{Executor, PgConnection};

use crate::{
    column,
    error::{ReplayError, failed},
    meter::Meter,
    seal::SealedPoint,
    stored::{StoredEvent, read_page},
};

use super::{
    Faults, Promise, chain::ChainWalk, holding::Holding, unemptied::Unemptied, views::ViewFold,
};

/// What is known of the log before its rows are read.
pub(super) struct Known<'a> {
    /// How many partitions it has.
    pub(super) partitions: NonZeroU16,
    /// The database's time.
    pub(super) now: DateTime<Utc>,
    /// Since when rows are chained: when that came to this database.
    pub(super) chained_since: DateTime<Utc>,
    /// Places of a seal, ascending.
    pub(super) sealed: &'a [SealedPoint],
    /// Where to begin: a place that a seal vouches for, or the beginning.
    pub(super) from: Option<SealedPoint>,
    /// Whether the views are to be compared.
    pub(super) views: bool,
    /// Whether the index by positions lacks rows, which was told.
    pub(super) broken_index: bool,
    pub(super) meter: &'a Meter,
}

/// What the rows of a partition came to.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Read {
    /// How many were read.
    pub(super) events: u64,
    /// The position of the last.
    pub(super) last: Position,
    /// How far the chain reaches.
    pub(super) chained: Position,
}

/// Verifies a partition's rows one after the other, and its views.
pub(super) async fn verify(
    connection: &mut PgConnection,
    partition: Partition,
    known: &Known<'_>,
    faults: &mut Faults,
) -> Result<Read, ReplayError> {
    let mut views = if known.views && known.from.is_none() {
        Some(ViewFold::begin(connection, partition).await?)
    } else {
        None
    };
    let mut chain = ChainWalk::begin(connection, partition, known, faults).await?;
    let mut walk = Walk::begin(connection, partition, known).await?;
    loop {
        let page = read_page(connection, partition, walk.last).await?;
        let Some(last) = page.last().map(StoredEvent::position) else {
            break;
        };
        let mut events = Vec::with_capacity(page.len());
        for row in &page {
            let event = walk.step(row, faults);
            if let Some(missing) = walk.missing.take() {
                tell_missing(connection, partition, (missing, row), known, faults).await?;
            }
            events.extend(event.map(|event| (row, event)));
        }
        // Before the views: a view that differs because a row was changed is told by the row.
        chain.feed(connection, &page, faults).await?;
        if let Some(views) = &mut views {
            for (row, event) in &events {
                views.feed(connection, (row, event), faults).await?;
            }
        }
        known.meter.add(page.len() as u64);
        walk.last = last;
    }
    walk.unemptied.end(walk.last, faults);
    let head = walk.compare_head(connection, partition, faults).await?;
    let chained = chain.end(connection, known, faults).await?;
    if let Some(mut views) = views {
        views.end(connection, head, faults).await?;
    }
    Ok(Read {
        events: walk.events,
        last: walk.last,
        chained,
    })
}

/// Tells of positions that are not there, before a row: unless the index alone lacks them.
async fn tell_missing(
    connection: &mut PgConnection,
    partition: Partition,
    ((from, count), row): ((Position, u64), &StoredEvent),
    known: &Known<'_>,
    faults: &mut Faults,
) -> Result<(), ReplayError> {
    let first = !faults.taints.is_everything();
    // What they said, nobody knows: the rest of the partition may follow from it.
    faults.taints.everything();
    if known.broken_index {
        return Ok(());
    }
    let lies_there = first && {
        for setting in BY_TABLE {
            connection
                .execute(setting)
                .await
                .map_err(failed("choosing a plan"))?;
        }
        let found: i64 = sqlx::query_scalar(include_str!("rows_between.sql"))
            .bind(column::partition(partition))
            .bind(column::position(from))
            .bind(column::position(row.position()))
            .fetch_one(&mut *connection)
            .await
            .map_err(failed("looking for rows without the index"))?;
        for setting in BY_INDEX {
            connection
                .execute(setting)
                .await
                .map_err(failed("choosing a plan"))?;
        }
        found > 0
    };
    if lies_there {
        let says = format!(
            "it lacks rows of partition {partition} from position {from} on, which are in the table"
        );
        faults.found_of(
            Promise::Indexes,
            "index events_pkey",
            says,
            "make the index again: reindex index concurrently events_pkey",
        );
    } else {
        let what = match count {
            1 => format!("the event at position {from} is missing before it"),
            count => format!("{count} events from position {from} on are missing before it"),
        };
        faults.found_at(Promise::Positions, row.position(), row.stream_name(), what);
    }
    Ok(())
}

/// Makes the planner read the table and no index, and undoes it.
const BY_TABLE: [&str; 3] = [
    "set local enable_indexscan = off",
    "set local enable_indexonlyscan = off",
    "set local enable_bitmapscan = off",
];
const BY_INDEX: [&str; 3] = [
    "set local enable_indexscan = on",
    "set local enable_indexonlyscan = on",
    "set local enable_bitmapscan = on",
];

/// Clocks of nodes that carry the database's time on may be so far ahead of it.
const AHEAD_MAX: TimeDelta = TimeDelta::minutes(1);

/// Says of a row that is not what was hashed that its columns are to blame: with those
/// that its payload tells, it is.
fn wrong_column(row: &StoredEvent) -> Option<(Promise, String)> {
    let (stream, event) = (row.stream()?, row.event().ok()?);
    let fault = row
        .columns
        .repeat(&row.resource_id, &stream, &event)
        .err()?;
    let mut whole = row.clone();
    whole.columns = TypedColumns::of(&stream, &event);
    if let Some(resource) = resource_of(&stream, &event) {
        resource.clone_into(&mut whole.resource_id);
    }
    let is_whole = whole.check_hash().is_ok();
    is_whole.then(|| (Promise::Columns, fault.to_string()))
}

/// The resource that an event is about, where it says so itself.
fn resource_of<'a>(stream: &'a StreamId, event: &'a Event) -> Option<&'a str> {
    match (stream, event) {
        (StreamId::Resource(id) | StreamId::ResourceDay(id, _), _) => Some(id.as_str()),
        (StreamId::Booking(_), Event::Booking(BookingEvent::BookingConfirmed(made))) => {
            Some(made.resource_id.as_str())
        }
        (StreamId::Booking(_), _) => None,
    }
}

/// What is known of the rows so far.
struct Walk {
    partitions: NonZeroU16,
    /// Where it began, when that is not the beginning.
    from: Option<Position>,
    /// No row is of a later time.
    latest: DateTime<Utc>,
    /// What retention should have emptied.
    unemptied: Unemptied,
    /// What the rules say needs all that came before.
    holding: Option<Holding>,
    /// The last page's last row.
    last: Position,
    /// The last row.
    row: Position,
    last_at: DateTime<Utc>,
    last_tip: Option<i64>,
    /// Positions that are not there before the row that was taken last: the first, and
    /// how many.
    missing: Option<(Position, u64)>,
    ahead: bool,
    events: u64,
}

impl Walk {
    async fn begin(
        connection: &mut PgConnection,
        partition: Partition,
        known: &Known<'_>,
    ) -> Result<Self, ReplayError> {
        let from = known.from.map_or(Position::START, |from| from.position());
        Ok(Self {
            partitions: known.partitions,
            from: known.from.map(|from| from.position()),
            latest: known.now + AHEAD_MAX,
            unemptied: Unemptied::begin(connection, partition).await?,
            holding: known.from.is_none().then(Holding::default),
            last: from,
            row: from,
            last_at: DateTime::UNIX_EPOCH,
            last_tip: Some(0),
            missing: None,
            ahead: false,
            events: 0,
        })
    }

    /// Checks one row; gives its event if it reads.
    fn step(&mut self, row: &StoredEvent, faults: &mut Faults) -> Option<RecordedEvent> {
        let (position, next) = (row.position(), self.row.plus(1));
        if self.events > 0 && position <= self.row {
            let says = "a second row is at this position";
            faults.found_at(Promise::Positions, position, row.stream_name(), says);
            faults.taints.row(row);
            return None;
        }
        if position > next {
            self.missing = Some((next, position.get() - next.get()));
            self.last_tip = Some(0);
        }
        let wrong = self.wrong(row);
        self.row = position;
        self.events += 1;
        // What is wrong with a row is no measure for the next.
        let measure = wrong.as_ref().is_none_or(|(of, _)| *of == Promise::Time);
        if measure {
            self.last_at = row.recorded_at;
        }
        self.last_tip = if measure { row.tip } else { Some(0) };
        if let Some((promise, says)) = &wrong {
            faults.found_at(*promise, position, row.stream_name(), says.as_str());
            faults.taints.row(row);
        }
        let event = match row.recorded() {
            Ok(event) => event,
            Err(reason) => {
                if wrong.is_none() {
                    faults.found_at(Promise::Readable, position, row.stream_name(), reason);
                    faults.taints.row(row);
                }
                return None;
            }
        };
        if wrong.is_none() {
            self.check_columns(row, &event, faults);
            self.unemptied.take(row, faults);
        }
        if let Some(holding) = &mut self.holding {
            holding.take(row, &event, faults);
        }
        Some(event)
    }

    /// What is wrong with a row, by itself and after the one before: the first that is.
    fn wrong(&mut self, row: &StoredEvent) -> Option<(Promise, String)> {
        if !row.is_emptied()
            && let Err(reason) = row.recorded()
        {
            // What is wrong with the payload says more than that it is another.
            return Some((Promise::Readable, reason));
        }
        if let Err(fault) = row.check_hash() {
            return Some(wrong_column(row).unwrap_or((Promise::Hash, fault.to_string())));
        }
        if row.recorded_at < self.last_at {
            let before = self.last_at.to_rfc3339();
            let says = format!("it was recorded before the event before it, {before}");
            return Some((Promise::Time, says));
        }
        if row.recorded_at > self.latest && !self.ahead {
            self.ahead = true;
            let (at, now) = (row.recorded_at.to_rfc3339(), self.latest - AHEAD_MAX);
            let now = now.to_rfc3339();
            let says = format!("it was recorded at {at}, and the database has {now}");
            return Some((Promise::Time, says));
        }
        if self.last_tip.is_none() && row.recorded_at != self.last_at {
            let says = "another append begins here, and the event before it has no tip".to_owned();
            return Some((Promise::Tips, says));
        }
        None
    }

    fn check_columns(&self, row: &StoredEvent, event: &RecordedEvent, faults: &mut Faults) {
        let repeated = row
            .columns
            .repeat(&row.resource_id, &event.stream, &event.event);
        let wrong = if let Err(fault) = repeated {
            Some((Promise::Columns, fault.to_string()))
        } else {
            let home = row.resource_id.parse();
            let home = home.map(|resource| Partition::of(&resource, self.partitions));
            let elsewhere = home.is_ok_and(|home| home != row.partition());
            let says = || format!("{} belongs to another partition", row.resource_id);
            elsewhere.then(|| (Promise::Partitions, says()))
        };
        if let Some((promise, says)) = wrong {
            faults.found_at(promise, row.position(), row.stream_name(), says);
            faults.taints.row(row);
        }
    }

    /// Compares the partition's end with what its head says, and returns that.
    async fn compare_head(
        &self,
        connection: &mut PgConnection,
        partition: Partition,
        faults: &mut Faults,
    ) -> Result<Position, ReplayError> {
        let head: Option<(i64, i64, DateTime<Utc>)> = sqlx::query_as(include_str!("head.sql"))
            .bind(column::partition(partition))
            .fetch_optional(connection)
            .await
            .map_err(failed("reading a head"))?;
        let Some((position, tip, last_at)) = head else {
            faults.found(Promise::Head, "it has no head");
            return Ok(self.row);
        };
        let position = column::read_position(position);
        if let Some(sealed) = self.from.filter(|sealed| position < *sealed) {
            let says = format!("it was sealed up to {sealed}, and the log ends at {position}");
            faults.found_at(Promise::Seal, sealed, "the seal", says);
            faults.taints.everything();
            return Ok(position);
        }
        let read = self.events > 0;
        if position != self.row {
            let last = self.row;
            // Which of the two is wrong, nobody knows.
            faults.taints.everything();
            faults.found(
                Promise::Head,
                format!("the head is at {position} and the last event at {last}"),
            );
        } else if faults.has_bad_row_at(position) {
            // What the row says is no measure.
        } else if read && Some(tip) != self.last_tip {
            faults.found(Promise::Head, "the head has not the last event's tip");
        } else if read && last_at != self.last_at {
            faults.found(Promise::Head, "the head has not the last event's time");
        }
        Ok(position)
    }
}

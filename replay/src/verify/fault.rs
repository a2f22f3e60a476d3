use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};

use domain::partition::Partition;
use eventlog::Position;
use projections::view::View;
use serde::Serialize;

use super::remedy::Remedy;
use super::taint::Taints;

/// Lines of one promise and partition; the last of them counts the rest. A log that is
/// all wrong is told by its first pages.
const TOLD_MAX: usize = 100;

/// Which promise is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Promise {
    /// The schema is as the migrations made it.
    Schema,
    /// Every index has every row of its table.
    Indexes,
    /// The row of the log tells which log this is.
    Log,
    /// Leases are of duties that there are, for as long as a lease can last.
    Leases,
    /// Positions run 1, 2, 3 … up to the head.
    Positions,
    /// The head tells the last event.
    Head,
    /// A row is what was hashed.
    Hash,
    /// A row is the one that was chained.
    Chain,
    /// The rows are those of the seal.
    Seal,
    /// Every event reads.
    Readable,
    /// The typed columns repeat the payload.
    Columns,
    /// Time never runs backwards within a partition, nor ahead.
    Time,
    /// The last event of each append has its tip.
    Tips,
    /// What happened is what the rules decide.
    Rules,
    /// Every booking whose person is not erased has its key, which opens who it is for.
    Keys,
    /// An event is in its resource's partition.
    Partitions,
    /// Sequences run 1, 2, 3 … in the order of the positions.
    Sequences,
    /// No two bookings share a slot.
    Bookings,
    /// Nothing is booked or held under a live hold.
    Holds,
    /// A booking's days have what it covers.
    BookingDays,
    /// A hold is placed once and ends once, on all its days.
    HoldEnds,
    /// The key of an erased booking is deleted.
    Erasures,
    /// What is emptied is told of a hold that has ended, and the log tells of it.
    Retention,
    /// The stock repository folds a stream to the same state.
    StockRepository,
    /// A view's checkpoint is a place in the log.
    Checkpoints,
    /// A view is the fold of the log.
    Views,
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Schema => "the schema is as the migrations made it",
            Self::Indexes => "an index has every row of its table",
            Self::Log => "the row of the log tells which log this is",
            Self::Leases => "a lease is of a duty and ends soon",
            Self::Tips => "the last event of an append has its tip",
            Self::Rules => "what happened is what the rules decide",
            Self::Keys => "every booking has its key",
            Self::Positions => "positions run without gaps",
            Self::Head => "the head tells the last event",
            Self::Hash => "a row is what was hashed",
            Self::Chain => "a row is the one that was chained",
            Self::Seal => "the rows are those that were sealed",
            Self::Readable => "every event reads",
            Self::Columns => "the typed columns repeat the payload",
            Self::Time => "time runs neither backwards nor ahead",
            Self::Partitions => "an event is in its resource's partition",
            Self::Sequences => "sequences run without gaps",
            Self::Bookings => "no two bookings share a slot",
            Self::Holds => "nothing is booked or held under a hold",
            Self::BookingDays => "a booking's days have what it covers",
            Self::HoldEnds => "a hold is placed once and ends once",
            Self::Erasures => "an erased booking has no key",
            Self::Retention => "the log tells of every row that was emptied",
            Self::StockRepository => "the stock repository folds a stream to the same state",
            Self::Checkpoints => "a checkpoint is a place in the log",
            Self::Views => "a view is the fold of the log",
        })
    }
}

/// A promise that is broken, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// Which.
    pub promise: Promise,
    /// In which partition; none where it is the whole log's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<u16>,
    /// At which position, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// In which stream, view, table or other place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What is wrong.
    pub says: String,
    /// How many more are of the same kind, and are not told by a line of their own.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: u64,
    /// What to do about it.
    pub remedy: String,
}

impl Fault {
    /// Whether the log itself is at fault, and not what is made of it or kept beside it:
    /// then a view that is made again would be made of what was never appended.
    pub(super) const fn is_of_log(&self) -> bool {
        match self.promise {
            // Without a position it is what was noted beside the log: how far the chain
            // or retention is, and rows of partitions that the log does not have.
            Promise::Chain | Promise::Retention | Promise::Partitions => self.position.is_some(),
            Promise::Log
            | Promise::Positions
            | Promise::Head
            | Promise::Hash
            | Promise::Seal
            | Promise::Readable
            | Promise::Columns
            | Promise::Time
            | Promise::Tips
            | Promise::Rules
            | Promise::Sequences
            | Promise::Bookings
            | Promise::Holds
            | Promise::BookingDays
            | Promise::HoldEnds => true,
            Promise::Schema
            | Promise::Indexes
            | Promise::Leases
            | Promise::Keys
            | Promise::Erasures
            | Promise::StockRepository
            | Promise::Checkpoints
            | Promise::Views => false,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.partition {
            Some(partition) => write!(f, "partition {partition}")?,
            None => f.write_str("the log")?,
        }
        if let Some(position) = self.position {
            write!(f, ", position {position}")?;
        }
        if let Some(place) = &self.place {
            write!(f, ", {place}")?;
        }
        write!(f, ": {}", self.says)?;
        if self.more > 0 {
            write!(f, "; and {} more of this kind", self.more)?;
        }
        write!(f, " (broken: {}); {}", self.promise, self.remedy)
    }
}

/// Bytes of a fault's words to which more are added.
const SAYS_MAX: usize = 300;

/// A fault whose remedy may depend on what else is found.
#[derive(Debug)]
struct Found {
    fault: Fault,
    remedy: Remedy,
}

/// The faults of a partition, or of the log as a whole, as they are found.
#[derive(Debug, Default)]
pub(super) struct Faults {
    partition: Option<Partition>,
    found: Vec<Found>,
    lines: HashMap<Promise, usize>,
    differing_views: BTreeSet<View>,
    /// What the faults so far have touched: what else is wrong there is their
    /// consequence, and gets no line of its own.
    pub(super) taints: Taints,
}

impl Faults {
    /// Of one partition.
    pub(super) fn of(partition: Partition) -> Self {
        Self {
            partition: Some(partition),
            ..Self::default()
        }
    }

    /// Notes a fault of the partition itself.
    pub(super) fn found(&mut self, promise: Promise, says: impl Into<String>) {
        self.note(promise, promise.remedy(), (None, None), says.into());
    }

    /// Notes a fault at a place.
    pub(super) fn found_at(
        &mut self,
        promise: Promise,
        position: Position,
        place: impl Into<String>,
        says: impl Into<String>,
    ) {
        let place = Some(place.into());
        let at = (Some(position.get()), place);
        self.note(promise, promise.remedy(), at, says.into());
    }

    /// Notes a fault of something that has no position, and what to do about it.
    pub(super) fn found_of(
        &mut self,
        promise: Promise,
        place: impl Into<String>,
        says: impl Into<String>,
        remedy: impl Into<Remedy>,
    ) {
        let at = (None, Some(place.into()));
        self.note(promise, remedy.into(), at, says.into());
    }

    /// Notes a fault at a place, and what to do about it.
    pub(super) fn found_with(
        &mut self,
        promise: Promise,
        (position, place): (Position, impl Into<String>),
        says: impl Into<String>,
        remedy: impl Into<Remedy>,
    ) {
        let at = (Some(position.get()), Some(place.into()));
        self.note(promise, remedy.into(), at, says.into());
    }

    /// Notes a fault of a view.
    pub(super) fn found_in(
        &mut self,
        promise: Promise,
        view: View,
        position: Position,
        place: impl Into<String>,
        says: impl Into<String>,
    ) {
        self.differing_views.insert(view);
        self.found_at(promise, position, place, says);
    }

    /// Whether anything of a promise was told.
    pub(super) fn has(&self, promise: Promise) -> bool {
        self.lines.contains_key(&promise)
    }

    /// Whether a row up to a position was found to be another than was written.
    pub(super) fn has_row_fault_up_to(&self, position: Position) -> bool {
        self.first_bad().is_some_and(|bad| bad <= position.get())
    }

    /// Whether the row at a position was found to be another than was written. What is
    /// wrong with a view or a key that was made at that position says nothing of the row.
    pub(super) fn has_bad_row_at(&self, position: Position) -> bool {
        let mut found = self.found.iter();
        found.any(|found| {
            matches!(found.remedy, Remedy::RestoreLog)
                && found.fault.position == Some(position.get())
        })
    }

    /// Counts more of what was told last.
    pub(super) fn more(&mut self, count: u64) {
        if let Some(last) = self.found.last_mut() {
            last.fault.more += count;
        }
    }

    /// Adds to what was told of a promise last, as long as that is no long text.
    pub(super) fn add(&mut self, promise: Promise, words: &str) {
        let mut found = self.found.iter_mut().rev();
        if let Some(last) = found.find(|found| found.fault.promise == promise)
            && last.fault.says.len() < SAYS_MAX
        {
            last.fault.says.push_str(words);
        }
    }

    fn note(
        &mut self,
        promise: Promise,
        remedy: Remedy,
        (position, place): (Option<u64>, Option<String>),
        says: String,
    ) {
        let lines = self.lines.entry(promise).or_default();
        if *lines == promise.lines_max() {
            let mut found = self.found.iter_mut().rev();
            if let Some(last) = found.find(|found| found.fault.promise == promise) {
                last.fault.more += 1;
            }
            return;
        }
        *lines += 1;
        self.found.push(Found {
            fault: Fault {
                promise,
                partition: self.partition.map(Partition::get),
                position,
                place,
                says,
                more: 0,
                remedy: String::new(),
            },
            remedy,
        });
    }

    /// Whether a row of the log is at fault: then what is folded from it tells nothing.
    pub(super) fn is_log_at_fault(&self) -> bool {
        let mut found = self.found.iter();
        found.any(|found| matches!(found.remedy, Remedy::RestoreLog))
    }

    /// The lowest position at which the log is at fault.
    pub(super) fn first_bad(&self) -> Option<u64> {
        let of_log = |found: &&Found| matches!(found.remedy, Remedy::RestoreLog);
        let found = self.found.iter().filter(of_log);
        found.filter_map(|found| found.fault.position).min()
    }

    /// The faults in the order in which they were found.
    pub(super) fn into_told(self) -> Vec<Fault> {
        let first_bad = self.first_bad();
        let told = self.found.into_iter().map(|Found { fault, remedy }| Fault {
            remedy: remedy.words(fault.position.and(first_bad)),
            ..fault
        });
        told.collect()
    }

    /// The views that are at fault.
    pub(super) fn differing_views(&self) -> impl Iterator<Item = &'static str> {
        self.differing_views.iter().map(|view| view.name())
    }

    /// How many there are, with a line of their own or not.
    pub(super) fn count(&self) -> u64 {
        self.found.iter().map(|found| 1 + found.fault.more).sum()
    }
}

impl Promise {
    /// Lines of it in a partition.
    const fn lines_max(self) -> usize {
        match self {
            // One cause breaks them all.
            Self::StockRepository | Self::Partitions | Self::Tips => 1,
            _ => TOLD_MAX,
        }
    }

    /// What to do where nothing better is known.
    const fn remedy(self) -> Remedy {
        match self {
            Self::Positions
            | Self::Hash
            | Self::Seal
            | Self::Readable
            | Self::Columns
            | Self::Time
            | Self::Tips
            | Self::Rules
            | Self::Partitions
            | Self::Sequences
            | Self::Bookings
            | Self::Holds
            | Self::BookingDays
            | Self::HoldEnds
            | Self::Chain
            | Self::Retention => Remedy::RestoreLog,
            Self::Views | Self::Checkpoints => Remedy::Repair,
            Self::Erasures => Remedy::Do("run `erase` again"),
            Self::StockRepository => Remedy::Do(
                "nothing of ours reads through the view postgres_es_events: make it again as the migrations have it",
            ),
            Self::Head => Remedy::Do(
                "this is the log: stop all servers and restore it, or set the head to the last event",
            ),
            Self::Keys => Remedy::Do("restore the row of booking_keys from a backup"),
            Self::Schema | Self::Indexes | Self::Log | Self::Leases => {
                Remedy::Do("restore it from a backup")
            }
        }
    }
}

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};

use domain::partition::Partition;
use eventlog::Position;
use projections::view::View;
use serde::Serialize;

/// Faults of one kind that are told one by one; more are counted. A log that is
/// all wrong is told by its first pages.
const TOLD_MAX: u64 = 1_000;

/// Which promise is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Promise {
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
    /// Time never runs backwards within a partition.
    Time,
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
    /// What is emptied is a renewal of an ended hold, and the log tells of it.
    Retention,
    /// The stock repository folds a stream to the same state.
    StockRepository,
    /// A view's checkpoint is a place in the log.
    Checkpoints,
    /// A view is the fold of the log.
    Views,
}

impl Promise {
    /// Whether the log itself is at fault, and not what is made of it or kept beside it.
    pub(super) const fn is_of_log(self) -> bool {
        !matches!(self, Self::Views | Self::Checkpoints | Self::Erasures)
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Positions => "positions run without gaps",
            Self::Head => "the head tells the last event",
            Self::Hash => "a row is what was hashed",
            Self::Chain => "a row is the one that was chained",
            Self::Seal => "the rows are those that were sealed",
            Self::Readable => "every event reads",
            Self::Columns => "the typed columns repeat the payload",
            Self::Time => "time never runs backwards",
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

/// A promise that is broken, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// Which.
    pub promise: Promise,
    /// In which partition.
    pub partition: u16,
    /// At which position, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// In which stream, or in which view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What is wrong.
    pub says: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "partition {}", self.partition)?;
        if let Some(position) = self.position {
            write!(f, ", position {position}")?;
        }
        if let Some(place) = &self.place {
            write!(f, ", {place}")?;
        }
        write!(f, ": {} (broken: {})", self.says, self.promise)
    }
}

/// The faults of a partition, as they are found.
#[derive(Debug)]
pub(super) struct Faults {
    partition: Partition,
    told: Vec<Fault>,
    counts: HashMap<Promise, u64>,
    differing_views: BTreeSet<View>,
}

impl Faults {
    pub(super) fn of(partition: Partition) -> Self {
        Self {
            partition,
            told: Vec::new(),
            counts: HashMap::new(),
            differing_views: BTreeSet::new(),
        }
    }

    /// Notes a fault of the partition itself.
    pub(super) fn found(&mut self, promise: Promise, says: impl Into<String>) {
        self.note(promise, None, None, says.into());
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
        self.note(promise, Some(position.get()), place, says.into());
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

    fn note(
        &mut self,
        promise: Promise,
        position: Option<u64>,
        place: Option<String>,
        says: String,
    ) {
        let count = self.counts.entry(promise).or_default();
        *count += 1;
        if *count <= TOLD_MAX {
            self.told.push(Fault {
                promise,
                partition: self.partition.get(),
                position,
                place,
                says,
            });
        }
    }

    /// Those that are told one by one, in the order in which they were found.
    pub(super) fn into_told(self) -> Vec<Fault> {
        self.told
    }

    /// The views that are at fault.
    pub(super) fn differing_views(&self) -> impl Iterator<Item = &'static str> {
        self.differing_views.iter().map(|view| view.name())
    }

    /// How many there are, told or not.
    pub(super) fn count(&self) -> u64 {
        self.counts.values().sum()
    }
}

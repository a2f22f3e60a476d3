//! Decides commands as the executor does and appends what they come to.

use std::collections::{BTreeSet, HashMap};

use domain::{
    booking::{Booking, BookingEvent},
    calendar::{Day, Timestamp},
    command::Command,
    decide::{decide, expire_due},
    event::{Event, StreamEvent},
    facts::{Facts, NotLoaded},
    hold::LiveHolds,
    ids::{BookingId, ResourceId},
    partition::Partition,
    resource::Resource,
    resource_day::ResourceDay,
    stream::StreamId,
};
use eventlog::{
    Actor, AppendOutcome, Batch, Head, Log, Metadata, PendingEvent, Position, RecordedEvent,
    WrappedKey,
};

use super::{NOW, at};

/// The write side of a test: all streams in memory, one writer.
pub(crate) struct World {
    pub(crate) log: Log,
    pub(crate) now: Timestamp,
    /// The keys of the bookings that are sealed; the others get one that opens nothing.
    pub(crate) keys: HashMap<BookingId, WrappedKey>,
    /// Who does what is done.
    pub(crate) by: Actor,
    /// By which request.
    pub(crate) request: Option<String>,
    /// Everything that was appended, in the order in which it was.
    pub(crate) events: Vec<RecordedEvent>,
    /// How many random steps it has lived through.
    pub(crate) steps: u128,
    heads: HashMap<Partition, Head>,
    streams: Streams,
}

/// Folded streams.
#[derive(Default)]
pub(crate) struct Streams {
    sequences: HashMap<StreamId, u64>,
    pub(crate) resources: HashMap<ResourceId, Resource>,
    pub(crate) days: HashMap<(ResourceId, Day), ResourceDay>,
    pub(crate) bookings: HashMap<BookingId, Booking>,
    pub(crate) holds: LiveHolds,
    nothing: (Resource, ResourceDay, Booking),
}

impl Facts for Streams {
    fn resource(&self, id: &ResourceId) -> Result<&Resource, NotLoaded> {
        Ok(self.resources.get(id).unwrap_or(&self.nothing.0))
    }

    fn day(&self, resource: &ResourceId, day: Day) -> Result<&ResourceDay, NotLoaded> {
        let key = (resource.clone(), day);
        Ok(self.days.get(&key).unwrap_or(&self.nothing.1))
    }

    fn booking(&self, id: BookingId) -> Result<&Booking, NotLoaded> {
        Ok(self.bookings.get(&id).unwrap_or(&self.nothing.2))
    }

    fn holds(&self) -> &LiveHolds {
        &self.holds
    }
}

impl Streams {
    pub(crate) fn apply(&mut self, stream: &StreamId, event: &Event) {
        *self.sequences.entry(stream.clone()).or_default() += 1;
        self.holds.apply(stream, event);
        match (stream, event) {
            (StreamId::Resource(id), Event::Resource(event)) => {
                self.resources.entry(id.clone()).or_default().evolve(event);
            }
            (StreamId::ResourceDay(id, day), Event::ResourceDay(event)) => {
                let key = (id.clone(), *day);
                self.days.entry(key).or_default().evolve(event);
            }
            (StreamId::Booking(id), Event::Booking(event)) => {
                self.bookings.entry(*id).or_default().evolve(event);
            }
            _ => panic!("{event:?} in {stream}"),
        }
    }
}

impl World {
    /// What the log holds, at [`NOW`].
    pub(crate) async fn new(log: &Log) -> Self {
        let mut world = Self {
            log: log.clone(),
            now: at(NOW),
            keys: HashMap::new(),
            by: Actor::System,
            request: None,
            events: Vec::new(),
            steps: 0,
            heads: HashMap::new(),
            streams: Streams::default(),
        };
        for partition in log.partitions() {
            let tail = log.read_partition(partition, Position::START).await;
            let tail = tail.unwrap();
            assert!(!tail.more, "tests begin with short histories");
            for event in &tail.events {
                world.streams.apply(&event.stream, &event.event);
            }
            world.events.extend(tail.events);
            world.heads.insert(partition, tail.head);
        }
        world
    }

    pub(crate) const fn streams(&self) -> &Streams {
        &self.streams
    }

    /// The end of the log's first partition.
    pub(crate) fn end(&self) -> Position {
        self.heads[&Partition::new(0)].position
    }

    /// Executes a command that must be accepted; returns the partition's end.
    #[track_caller]
    pub(crate) fn does(&mut self, command: Command) -> impl Future<Output = Position> {
        self.does_all([command])
    }

    /// Executes commands that must be accepted, in one append.
    #[track_caller]
    pub(crate) fn does_all(
        &mut self,
        commands: impl IntoIterator<Item = Command>,
    ) -> impl Future<Output = Position> {
        let decided = commands.into_iter();
        let events = decided.flat_map(|command| self.decide(&command).unwrap());
        let events = events.collect();
        self.append_all(events)
    }

    /// Executes a command that may be refused.
    pub(crate) async fn tries(&mut self, command: &Command) {
        if let Some(events) = self.decide(command) {
            self.append_all(events).await;
        }
    }

    /// Ends the holds that are due now.
    pub(crate) async fn expires(&mut self) -> Position {
        let (due, missing) = expire_due(&self.streams, self.now, usize::MAX);
        assert!(missing.is_empty());
        self.fold(&due);
        self.append_all(due).await
    }

    /// What a command comes to; nothing when it is refused. Holds that are due
    /// are ended before, as the executor does. What comes of it is folded.
    fn decide(&mut self, command: &Command) -> Option<Vec<StreamEvent>> {
        let (mut events, _) = expire_due(&self.streams, self.now, usize::MAX);
        self.fold(&events);
        let decided = decide(&self.streams, command, self.now);
        if let Ok(decision) = &decided {
            self.fold(&decision.events);
            events.extend(decision.events.iter().cloned());
        }
        (decided.is_ok() || !events.is_empty()).then_some(events)
    }

    fn fold(&mut self, events: &[StreamEvent]) {
        for (stream, event) in events {
            self.streams.apply(stream, event);
        }
    }

    /// Appends events that are folded already, those of each partition at once.
    async fn append_all(&mut self, events: Vec<StreamEvent>) -> Position {
        let count = self.log.partition_count();
        let partition_of = |stream: &StreamId| match stream {
            StreamId::Resource(id) | StreamId::ResourceDay(id, _) => Partition::of(id, count),
            StreamId::Booking(id) => id.partition(),
        };
        let partitions: BTreeSet<_> = events.iter().map(|(of, _)| partition_of(of)).collect();
        for partition in partitions {
            let of = |event: &&StreamEvent| partition_of(&event.0) == partition;
            let events: Vec<_> = events.iter().filter(of).cloned().collect();
            self.append(partition, events).await;
        }
        self.end()
    }

    async fn append(&mut self, partition: Partition, events: Vec<StreamEvent>) {
        // They are folded, so the sequences are those after them.
        let mut sequences = HashMap::new();
        let mut pending = Vec::new();
        for (stream, event) in events.into_iter().rev() {
            let last = self.streams.sequences[&stream];
            let sequence = sequences.entry(stream.clone()).or_insert(last + 1);
            *sequence -= 1;
            pending.push(PendingEvent {
                resource: self.resource_of(&stream),
                sequence: *sequence,
                stream,
                event,
                metadata: Metadata {
                    actor: self.by.clone(),
                    request_id: self.request.clone(),
                    causation: "Test".into(),
                },
            });
        }
        pending.reverse();
        let made = pending.iter().filter_map(|pending| match &pending.event {
            Event::Booking(BookingEvent::BookingConfirmed(made)) => Some(made.booking_id),
            _ => None,
        });
        let made: Vec<_> = made.collect();
        let batch = Batch {
            partition,
            expected: self.heads[&partition],
            recorded_at: self.now,
            events: pending,
            keys: self.keys_of(&made),
        };
        let batch = batch.prepare().unwrap();
        let AppendOutcome::Appended(commit) = self.log.append(&batch).await.unwrap() else {
            panic!("a test has one writer");
        };
        self.heads.insert(partition, commit.head);
        self.events.extend(commit.events.iter().cloned());
    }

    fn keys_of(&self, made: &[BookingId]) -> Vec<(BookingId, WrappedKey)> {
        let key = |id: &BookingId| {
            let given = self.keys.get(id).cloned();
            given.unwrap_or_else(|| WrappedKey(vec![7; WrappedKey::BYTES]))
        };
        made.iter().map(|id| (*id, key(id))).collect()
    }

    fn resource_of(&self, stream: &StreamId) -> ResourceId {
        match stream {
            StreamId::Resource(id) | StreamId::ResourceDay(id, _) => id.clone(),
            StreamId::Booking(id) => {
                let made = self.streams.bookings[id].get().unwrap();
                made.resource().clone()
            }
        }
    }
}

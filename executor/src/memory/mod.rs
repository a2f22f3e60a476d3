//! What an owner knows of its partition.

mod begun;
mod cache;
mod ends;
mod load;
mod loading;
mod restore;
mod stream;
mod time;
mod unreadable;

use std::time::Instant;

use domain::{
    calendar::Timestamp,
    hold::{Hold, LiveHolds},
    partition::Partition,
    stream::StreamId,
};
use eventlog::{Head, LogError, RecordedEvent};

use self::time::PartitionTime;

pub(crate) use begun::{BegunDays, survey};
pub(crate) use cache::StreamCache;
use ends::OtherHistory;
pub(crate) use load::{Found, Loads};
pub(crate) use loading::Loading;
pub(crate) use restore::restore;
pub(crate) use stream::{Aggregate, Stream};
pub(crate) use unreadable::Unreadable;

/// A partition at one position of its log: committed history and nothing else.
///
/// The index of live holds stands exactly at [`Self::head`]. A cold read may see more,
/// which another node appended meanwhile: [`Self::is_behind_reads`] tells, and nothing
/// is decided before the memory has passed the same end of the same history.
#[derive(Debug)]
pub(crate) struct Memory {
    partition: Partition,
    head: Head,
    time: PartitionTime,
    pub(crate) streams: StreamCache,
    pub(crate) holds: LiveHolds,
    pub(crate) loading: Loading,
    pub(crate) begun: BegunDays,
    pub(crate) unreadable: Unreadable,
}

impl Memory {
    /// `holds` are those that live at `head`.
    pub(crate) fn new(
        partition: Partition,
        head: Head,
        holds: LiveHolds,
        cached_streams: usize,
    ) -> Self {
        Self {
            partition,
            head,
            time: PartitionTime::new(head.last_at),
            streams: StreamCache::new(cached_streams),
            holds,
            loading: Loading::at(head),
            begun: BegunDays::new(),
            unreadable: Unreadable::default(),
        }
    }

    pub(crate) const fn head(&self) -> Head {
        self.head
    }

    /// The partition's time: `clock`, yet not before any time it had, unless that is so
    /// far ahead that a clock was wrong.
    pub(crate) fn now(&mut self, clock: Timestamp) -> Timestamp {
        self.time.tell(clock, self.head.last_at, Instant::now())
    }

    /// Applies what the log holds after [`Self::head`], up to `head`. Events
    /// that were applied before are passed over.
    ///
    /// # Errors
    ///
    /// [`LogError::HistoryChanged`] when the events do not lead from the one
    /// head to the other.
    pub(crate) fn advance(&mut self, events: &[RecordedEvent], head: Head) -> Result<(), LogError> {
        for recorded in events {
            if recorded.position <= self.head.position {
                continue;
            }
            if recorded.position != self.head.position.plus(1) {
                return Err(self.history_changed());
            }
            self.apply(recorded);
            self.head.position = recorded.position;
            self.loading
                .pass(recorded.position, recorded.tip)
                .map_err(|OtherHistory| self.history_changed())?;
        }
        if self.head.position != head.position {
            return Err(self.history_changed());
        }
        self.head = head;
        Ok(())
    }

    fn apply(&mut self, recorded: &RecordedEvent) {
        let RecordedEvent {
            stream,
            sequence,
            event,
            ..
        } = recorded;
        if matches!(stream, StreamId::ResourceDay(..)) && *sequence == 1 {
            self.begun.note(stream);
        }
        self.holds.apply(stream, event);
        self.streams.apply(stream, *sequence, event);
        self.loading.note(stream, *sequence, event);
    }

    /// Keeps what a read of [`Self::loading`] found.
    ///
    /// # Errors
    ///
    /// [`LogError::HistoryChanged`] when the read saw another history than this one.
    pub(crate) fn finish_load(&mut self, found: Found) -> Result<(), LogError> {
        let Found { streams, ends } = found;
        self.loading
            .see(&ends)
            .map_err(|OtherHistory| self.history_changed())?;
        for (id, mut stream) in streams {
            self.loading.finish(&id, &mut stream);
            self.unreadable.reads(&id);
            self.streams.insert(&id, stream);
        }
        self.loading.tidy();
        Ok(())
    }

    /// Whether a read saw more of the log than is known here: it is to be caught up with
    /// before anything is decided.
    pub(crate) const fn is_behind_reads(&self) -> bool {
        self.loading.is_ahead()
    }

    /// Keeps a stream that was read at [`Self::head`], under its lock. Another
    /// read of it may be under way, and goes on.
    pub(crate) fn keep(&mut self, id: &StreamId, stream: Stream) {
        self.unreadable.reads(id);
        self.streams.insert(id, stream);
    }

    /// The streams of up to `limit` holds that are due at `now`, and of as many that have
    /// their lease by a clock that was ahead, those aside that are passed over.
    pub(crate) fn to_end(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> impl Iterator<Item = StreamId> + use<'_> {
        let instant = Instant::now();
        let ends = move |hold: &&Hold| !self.unreadable.passes_over(hold, instant);
        let due = self.holds.due(now).filter(ends).take(limit);
        let ahead = self.holds.dated_ahead(now).filter(ends).take(limit);
        due.chain(ahead).flat_map(Hold::day_streams)
    }

    /// Forgets up to `limit` holds that are due at `now`, and as many that have their
    /// lease by a clock that was ahead, those aside that are passed over: of these it is
    /// not known what their days know.
    pub(crate) fn forget_due(&mut self, now: Timestamp, limit: usize) {
        let instant = Instant::now();
        let ends = |hold: &&Hold| !self.unreadable.passes_over(hold, instant);
        let due = self.holds.due(now).filter(ends).take(limit);
        let due = due.chain(self.holds.dated_ahead(now).filter(ends).take(limit));
        let due: Vec<_> = due.map(|hold| hold.id).collect();
        for hold in due {
            self.holds.remove(hold);
        }
    }

    pub(crate) const fn history_changed(&self) -> LogError {
        LogError::HistoryChanged {
            partition: self.partition,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use domain::{
        calendar::{Buffers, SlotCount, Span},
        event::Event,
        hold::Lease,
        ids::{HoldId, SessionId},
        resource::{ResourceEvent, ResourceRetired},
    };
    use eventlog::{Actor, Metadata, Position, Tip};
    use uuid::Uuid;

    use super::*;

    fn stream() -> StreamId {
        StreamId::Resource("studio-a".parse().unwrap())
    }

    /// Event `number` of the stream and of the partition.
    fn recorded(number: u64) -> RecordedEvent {
        RecordedEvent {
            partition: Partition::new(0),
            position: Position::new(number),
            stream: stream(),
            sequence: number,
            event: Event::Resource(ResourceEvent::ResourceRetired(ResourceRetired {
                retired_at: Timestamp::EPOCH,
            })),
            emptied: false,
            metadata: Metadata {
                actor: Actor::System,
                request_id: None,
                causation: String::new(),
            },
            recorded_at: Timestamp::EPOCH,
            hash: [0; 32],
            tip: None,
        }
    }

    /// The same, with the tip that its append left.
    fn tipped(number: u64, tip: i64) -> RecordedEvent {
        RecordedEvent {
            tip: Some(Tip(tip)),
            ..recorded(number)
        }
    }

    fn head(number: u64) -> Head {
        head_of(number, 1)
    }

    fn head_of(number: u64, tip: i64) -> Head {
        Head {
            position: Position::new(number),
            tip: Tip(tip),
            last_at: Timestamp::EPOCH,
        }
    }

    /// What a read found that saw the partition's end at `head`.
    fn found(read: Stream, head: Head) -> Found {
        Found {
            streams: vec![(stream(), read)],
            ends: vec![head],
        }
    }

    fn memory_at(number: u64) -> Memory {
        Memory::new(Partition::new(0), head(number), LiveHolds::default(), 1)
    }

    fn read_up_to(number: u64) -> Stream {
        let mut read = Stream::empty(&stream());
        for recorded in (1..=number).map(recorded) {
            read.apply(recorded.sequence, &recorded.event);
        }
        read
    }

    fn sequence(memory: &Memory) -> Option<u64> {
        memory.streams.get(&stream()).map(|stream| stream.sequence)
    }

    #[test]
    fn a_read_behind_the_tail_gets_what_was_applied_meanwhile() {
        let mut memory = memory_at(3);
        assert!(memory.loading.begin(&stream()));
        memory
            .advance(&[recorded(4), recorded(5)], head(5))
            .unwrap();
        memory.finish_load(found(read_up_to(3), head(3))).unwrap();
        assert!(!memory.is_behind_reads());
        assert_eq!(sequence(&memory), Some(5));
    }

    #[test]
    fn a_read_ahead_of_the_tail_is_caught_up_with_and_not_applied_twice() {
        let mut memory = memory_at(3);
        assert!(memory.loading.begin(&stream()));
        memory.finish_load(found(read_up_to(5), head(5))).unwrap();
        assert!(memory.is_behind_reads());
        memory
            .advance(&[recorded(4), tipped(5, 1)], head(5))
            .unwrap();
        assert!(!memory.is_behind_reads());
        assert_eq!(sequence(&memory), Some(5));
        memory.advance(&[recorded(6)], head(6)).unwrap();
        assert_eq!(sequence(&memory), Some(6));
    }

    #[test]
    fn a_slow_read_misses_nothing_of_a_stream_that_came_and_went_meanwhile() {
        let mut memory = memory_at(3);
        assert!(memory.loading.begin(&stream()));
        memory.advance(&[recorded(4)], head(4)).unwrap();
        memory.keep(&stream(), read_up_to(4));
        memory.advance(&[recorded(5)], head(5)).unwrap();
        memory.streams.insert(
            &StreamId::Resource("b".parse().unwrap()),
            Stream::empty(&stream()),
        );
        memory.streams.evict(|id| *id != stream());
        assert_eq!(sequence(&memory), None);
        memory.finish_load(found(read_up_to(3), head(3))).unwrap();
        assert_eq!(sequence(&memory), Some(5));
    }

    /// A memory at 3 that has a read of the stream under way.
    fn reading() -> Memory {
        let mut memory = memory_at(3);
        assert!(memory.loading.begin(&stream()));
        memory
    }

    #[test]
    fn what_a_read_saw_ahead_is_undone_and_written_past() {
        // In an append of its own, or in the middle of a longer one.
        for event in [tipped(4, 2), recorded(4)] {
            let mut memory = reading();
            memory.finish_load(found(read_up_to(4), head(4))).unwrap();
            assert!(memory.is_behind_reads());
            let advanced = memory.advance(&[event, tipped(5, 3)], head_of(5, 3));
            assert!(matches!(advanced, Err(LogError::HistoryChanged { .. })));
        }
    }

    #[test]
    fn what_a_read_saw_is_undone_before_the_owner_took_it() {
        for end in [head_of(4, 2), head_of(3, 2), head_of(2, 1)] {
            let mut memory = reading();
            memory
                .advance(&[tipped(4, 1), tipped(5, 1)], head(5))
                .unwrap();
            let finished = memory.finish_load(found(read_up_to(4), end));
            assert!(finished.is_err(), "{end:?}");
        }
    }

    #[test]
    fn two_reads_that_saw_two_histories_are_not_believed() {
        let mut memory = reading();
        memory.finish_load(found(read_up_to(4), head(4))).unwrap();
        assert!(memory.loading.begin(&stream()));
        let other = found(read_up_to(4), head_of(4, 2));
        assert!(memory.finish_load(other).is_err());
    }

    #[test]
    fn ends_are_remembered_only_while_a_read_may_have_seen_them() {
        let mut memory = reading();
        for number in 4..=9 {
            memory.advance(&[tipped(number, 1)], head(number)).unwrap();
        }
        memory.finish_load(found(read_up_to(6), head(6))).unwrap();
        assert!(memory.loading.begin(&stream()));
        let old = memory.finish_load(found(read_up_to(6), head(6)));
        assert!(old.is_err(), "it began at 9");
    }

    #[test]
    fn a_hold_whose_day_does_not_read_is_not_forgotten_beside_strays() {
        let mut memory = memory_at(3);
        for (number, resource) in [(1, "studio-a"), (2, "studio-b")] {
            memory.holds.insert(Hold {
                id: HoldId::new(Uuid::from_u128(number)),
                resource: resource.parse().unwrap(),
                session: SessionId::new(Uuid::nil()),
                span: Span::new(Timestamp::EPOCH, SlotCount::from_minutes(60).unwrap()).unwrap(),
                lease: Lease::Presence,
                placed_at: Timestamp::EPOCH,
                renewed_at: Timestamp::EPOCH,
                lease_expires_at: Timestamp::EPOCH.plus_ms(1),
                renewable_until: Timestamp::EPOCH.plus_ms(1),
                renewals: 0,
                buffers: Buffers::NONE,
            });
        }
        let kept = HoldId::new(Uuid::from_u128(1));
        let days: Vec<_> = memory.holds.get(kept).unwrap().day_streams().collect();
        memory.unreadable.failed(&days, Instant::now());
        memory.forget_due(Timestamp::EPOCH.plus_ms(2), 10);
        let left: Vec<_> = memory.holds.iter().map(|hold| hold.id).collect();
        assert_eq!(left, [kept]);
    }

    #[test]
    fn events_that_do_not_follow_the_head_are_another_history() {
        let mut memory = memory_at(3);
        assert!(memory.advance(&[recorded(5)], head(5)).is_err());
        assert!(memory_at(3).advance(&[recorded(4)], head(9)).is_err());
        memory = memory_at(3);
        memory
            .advance(&[recorded(2), recorded(3)], head(3))
            .unwrap();
        assert_eq!(memory.head(), head(3));
    }
}

//! Whole appends out of what a follower delivers.

use std::{collections::VecDeque, ops::Range, sync::Arc};

use eventlog::{Position, RecordedEvent};

/// Events of a partition as they came, cut between appends and never within one.
///
/// A command is appended all at once; views and viewers that never see half an
/// append never see half a command.
#[derive(Debug, Default)]
pub(crate) struct Appends {
    chunks: VecDeque<Chunk>,
    /// How many events up to the last end of an append.
    whole: usize,
    /// How many events after it.
    begun: usize,
}

/// Part of what a follower delivered at once.
#[derive(Debug, Clone)]
struct Chunk {
    events: Arc<[RecordedEvent]>,
    range: Range<usize>,
}

impl Chunk {
    fn as_slice(&self) -> &[RecordedEvent] {
        &self.events[self.range.clone()]
    }
}

/// Whole appends, in order and without gaps; never empty.
#[derive(Debug, Clone)]
pub(crate) struct WholeAppends {
    chunks: Vec<Chunk>,
}

impl Appends {
    /// Takes what came next.
    pub(crate) fn push(&mut self, events: Arc<[RecordedEvent]>) {
        match events.iter().rposition(ends_append) {
            Some(last) => {
                self.whole += self.begun + last + 1;
                self.begun = events.len() - last - 1;
            }
            None => self.begun += events.len(),
        }
        let range = 0..events.len();
        self.chunks.push_back(Chunk { events, range });
    }

    /// How many events of whole appends there are.
    pub(crate) const fn len(&self) -> usize {
        self.whole
    }

    /// The whole appends that came, up to about `limit` events: an append that
    /// alone is larger is given whole. None when there is no whole append.
    pub(crate) fn take(&mut self, limit: usize) -> Option<WholeAppends> {
        let count = self.cut(limit)?;
        self.whole -= count;
        let mut missing = count;
        let mut chunks = Vec::new();
        while let Some(chunk) = self.chunks.front_mut().filter(|_| missing > 0) {
            let taken = missing.min(chunk.range.len());
            let middle = chunk.range.start + taken;
            chunks.push(Chunk {
                events: Arc::clone(&chunk.events),
                range: chunk.range.start..middle,
            });
            chunk.range.start = middle;
            if chunk.range.is_empty() {
                self.chunks.pop_front();
            }
            missing -= taken;
        }
        Some(WholeAppends { chunks })
    }

    /// How many events to take: to the last end of an append within `limit`,
    /// else to the first.
    fn cut(&self, limit: usize) -> Option<usize> {
        if self.whole <= limit {
            return (self.whole > 0).then_some(self.whole);
        }
        let events = self.chunks.iter().flat_map(Chunk::as_slice);
        let ends = events.enumerate().filter(|(_, event)| ends_append(event));
        let mut cut = None;
        for (index, _) in ends {
            if index >= limit && cut.is_some() {
                break;
            }
            cut = Some(index + 1);
            if index >= limit {
                break;
            }
        }
        cut
    }
}

fn ends_append(event: &RecordedEvent) -> bool {
    event.tip.is_some()
}

impl WholeAppends {
    /// The events.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &RecordedEvent> + Clone {
        self.chunks.iter().flat_map(Chunk::as_slice)
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.range.len()).sum()
    }

    /// The last event.
    pub(crate) fn last(&self) -> &RecordedEvent {
        let last = self.chunks.last().and_then(|chunk| chunk.as_slice().last());
        last.expect("a batch has at least one event")
    }

    /// Its position, up to which all is applied once the batch is.
    pub(crate) fn position(&self) -> Position {
        self.last().position
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        calendar::Timestamp,
        event::Event,
        ids::ResourceId,
        partition::Partition,
        resource::{ResourceEvent, ResourceRetired},
        stream::StreamId,
    };
    use eventlog::{Actor, Metadata, Tip};

    use super::*;

    /// The events from `first` on; `|` stands after each that ends an append.
    fn events(first: u64, shape: &str) -> Arc<[RecordedEvent]> {
        let studio: ResourceId = "studio-a".parse().expect("an id");
        let mut events: Vec<RecordedEvent> = Vec::new();
        for mark in shape.chars() {
            if mark == '|' {
                events.last_mut().expect("an event").tip = Some(Tip(1));
                continue;
            }
            let position = Position::new(first + events.len() as u64);
            events.push(RecordedEvent {
                partition: Partition::new(0),
                position,
                stream: StreamId::Resource(studio.clone()),
                sequence: position.get(),
                event: Event::Resource(ResourceEvent::ResourceRetired(ResourceRetired {
                    retired_at: Timestamp::EPOCH,
                })),
                emptied: false,
                metadata: Metadata {
                    actor: Actor::System,
                    request_id: None,
                    causation: "Test".into(),
                },
                recorded_at: Timestamp::EPOCH,
                hash: [0; 32],
                tip: None,
            });
        }
        events.into()
    }

    /// The positions of the batches that come of `items`, each up to `limit`.
    fn batches(items: &[&str], limit: usize) -> Vec<Vec<u64>> {
        let mut appends = Appends::default();
        let (mut first, mut batches) = (1, Vec::new());
        for shape in items {
            let item = events(first, shape);
            first += item.len() as u64;
            appends.push(item);
            while let Some(batch) = appends.take(limit) {
                let positions: Vec<_> = batch.iter().map(|event| event.position.get()).collect();
                assert_eq!(batch.len(), positions.len());
                assert_eq!(Some(&batch.position().get()), positions.last());
                batches.push(positions);
            }
        }
        batches
    }

    #[test]
    fn the_rest_of_an_append_is_waited_for() {
        assert_eq!(
            batches(&["ab|c", "d", "e|"], 100),
            [vec![1, 2], vec![3, 4, 5]]
        );
        assert_eq!(batches(&["abc"], 100), Vec::<Vec<u64>>::new());
    }

    #[test]
    fn a_batch_is_cut_between_appends() {
        let expected = [vec![1, 2, 3], vec![4, 5], vec![6]];
        assert_eq!(batches(&["a|bc|de|f|"], 4), [vec![1, 2, 3], vec![4, 5, 6]]);
        assert_eq!(batches(&["abc|de|f|"], 3), [vec![1, 2, 3], vec![4, 5, 6]]);
        assert_eq!(batches(&["abc|de|f|"], 2), expected);
    }

    #[test]
    fn an_append_beyond_the_limit_is_given_whole() {
        assert_eq!(batches(&["abcd|e|"], 2), [vec![1, 2, 3, 4], vec![5]]);
        assert_eq!(
            batches(&["ab", "cd", "e|f|"], 1),
            [vec![1, 2, 3, 4, 5], vec![6]]
        );
    }

    #[test]
    fn what_came_apart_is_taken_together() {
        let mut appends = Appends::default();
        for (first, shape) in [(1, "a|"), (2, "bc|"), (4, "d")] {
            appends.push(events(first, shape));
        }
        assert_eq!(appends.len(), 3);
        let batch = appends.take(100).expect("whole appends");
        assert_eq!((batch.len(), batch.position()), (3, Position::new(3)));
        assert_eq!(appends.len(), 0);
    }
}

use std::collections::{BTreeMap, VecDeque};

use domain::partition::Partition;
use tokio::sync::oneshot;

use super::{PreparedBatch, attempt::Attempt};

/// How large a joint append may become. What is in it waits for all of it, and past
/// this loses more by that than it gains. A batch that is larger goes alone.
const SIZE_MAX: Size = Size {
    events: 2_048,
    bytes: 2 << 20,
};

/// What became of batches.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    events: usize,
    /// Of payloads and metadata.
    bytes: usize,
}

/// A batch that waits for its first try.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) batch: PreparedBatch,
    pub(super) tell: oneshot::Sender<Tried>,
}

/// What a joint append says about one of its batches.
#[derive(Debug)]
pub(super) enum Tried {
    Attempt(Attempt),
    /// It wrote nothing, and does not say whose fault that is: each is to be tried alone.
    Apart,
}

/// Batches that go together, in ascending order of their partitions.
pub(super) type Together = BTreeMap<Partition, Waiting>;

/// Takes what goes together next, in the order in which it came, as far as the limits
/// let it: of each partition one, and nothing whose caller has gone.
pub(super) fn gather(waiting: &mut VecDeque<Waiting>) -> Together {
    take(waiting, SIZE_MAX)
}

fn take(waiting: &mut VecDeque<Waiting>, size_max: Size) -> Together {
    let mut together = Together::new();
    let mut left = VecDeque::new();
    let mut size = Size::default();
    let mut full = false;
    for next in waiting.drain(..).filter(|next| !next.tell.is_closed()) {
        let partition = next.batch.partition();
        let with = size.and(&next.batch);
        let fits = with.events <= size_max.events && with.bytes <= size_max.bytes;
        full |= !fits && !together.is_empty();
        if full || together.contains_key(&partition) {
            left.push_back(next);
            continue;
        }
        size = with;
        together.insert(partition, next);
    }
    *waiting = left;
    together
}

impl Size {
    fn and(self, batch: &PreparedBatch) -> Self {
        let rows = batch.rows();
        Self {
            events: self.events + rows.events.len(),
            bytes: self.bytes + rows.bytes,
        }
    }
}

impl Waiting {
    /// Tells its caller.
    pub(super) fn tell(self, tried: Tried) {
        // Fails when its caller has gone.
        let _ = self.tell.send(tried);
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        calendar::{SeatCount, SlotMask, Timestamp},
        event::Event,
        ids::{BookingId, ResourceId},
        resource_day::{ResourceDayEvent, SlotsBooked},
        stream::StreamId,
    };
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{Actor, Batch, Head, Metadata, PendingEvent};

    const SMALL: Size = Size {
        events: 8,
        bytes: 2_000,
    };

    fn batch(partition: u16, events: u64, causation: usize) -> PreparedBatch {
        let resource: ResourceId = "studio-a".parse().expect("a resource's name");
        let day = "2026-11-24".parse().expect("a day");
        let partition = Partition::new(partition);
        let event = |sequence| PendingEvent {
            stream: StreamId::ResourceDay(ResourceId::clone(&resource), day),
            sequence,
            event: Event::ResourceDay(ResourceDayEvent::SlotsBooked(SlotsBooked {
                booking_id: BookingId::from_bits(partition, [1; 16]),
                slots: SlotMask::from_bits(1),
                buffer: SlotMask::EMPTY,
                quantity: SeatCount::ONE,
            })),
            metadata: Metadata {
                actor: Actor::System,
                request_id: None,
                causation: "c".repeat(causation),
            },
            resource: ResourceId::clone(&resource),
        };
        let batch = Batch {
            partition,
            expected: Head::START,
            recorded_at: Timestamp::EPOCH,
            events: (1..=events).map(event).collect(),
            keys: Vec::new(),
        };
        batch.prepare().expect("it has events")
    }

    /// Partition, events, length of a word in each, and whether its caller has gone.
    fn drawn() -> impl Strategy<Value = Vec<(u16, u64, usize, bool)>> {
        vec(
            (
                0..5_u16,
                1..12_u64,
                0..600_usize,
                proptest::bool::weighted(0.1),
            ),
            0..24,
        )
    }

    proptest! {
        #[test]
        fn all_who_wait_are_sent_in_their_order_within_the_limits(drawn in drawn()) {
            let mut callers = Vec::new();
            let mut waiting = VecDeque::new();
            for (nth, (partition, events, causation, gone)) in drawn.iter().enumerate() {
                let (tell, told) = oneshot::channel();
                if !gone {
                    callers.push((nth, *partition, told));
                }
                waiting.push_back(Waiting { batch: batch(*partition, *events, *causation), tell });
            }
            let mut sent: Vec<(usize, Partition, u64)> = Vec::new();
            for turn in 0.. {
                let first = waiting.iter().find(|one| !one.tell.is_closed());
                let first = first.map(|one| one.batch.partition());
                let together = take(&mut waiting, SMALL);
                let Some(first) = first else {
                    prop_assert!(together.is_empty() && waiting.is_empty());
                    break;
                };
                prop_assert!(together.contains_key(&first));
                let size = together.values().fold(Size::default(), |size, one| size.and(&one.batch));
                let fits = size.events <= SMALL.events && size.bytes <= SMALL.bytes;
                prop_assert!(fits || together.len() == 1);
                for (partition, one) in together {
                    let events = one.batch.rows().events.len() as u64;
                    sent.push((turn, partition, events));
                }
            }
            // Each once, and those of a partition in their order.
            prop_assert_eq!(sent.len(), callers.len());
            for number in 0..5 {
                let of_it = sent.iter().filter(|(_, partition, _)| partition.get() == number);
                let of_it: Vec<u64> = of_it.map(|(_, _, events)| *events).collect();
                let wanted = callers.iter().filter(|(_, partition, _)| *partition == number);
                let wanted: Vec<u64> = wanted.map(|(nth, _, _)| drawn[*nth].1).collect();
                prop_assert_eq!(of_it, wanted);
            }
        }
    }
}

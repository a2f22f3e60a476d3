//! The log that is folded: visits of some minutes ago.

use std::collections::BTreeMap;

use domain::{
    calendar::{Day, Timestamp},
    ids::ResourceId,
    partition::Partition,
    resource::{ResourceEvent, ResourceRegistered},
    stream::StreamId,
};
use eventlog::{Actor, AppendOutcome, AttendeeCipher, Batch, Log, Metadata, PendingEvent};
use tokio::task::JoinSet;

use super::visit::{Sequences, Step, VISITS_A_DAY, Visit};
use crate::{
    Outcome,
    draw::Dice,
    ours::{master_key, resource, settings},
};

/// Days of a resource that have visits.
const DAYS: u32 = 250;
/// Days that are visited at the same time: 300 people look at each resource.
const DAYS_AT_ONCE: usize = 50;
/// The first of them.
const FIRST_DAY: &str = "2040-01-01";
/// Events that come of a hundred visits, as the dice fall.
const EVENTS_OF_100_VISITS: u32 = 505;

/// When each step of a visit is, after the one before it. The last one is after the
/// ends of all leases.
const STEPS_MS: [u64; 4] = [1_000, 4_000, 4_000, 20_000];
/// When the first visit was, before the log is written.
const AGO_MS: i64 = 86_400_000;

/// Writes about `events` through the log's own append, a task for each partition.
/// Returns how many it wrote.
///
/// # Errors
///
/// When the log refuses.
pub(super) async fn write(log: &Log, events: u32) -> Outcome<u64> {
    let days = events / EVENTS_OF_100_VISITS * 100 / u32::from(VISITS_A_DAY);
    let (resources, days) = (days.div_ceil(DAYS), DAYS.min(days));
    let mut partitions: BTreeMap<Partition, Vec<ResourceId>> = BTreeMap::new();
    for resource in (0..resources).map(resource) {
        let partition = log.partition_of(&resource);
        partitions.entry(partition).or_default().push(resource);
    }
    let mut writing = JoinSet::new();
    for (partition, resources) in partitions {
        let writer = Writer {
            log: log.clone(),
            cipher: AttendeeCipher::new(master_key()),
            partition,
            dice: Dice::new(partition.get().into()),
            now: Timestamp::from_ms(log.clock().now().ms() - AGO_MS)?,
            written: 0,
        };
        writing.spawn(writer.run(resources, days));
    }
    let mut written = 0;
    while let Some(partition) = writing.join_next().await {
        written += partition??;
    }
    Ok(written)
}

struct Writer {
    log: Log,
    cipher: AttendeeCipher,
    partition: Partition,
    dice: Dice,
    now: Timestamp,
    written: u64,
}

impl Writer {
    async fn run(mut self, resources: Vec<ResourceId>, days: u32) -> Outcome<u64> {
        let first: Day = FIRST_DAY.parse()?;
        let days: Vec<Day> = (0..days).filter_map(|nth| first.plus(nth)).collect();
        for resource in resources {
            self.register(&resource).await?;
            for days in days.chunks(DAYS_AT_ONCE) {
                self.visit(&resource, days).await?;
            }
        }
        Ok(self.written)
    }

    async fn register(&mut self, resource: &ResourceId) -> Outcome<()> {
        let mut batch = self.batch(0).await?;
        let registered = ResourceEvent::ResourceRegistered(ResourceRegistered {
            settings: settings(),
            registered_at: batch.recorded_at,
        });
        batch.events.push(PendingEvent {
            stream: StreamId::Resource(resource.clone()),
            sequence: 1,
            event: registered.into(),
            metadata: Metadata {
                actor: Actor::Admin("bench".into()),
                request_id: None,
                causation: "PutResource".into(),
            },
            resource: resource.clone(),
        });
        self.append(&batch).await
    }

    /// All visits of some days of a resource, step by step.
    async fn visit(&mut self, resource: &ResourceId, days: &[Day]) -> Outcome<()> {
        let (mut visits, mut sequences) = (Vec::new(), Sequences::new());
        for (nth_step, after_ms) in STEPS_MS.into_iter().enumerate() {
            let mut batch = self.batch(after_ms).await?;
            if nth_step == 0 {
                for place in days
                    .iter()
                    .flat_map(|day| (0..VISITS_A_DAY).map(|nth| (*day, nth)))
                {
                    let (dice, now) = (&mut self.dice, batch.recorded_at);
                    visits.push(Visit::new(dice, self.partition, resource, place, now)?);
                }
            }
            let mut step = Step {
                batch: &mut batch,
                sequences: &mut sequences,
                cipher: &self.cipher,
            };
            for visit in &mut visits {
                match nth_step {
                    0 => visit.place(&mut step),
                    1 => visit.renew(&mut step),
                    2 => visit.book(&mut step)?,
                    _ => visit.end(&mut step)?,
                }
            }
            self.append(&batch).await?;
        }
        Ok(())
    }

    /// An empty batch, some time after the one before.
    async fn batch(&mut self, after_ms: u64) -> Outcome<Batch> {
        self.now = self.now.plus_ms(after_ms);
        Ok(Batch {
            partition: self.partition,
            expected: self.log.head(self.partition).await?,
            recorded_at: self.now,
            events: Vec::new(),
            keys: Vec::new(),
        })
    }

    async fn append(&mut self, batch: &Batch) -> Outcome<()> {
        let events = batch.events.len() as u64;
        match self.log.append(&batch.clone().prepare()?).await? {
            AppendOutcome::Appended(_) => self.written += events,
            AppendOutcome::Missed => return Err("somebody else writes this partition".into()),
        }
        Ok(())
    }
}

use domain::{hold::LiveHolds, partition::Partition};
use eventlog::{Log, LogError};
use projections::view;

use super::memory::Memory;

/// What an owner must know before it decides anything: the holds that live at
/// the head, by presence at its checkpoint and the log after it.
///
/// # Errors
///
/// [`LogError::Database`], [`LogError::Decode`].
pub(super) async fn rebuild(
    log: &Log,
    partition: Partition,
    cached_streams: usize,
) -> Result<Memory, LogError> {
    let (presence, mut after) = view::live_holds(log, partition).await?;
    let mut holds = LiveHolds::default();
    for hold in presence {
        holds.insert(hold);
    }
    loop {
        let tail = log.read_partition(partition, after).await?;
        for recorded in &tail.events {
            holds.apply(&recorded.stream, &recorded.event);
        }
        after = tail.head.position;
        if !tail.more {
            return Ok(Memory::new(partition, tail.head, holds, cached_streams));
        }
    }
}

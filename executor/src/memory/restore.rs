use domain::{hold::LiveHolds, partition::Partition};
use eventlog::{Log, LogError, Standing};

use super::Memory;

/// What an owner must know before it decides anything: the holds that live at
/// the head, by presence at its checkpoint and the log after it.
///
/// # Errors
///
/// [`LogError::Database`], [`LogError::Decode`]; [`LogError::HistoryChanged`] when the log
/// was put back meanwhile.
pub(crate) async fn restore(
    log: &Log,
    standing: &dyn Standing,
    partition: Partition,
    cached_streams: usize,
) -> Result<Memory, LogError> {
    let (presence, after) = standing.live_holds(partition).await?;
    let mut holds = LiveHolds::default();
    for hold in presence {
        holds.insert(hold);
    }
    let mut tail = log.read_partition(partition, after).await?;
    loop {
        for recorded in &tail.events {
            holds.apply(&recorded.stream, &recorded.event);
        }
        if !tail.more {
            return Ok(Memory::new(partition, tail.head, holds, cached_streams));
        }
        // By its tip, so that all pages are of one history.
        tail = log.read_tail(partition, tail.head).await?;
    }
}

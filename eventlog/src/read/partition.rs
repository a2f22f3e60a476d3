use domain::partition::Partition;
use sqlx::PgConnection;

use super::{PAGE_EVENTS_MAX, Page, Tail, read_page};
use crate::{Head, LogError, Position, RecordedEvent, Tip, planted::Defect};

/// What was appended after `seen`, with the time of the read.
///
/// # Errors
///
/// [`LogError::HistoryChanged`] when the head is below `seen` or the event at
/// it does not carry its tip; as [`read_page`].
pub(crate) async fn read_tail(
    connection: &mut PgConnection,
    partition: Partition,
    seen: Head,
) -> Result<Page, LogError> {
    let page = read_page(connection, partition, seen.position, PAGE_EVENTS_MAX).await?;
    let tip = page.anchor.map(|anchor| anchor.tip);
    let known = tip == Some(seen.tip) || Defect::TipIgnored.is_planted();
    if seen.position == Position::START || known {
        Ok(page)
    } else {
        Err(LogError::HistoryChanged { partition })
    }
}

/// Events after `after`, with the time of the read.
///
/// # Errors
///
/// [`LogError::HistoryChanged`] when the log ends before `after`; as [`read_page`].
pub(crate) async fn read_partition(
    connection: &mut PgConnection,
    partition: Partition,
    after: Position,
) -> Result<Page, LogError> {
    let page = read_page(connection, partition, after, PAGE_EVENTS_MAX).await?;
    if after > page.head.position {
        return Err(LogError::HistoryChanged { partition });
    }
    Ok(page)
}

impl Page {
    /// The page as a tail. When more follows, it ends with an append, unless
    /// that is larger than a page: so its head has a tip that the next read
    /// can check.
    pub(crate) fn into_tail(mut self) -> Tail {
        let more = self.more();
        if more && let Some(last) = self.events.iter().rposition(|event| event.tip.is_some()) {
            self.events.truncate(last + 1);
        }
        let last = self.events.last().filter(|_| more);
        Tail {
            head: last.map_or(self.head, head_at),
            events: self.events,
            more,
        }
    }
}

/// The end that the partition had when `event` was its last.
fn head_at(event: &RecordedEvent) -> Head {
    Head {
        position: event.position,
        tip: event.tip.unwrap_or(Tip::NONE),
        last_at: event.recorded_at,
    }
}

use bytes::Bytes;
use domain::calendar::Day;
use eventlog::{GlobalPosition, Position};

use super::frame::{self, Kind};

/// What the viewers of a range of days are to see: the newest frames of each of
/// its days, all of them as of one position.
///
/// It grows with the days and not with viewers or with what they have not read.
#[derive(Debug)]
pub(super) struct Board {
    /// Up to which all changes of the days are in the frames.
    pub(super) position: GlobalPosition,
    /// Rises when the history that the frames were folded from is undone.
    pub(super) generation: u64,
    /// The event that changed last what lists go by beside bookings; 0 when none has.
    lists_changed_by: Position,
    first: Day,
    days: Vec<[Frame; Kind::ALL.len()]>,
}

/// The newest frame of a kind.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// No event after this position has changed what it shows.
    pub(super) changed_by: Position,
    pub(super) bytes: Bytes,
}

/// A frame that has changed.
#[derive(Debug, Clone)]
pub(super) struct Update {
    pub(super) day: Day,
    pub(super) kind: Kind,
    pub(super) frame: Frame,
}

impl Board {
    /// A board of the frames of consecutive days from `first` on.
    pub(super) const fn new(
        position: GlobalPosition,
        generation: u64,
        lists_changed_by: Position,
        first: Day,
        days: Vec<[Frame; Kind::ALL.len()]>,
    ) -> Self {
        Self {
            position,
            generation,
            lists_changed_by,
            first,
            days,
        }
    }

    /// Puts up what has changed up to `position`. All of it at once, so that
    /// nobody is given that position with some of it missing.
    pub(super) fn put_up<'a>(
        &mut self,
        updates: impl Iterator<Item = &'a Update>,
        lists_changed: bool,
        position: Position,
    ) {
        if lists_changed {
            self.lists_changed_by = position;
        }
        for update in updates {
            let index = usize::try_from(update.day.days_since(self.first));
            if let Some(day) = index.ok().and_then(|index| self.days.get_mut(index)) {
                day[update.kind as usize] = update.frame.clone();
            }
        }
        self.position.position = position;
    }

    /// The frames that a viewer lacks who has been sent all up to `sent`.
    pub(super) fn news(&self, sent: Option<Position>) -> Vec<Bytes> {
        // Who has been sent nothing may have read lists before an exception came.
        let seen = sent.unwrap_or(Position::START);
        let resource = (self.lists_changed_by > seen).then_some(frame::RESOURCE);
        let days = self
            .days
            .iter()
            .flatten()
            .filter(|frame| sent.is_none_or(|sent| frame.changed_by > sent))
            .map(|frame| frame.bytes.clone());
        resource.into_iter().chain(days).collect()
    }
}

use bytes::Bytes;
use domain::calendar::Day;
use eventlog::{GlobalPosition, Position};

use super::frame::Kind;

/// What the viewers of a range of days are to see: the newest frames of each of
/// its days and of their resource, all of them as of one position.
///
/// It grows with the days and not with viewers or with what they have not read.
#[derive(Debug)]
pub(super) struct Board {
    /// Up to which all changes of the days are in the frames.
    pub(super) position: GlobalPosition,
    /// Rises when the history that the frames were folded from is undone.
    pub(super) generation: u64,
    resource: Frame,
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

/// What a frame is of.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    Resource,
    Day(Day, Kind),
}

/// A frame that has changed.
#[derive(Debug, Clone)]
pub(super) struct Update {
    pub(super) of: What,
    pub(super) frame: Frame,
}

impl Board {
    /// A board of the frames of a resource and of consecutive days from `first` on.
    pub(super) const fn new(
        position: GlobalPosition,
        generation: u64,
        resource: Frame,
        first: Day,
        days: Vec<[Frame; Kind::ALL.len()]>,
    ) -> Self {
        Self {
            position,
            generation,
            resource,
            first,
            days,
        }
    }

    /// Puts up what has changed up to `position`. All of it at once, so that
    /// nobody is given that position with some of it missing.
    pub(super) fn put_up<'a>(
        &mut self,
        updates: impl Iterator<Item = &'a Update>,
        position: Position,
    ) {
        for update in updates {
            let frame = match update.of {
                What::Resource => Some(&mut self.resource),
                What::Day(day, kind) => {
                    let index = usize::try_from(day.days_since(self.first)).ok();
                    let day = index.and_then(|index| self.days.get_mut(index));
                    day.map(|day| &mut day[kind as usize])
                }
            };
            if let Some(frame) = frame {
                *frame = update.frame.clone();
            }
        }
        self.position.position = position;
    }

    /// The frames that a viewer lacks who has been sent all up to `sent`.
    pub(super) fn news(&self, sent: Option<Position>) -> impl Iterator<Item = Bytes> {
        let all = std::iter::once(&self.resource).chain(self.days.iter().flatten());
        let lacked = all.filter(move |frame| sent.is_none_or(|sent| frame.changed_by > sent));
        lacked.map(|frame| frame.bytes.clone())
    }
}

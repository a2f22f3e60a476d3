use eventlog::Position;

use super::{Round, ViewerPosition, partition::Reached, seat::Seat};

/// What one viewer has been sent of all its boards, and what comes next.
#[derive(Debug)]
pub(super) struct Rounds {
    seats: Vec<Seat>,
    /// Those of the seats, by the index that a seat has.
    partitions: Vec<Known>,
    /// Whether the viewer must be told that what it knows is void.
    lost: bool,
    /// Whether a round is to come without waiting, even an empty one.
    due: bool,
}

/// How much a viewer knows of a partition.
#[derive(Debug)]
pub(super) struct Known {
    reached: Reached,
    /// Up to which everything of it that is watched has been sent; none when nothing has.
    sent: Option<Position>,
}

impl Known {
    /// Of a partition whose feed is at `reached`, of which all up to `sent` has been sent.
    pub(super) const fn new(reached: Reached, sent: Option<Position>) -> Self {
        Self { reached, sent }
    }

    pub(super) const fn sent(&self) -> Option<Position> {
        self.sent
    }

    /// All of it is to be sent again.
    pub(super) const fn forget(&mut self) {
        self.sent = None;
    }
}

impl Rounds {
    /// Of a viewer on `seats`, which are all of `partitions`. Who is `lost` is told so first.
    pub(super) const fn new(seats: Vec<Seat>, partitions: Vec<Known>, lost: bool) -> Self {
        Self {
            seats,
            partitions,
            lost,
            due: true,
        }
    }

    pub(super) fn seats(&mut self) -> &mut [Seat] {
        &mut self.seats
    }

    /// What the boards have for this viewer, if anything. `reached` tells how far the feed
    /// of a partition is.
    pub(super) fn round(&mut self, reached: impl Fn(usize) -> Reached) -> Option<Round> {
        // Before the boards: all up to there is then on each of them.
        for (index, partition) in self.partitions.iter_mut().enumerate() {
            partition.reached = reached(index);
        }
        for seat in &mut self.seats {
            self.lost |= seat.turned();
        }
        if std::mem::take(&mut self.lost) {
            self.forget();
            return Some(Round::Reset);
        }
        if !self.stands() {
            return None;
        }
        let mut frames = Vec::new();
        for seat in &mut self.seats {
            seat.news(&mut frames);
        }
        if frames.is_empty() && !self.due {
            return None;
        }
        self.due = false;
        let id = self.advance()?;
        Some(Round::Days { frames, id })
    }

    fn forget(&mut self) {
        self.due = true;
        self.partitions.iter_mut().for_each(Known::forget);
        self.seats.iter_mut().for_each(Seat::forget);
    }

    /// Whether all boards are of one history, and of the one that stands. Until they
    /// are, no id could be given: the last of them to come wakes the viewer.
    fn stands(&self) -> bool {
        let reached = |of: usize| self.partitions[of].reached;
        let mut pairs = self.partitions.windows(2);
        let mut seats = self.seats.iter();
        pairs.all(|pair| pair[0].reached.at.epoch == pair[1].reached.at.epoch)
            && seats.all(|seat| reached(seat.partition).generation == seat.generation())
    }

    /// Up to where everything has now been sent. A viewer that comes from another node
    /// may know more of its days than has happened to them here since they were watched.
    fn advance(&mut self) -> Option<ViewerPosition> {
        let mut all = Vec::with_capacity(self.partitions.len());
        for partition in &mut self.partitions {
            let mut at = partition.reached.at;
            let sent = partition.sent;
            at.position = sent.map_or(at.position, |sent| sent.max(at.position));
            partition.sent = Some(at.position);
            all.push(at);
        }
        ViewerPosition::new(all)
    }
}

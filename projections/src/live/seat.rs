use bytes::Bytes;
use eventlog::Position;
use tokio::sync::watch;

use super::board::Board;

/// What one viewer has been sent of one board.
#[derive(Debug)]
pub(super) struct Seat {
    /// Which of its viewer's partitions the board is of.
    pub(super) partition: usize,
    pub(super) board: watch::Receiver<Board>,
    /// That of the board whose frames were sent last.
    generation: u64,
    /// Up to which all of the board has been sent; none when nothing has.
    sent: Option<Position>,
}

impl Seat {
    /// Of a viewer who has been sent all up to `sent`.
    pub(super) fn new(
        partition: usize,
        board: watch::Receiver<Board>,
        sent: Option<Position>,
    ) -> Self {
        let generation = board.borrow().generation;
        Self {
            partition,
            board,
            generation,
            sent,
        }
    }

    /// Whether the history that the viewer saw has been undone since it was asked
    /// the last time.
    pub(super) fn turned(&mut self) -> bool {
        let generation = self.board.borrow().generation;
        std::mem::replace(&mut self.generation, generation) != generation
    }

    /// Which history the viewer sees.
    pub(super) const fn generation(&self) -> u64 {
        self.generation
    }

    /// All of it is to be sent again.
    pub(super) const fn forget(&mut self) {
        self.sent = None;
    }

    /// Adds the frames that the viewer lacks.
    pub(super) fn news(&mut self, frames: &mut Vec<Bytes>) {
        let board = self.board.borrow();
        let end = board.position.position;
        if self.sent.is_some_and(|sent| sent >= end) {
            return;
        }
        frames.extend(board.news(self.sent));
        self.sent = Some(end);
    }
}

use eventlog::Position;
use tokio::sync::watch;

use super::{Round, board::Board};

/// What one viewer has been sent of a board, and what comes next.
#[derive(Debug)]
pub(super) struct Rounds {
    board: watch::Receiver<Board>,
    /// That of the board whose frames were sent last.
    generation: u64,
    /// Up to which every watched day has been sent; none when none has.
    sent: Option<Position>,
    /// Whether the viewer must be told that what it knows is void.
    lost: bool,
    /// Whether a round is to come without waiting, even an empty one.
    due: bool,
}

impl Rounds {
    pub(super) fn new(board: watch::Receiver<Board>, sent: Option<Position>, lost: bool) -> Self {
        let generation = board.borrow().generation;
        Self {
            board,
            generation,
            sent,
            lost,
            due: true,
        }
    }

    /// The next round, once there is one. Cancel-safe. `None` when the board changes no
    /// more.
    pub(super) async fn next(&mut self) -> Option<Round> {
        loop {
            if !self.due {
                self.board.changed().await.ok()?;
            }
            if let Some(round) = self.round() {
                return Some(round);
            }
        }
    }

    /// What the board has for this viewer, if anything.
    pub(super) fn round(&mut self) -> Option<Round> {
        let board = self.board.borrow_and_update();
        if board.generation != self.generation {
            self.generation = board.generation;
            self.lost = true;
        }
        if std::mem::take(&mut self.lost) {
            self.sent = None;
            self.due = true;
            return Some(Round::Reset);
        }
        let frames = board.news(self.sent);
        if frames.is_empty() && !self.due {
            return None;
        }
        // A viewer that comes from another node may know more of its days than
        // has happened to them here since they were watched.
        let mut id = board.position;
        id.position = self.sent.map_or(id.position, |sent| sent.max(id.position));
        self.sent = Some(id.position);
        self.due = false;
        Some(Round::Days { frames, id })
    }
}

use axum::http::HeaderMap;
use domain::partition::Partition;
use eventlog::{Epoch, GlobalPosition};

use crate::{
    app::App,
    problem::{Code, Problem},
};

use super::{POSITION_HEADER, Parameters};

/// The position that a read must show at least: `?after=`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct After(Option<GlobalPosition>);

/// The position up to which an answer shows everything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown(pub(crate) GlobalPosition);

impl After {
    /// Takes `after` out of a query.
    ///
    /// # Errors
    ///
    /// `invalid_position`.
    pub(crate) fn take(parameters: &mut Parameters) -> Result<Self, Problem> {
        let right = "positions are what Slotkeeper-Position carried, unchanged";
        let after = parameters.parsed("after", Code::InvalidPosition, right)?;
        Ok(Self(after))
    }

    /// Waits until this node shows the position, within the limit of patience;
    /// the answer is what a read from now on shows at least.
    ///
    /// # Errors
    ///
    /// `epoch_changed`, `position_elsewhere`, `position_beyond_end`, `not_yet_applied`.
    pub(crate) async fn shown(self, app: &App, partition: Partition) -> Result<Shown, Problem> {
        let after = self.checked(app, partition)?;
        if let Some(after) = after {
            let patience = app.http.after_wait();
            let feed = &app.feed;
            feed.wait_for(partition, after.position, patience).await?;
        }
        let shown = app.feed.position(partition);
        if let Some(after) = after {
            same_history(after, shown.epoch, app.log.epoch())?;
        }
        Ok(Shown(shown))
    }

    /// Waits until the views have the position, within the limit of patience.
    ///
    /// # Errors
    ///
    /// `epoch_changed`, `invalid_position`, `position_beyond_end`, `not_yet_applied`.
    pub(crate) async fn in_views(self, app: &App) -> Result<(), Problem> {
        match self.0 {
            Some(after) => self.in_views_of(app, after.partition).await,
            None => Ok(()),
        }
    }

    /// Waits until the views have the position, which must be of this partition,
    /// within the limit of patience.
    ///
    /// # Errors
    ///
    /// `epoch_changed`, `position_elsewhere`, `position_beyond_end`, `not_yet_applied`.
    pub(crate) async fn in_views_of(self, app: &App, partition: Partition) -> Result<(), Problem> {
        if let Some(after) = self.checked(app, partition)? {
            let patience = app.http.after_wait();
            let views = &app.views;
            views.wait_for(partition, after.position, patience).await?;
            let epoch = app.log.epoch();
            same_history(after, epoch, epoch)?;
        }
        Ok(())
    }

    /// The position, when it is of this log's history and of this partition.
    ///
    /// # Errors
    ///
    /// `epoch_changed`, `position_elsewhere`.
    pub(crate) fn checked(
        self,
        app: &App,
        partition: Partition,
    ) -> Result<Option<GlobalPosition>, Problem> {
        let Some(after) = self.0 else {
            return Ok(None);
        };
        if after.epoch != app.log.epoch() {
            return Err(other_history());
        }
        if after.partition != partition {
            let right = "it is of a resource in another partition of the log";
            return Err(Problem::value(
                Code::PositionElsewhere,
                "after",
                after,
                right,
            ));
        }
        Ok(Some(after))
    }
}

fn other_history() -> Problem {
    let detail = "after is of another history of this log; read without it";
    Problem::new(Code::EpochChanged, detail).member("field", "after")
}

/// Requires that what was waited for was waited for in its own history: of two histories
/// of a log, each has an event at the position.
///
/// # Errors
///
/// `epoch_changed`; `not_yet_applied` where the log is in that history and what this node
/// shows is still of another.
fn same_history(after: GlobalPosition, shown: Epoch, log: Epoch) -> Result<(), Problem> {
    if after.epoch != log {
        Err(other_history())
    } else if after.epoch != shown {
        Err(Problem::other_history_shown())
    } else {
        Ok(())
    }
}

impl Shown {
    /// Adds the header that says so.
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        if let Ok(position) = self.0.to_string().parse() {
            headers.insert(POSITION_HEADER, position);
        }
    }
}

/// As a part of an answer: `(shown, Json(…))`.
impl axum::response::IntoResponseParts for Shown {
    type Error = std::convert::Infallible;

    fn into_response_parts(
        self,
        mut response: axum::response::ResponseParts,
    ) -> Result<axum::response::ResponseParts, Self::Error> {
        self.tell(response.headers_mut());
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use eventlog::Position;

    use super::*;

    fn epoch(restores: i32) -> Epoch {
        Epoch::new(uuid::Uuid::nil(), restores, "00000001")
    }

    fn refused(after: i32, shown: i32, log: i32) -> Option<Code> {
        let after = GlobalPosition {
            epoch: epoch(after),
            partition: Partition::new(0),
            position: Position::new(950),
        };
        let refused = same_history(after, epoch(shown), epoch(log)).err();
        refused.map(|problem| problem.code())
    }

    #[test]
    fn a_position_is_shown_in_its_own_history_alone() {
        assert_eq!(refused(1, 1, 1), None);
        // This node has not begun again yet.
        assert_eq!(refused(2, 1, 2), Some(Code::NotYetApplied));
        // The log was put back while somebody waited.
        assert_eq!(refused(1, 1, 2), Some(Code::EpochChanged));
        assert_eq!(refused(1, 2, 2), Some(Code::EpochChanged));
    }
}

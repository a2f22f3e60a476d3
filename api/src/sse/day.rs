//! Days of resources, live.

use async_stream::stream;
use axum::http::HeaderMap;
use futures::{
    FutureExt, Stream,
    future::{BoxFuture, ready},
};
use projections::live::{LiveError, Round, ViewerPosition, Wanted, Watch};

use crate::{app::App, request::LAST_EVENT_ID_HEADER};

use super::frame::{self, Chunk};

/// The last id that a reader of a stream has got: by the header, else by the query. An
/// empty one is none.
pub(crate) fn last_event_id(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
    let header = headers.get(LAST_EVENT_ID_HEADER);
    let header = header.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let mut given = header.into_iter().chain(query.map(str::to_owned));
    given.find(|id| !id.is_empty())
}

/// What a viewer says it has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LastSeen {
    /// Nothing.
    Nothing,
    /// Everything up to here.
    Position(ViewerPosition),
    /// Something that can't be placed: the viewer must forget it.
    Unreadable,
}

impl LastSeen {
    /// By the header, which browsers send when they come back, else by the query,
    /// which is as old as the page's first connection.
    pub(crate) fn of(headers: &HeaderMap, query: Option<&str>) -> Self {
        let Some(id) = last_event_id(headers, query) else {
            return Self::Nothing;
        };
        id.parse().map_or(Self::Unreadable, Self::Position)
    }

    /// The position, if there is one to go on from.
    fn position(&self) -> Option<ViewerPosition> {
        match self {
            Self::Position(position) => Some(position.clone()),
            Self::Nothing | Self::Unreadable => None,
        }
    }
}

/// A viewer's days that may be some time in coming.
pub(crate) type Watching = BoxFuture<'static, Result<Watch, LiveError>>;

/// Begins to watch. What can fail at once does so before the stream begins; what
/// waits, for a viewer that another node told more than this one knows yet, waits
/// within it, so that its first bytes go at once.
pub(crate) async fn watching(
    app: &App,
    days: Vec<Wanted>,
    seen: &LastSeen,
) -> Result<Watching, LiveError> {
    let (feed, seen) = (app.feed.clone(), seen.position());
    let ahead = seen.as_ref().is_some_and(|seen| {
        let mut positions = seen.positions();
        positions.any(|seen| feed.applied(seen.partition) < seen.position)
    });
    if ahead {
        return Ok(async move { feed.watch_many(days, seen).await }.boxed());
    }
    let watch = feed.watch_many(days, seen).await?;
    Ok(ready(Ok(watch)).boxed())
}

/// The frames of a viewer's days: whole states, shared with all other viewers,
/// and after each round an id alone. A round that is cut off is sent again, since
/// its id was not.
pub(crate) fn day_events(
    seen: LastSeen,
    watching: Watching,
) -> impl Stream<Item = Chunk> + Send + 'static {
    stream! {
        let mut watch = match watching.await {
            Ok(watch) => watch,
            Err(error) => {
                tracing::warn!(%error, "a viewer's days could not be watched");
                return;
            }
        };
        if seen == LastSeen::Unreadable {
            yield frame::RESET_DAYS.into();
        }
        while let Some(round) = watch.next().await {
            match round {
                Round::Reset => yield frame::RESET_DAYS.into(),
                Round::Days { frames, id } => yield frame::round(&frames, &id),
            }
        }
    }
}

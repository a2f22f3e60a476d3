//! File handles: every connection takes one, and the system gives out so many.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Config;

/// Handles for all else: the log, the listener, the runtime, files that are read.
const RESERVE: usize = 128;

/// Connections at once, where there is no setting and the system allows as many.
const CONNECTIONS: usize = 20_000;

/// Viewers' streams at once, likewise.
const STREAMS: usize = 10_000;

/// More was asked for than the system gives.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// There are too few file handles for the connections.
    #[error(
        "{wanted} connections (SLOTKEEPER_CONNECTIONS) can't be served: the system allows this process \
         {allowed} file handles, which are enough for {room}; raise its limit (ulimit -n, LimitNOFILE) or \
         set fewer connections"
    )]
    Connections {
        /// What was set.
        wanted: usize,
        /// How many there may be.
        room: usize,
        /// The hard limit on file handles.
        allowed: usize,
    },
    /// More streams were set than there are connections to carry them.
    #[error(
        "{wanted} streams (SLOTKEEPER_STREAMS) can't be served: each takes one of the {connections} \
         connections (SLOTKEEPER_CONNECTIONS)"
    )]
    Streams {
        /// What was set.
        wanted: usize,
        /// How many connections there may be.
        connections: usize,
    },
}

/// How many clients a server can serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Capacity {
    pub(crate) connections: usize,
    pub(crate) streams: usize,
}

/// Raises this process's limit on file handles as far as the system lets it, and finds
/// what can be served with them.
///
/// # Errors
///
/// [`HandleError`] when a setting asks for more.
pub(crate) fn capacity(config: &Config) -> Result<Capacity, HandleError> {
    let settings = &config.database;
    let database = usize::try_from(settings.database_connections).unwrap_or(usize::MAX);
    let own = (RESERVE + usize::from(settings.partitions)).saturating_add(database);
    share(
        raise(),
        own,
        config.http.connections,
        config.streams.streams,
    )
}

/// What is left for clients of `allowed` handles when the server itself needs `own`.
fn share(
    allowed: usize,
    own: usize,
    connections: Option<usize>,
    streams: Option<usize>,
) -> Result<Capacity, HandleError> {
    let room = allowed.saturating_sub(own);
    // A server that can serve nobody is not worth starting.
    let wanted = connections.unwrap_or(CONNECTIONS.min(room).max(1));
    if wanted > room {
        return Err(HandleError::Connections {
            wanted,
            room,
            allowed,
        });
    }
    // Below the connections, so that viewers can't shut out bookers.
    let few = STREAMS.min(wanted.div_ceil(2));
    match streams {
        Some(streams) if streams > wanted => Err(HandleError::Streams {
            wanted: streams,
            connections: wanted,
        }),
        streams => Ok(Capacity {
            connections: wanted,
            streams: streams.unwrap_or(few),
        }),
    }
}

/// Raises the limit to what the system allows at most, and returns it.
fn raise() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let allowed = if limit.current == limit.maximum || setrlimit(Resource::Nofile, raised).is_ok() {
        limit.maximum
    } else {
        limit.current
    };
    // None is no limit.
    let allowed = allowed.and_then(|allowed| usize::try_from(allowed).ok());
    allowed.unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_what_can_be_served() {
        let served = |allowed| share(allowed, 200, None, None);
        let capacity = |connections, streams| {
            Ok(Capacity {
                connections,
                streams,
            })
        };
        assert_eq!(served(usize::MAX), capacity(20_000, 10_000));
        assert_eq!(served(1_200), capacity(1_000, 500));
        assert_eq!(served(201), capacity(1, 1));
        assert!(served(200).is_err());
    }

    #[test]
    fn what_is_set_is_served_or_refused() {
        let served = |connections, streams| share(1_000, 200, Some(connections), Some(streams));
        assert!(served(800, 800).is_ok());
        assert!(matches!(
            served(801, 1),
            Err(HandleError::Connections { room: 800, .. })
        ));
        assert!(matches!(served(100, 101), Err(HandleError::Streams { .. })));
    }
}

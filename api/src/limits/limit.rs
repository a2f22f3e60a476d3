/// What of a client's doings is counted against a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Requests of every kind, reads among them.
    Requests,
    /// Sessions begun.
    NewSessions,
    /// Holds placed and moved.
    Holds,
    /// Holds renewed and left.
    Renewals,
    /// Bookings made, moved and cancelled.
    Bookings,
    /// Streams opened.
    Streams,
    /// Keys of operators and auditors that were wrong.
    FailedKeys,
    /// Manage tokens that were wrong.
    FailedManageTokens,
}

impl Limit {
    /// As it stands in answers and metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::NewSessions => "new_sessions",
            Self::Holds => "holds",
            Self::Renewals => "renewals",
            Self::Bookings => "bookings",
            Self::Streams => "streams",
            Self::FailedKeys => "failed_keys",
            Self::FailedManageTokens => "failed_manage_tokens",
        }
    }

    /// What there is too much of, in words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::NewSessions => "new sessions",
            Self::Holds => "holds placed and moved",
            Self::Renewals => "renewals of holds",
            Self::Bookings => "bookings made and changed",
            Self::Streams => "streams opened",
            Self::FailedKeys => "wrong keys",
            Self::FailedManageTokens => "wrong manage tokens",
        }
    }
}

/// What a client may have so much of at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cap {
    /// Connections.
    OpenConnections,
    /// Viewers' streams.
    OpenStreams,
    /// Days that its streams watch.
    WatchedDays,
    /// Holds that live.
    LiveHolds,
    /// Bookings whose end is to come.
    FutureBookings,
    /// Time for which one span is held on and on.
    SameSpan,
}

impl Cap {
    /// As it stands in answers and metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::OpenConnections => "open_connections",
            Self::OpenStreams => "open_streams",
            Self::WatchedDays => "watched_days",
            Self::LiveHolds => "live_holds",
            Self::FutureBookings => "future_bookings",
            Self::SameSpan => "same_span",
        }
    }
}

/// The names of all limits and caps that an answer may name, as the document has them.
pub(crate) const NAMES: [&str; 13] = [
    Limit::Requests.name(),
    Limit::NewSessions.name(),
    Limit::Holds.name(),
    Limit::Renewals.name(),
    Limit::Bookings.name(),
    Limit::Streams.name(),
    Limit::FailedKeys.name(),
    Limit::FailedManageTokens.name(),
    Cap::OpenStreams.name(),
    Cap::WatchedDays.name(),
    Cap::LiveHolds.name(),
    Cap::FutureBookings.name(),
    Cap::SameSpan.name(),
];

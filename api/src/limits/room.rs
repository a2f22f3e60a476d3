use crate::config::LimitSettings;

use super::or_any;

/// Connections of an address, where there is no setting: those of a school's two hundred
/// visitors, seven a browser, and then some.
const CONNECTIONS: usize = 2_000;

/// Streams of an address, likewise: two pages a visitor, and as many again.
const STREAMS: usize = 1_000;

/// Different days that the streams of an address watch, likewise: a year of sixty resources.
const DAYS: usize = 25_000;

/// What this node has for all clients.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Capacity {
    pub(crate) connections: usize,
    pub(crate) streams: usize,
    pub(crate) days: usize,
}

/// What one address may have of it at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) connections: usize,
    pub(crate) streams: usize,
    pub(crate) days: usize,
}

/// One address may have all that there is.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{of} is {most}, and this server has {all} for all clients ({all_of}): \
     set less, so that one client can't take all, or 0 for no limit of its own"
)]
pub struct RoomError {
    /// The setting.
    of: &'static str,
    /// Its value.
    most: usize,
    /// What there is.
    all: usize,
    /// The setting of that.
    all_of: &'static str,
}

impl Room {
    /// What an address may have of `all`: what is set, else what an honest one needs, and
    /// half of all at most.
    ///
    /// # Errors
    ///
    /// [`RoomError`] when a setting is all there is, or more.
    pub(crate) fn of(settings: &LimitSettings, all: Capacity) -> Result<Self, RoomError> {
        let connections = Share {
            of: "SLOTKEEPER_ADDRESS_CONNECTIONS",
            set: settings.address_connections,
            usual: CONNECTIONS,
            all: all.connections,
            all_of: "SLOTKEEPER_CONNECTIONS",
        };
        let streams = Share {
            of: "SLOTKEEPER_ADDRESS_STREAMS",
            set: settings.address_streams,
            usual: STREAMS,
            all: all.streams,
            all_of: "SLOTKEEPER_STREAMS",
        };
        let days = Share {
            of: "SLOTKEEPER_ADDRESS_DAYS",
            set: settings.address_days,
            usual: DAYS,
            all: all.days,
            all_of: "SLOTKEEPER_WATCHED_DAYS",
        };
        Ok(Self {
            connections: connections.most()?,
            streams: streams.most()?,
            days: days.most()?,
        })
    }
}

struct Share {
    of: &'static str,
    set: Option<usize>,
    usual: usize,
    all: usize,
    all_of: &'static str,
}

impl Share {
    fn most(&self) -> Result<usize, RoomError> {
        match self.set {
            None => Ok(self.usual.min((self.all / 2).max(1))),
            Some(most) if most >= self.all => Err(RoomError {
                of: self.of,
                most,
                all: self.all,
                all_of: self.all_of,
            }),
            Some(most) => Ok(or_any(most)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(set: Option<usize>, all: usize) -> Result<usize, RoomError> {
        let share = Share {
            of: "ONE",
            set,
            usual: 1000,
            all,
            all_of: "ALL",
        };
        share.most()
    }

    #[test]
    fn nobody_has_all_unless_it_is_said() {
        assert_eq!(share(None, 20_000), Ok(1000));
        assert_eq!(share(None, 900), Ok(450));
        assert_eq!(share(None, 1), Ok(1));
        assert_eq!(share(Some(899), 900), Ok(899));
        assert!(share(Some(900), 900).is_err());
        assert_eq!(share(Some(0), 900), Ok(usize::MAX));
    }
}

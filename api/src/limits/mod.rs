//! How much one client may do and have, so that no other goes without: by its address, and
//! by its session.
//!
//! What is counted is kept in the memory of this node alone, in as much of it as is stated,
//! whoever comes. Several nodes grant each its share; a node that starts has counted nothing.

mod address;
mod booked;
mod booking;
mod bucket;
mod buckets;
mod client;
mod connection;
mod forwarded;
mod holder;
mod holding;
mod holdings;
mod limit;
mod proxies;
mod quota;
mod rates;
mod refused;
mod room;
mod shares;
mod viewing;
mod watched;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::config::LimitSettings;

pub(crate) use address::Address;
pub(crate) use client::{Client, Peer};
pub(crate) use connection::{ConnectionLimit, TooManyConnections};
pub use forwarded::ForwardedHeader;
pub(crate) use holding::Beat;
pub(crate) use limit::{Limit, NAMES};
pub use proxies::Proxies;
pub use quota::{Allowance, Quota};
pub(crate) use refused::By;
pub use room::RoomError;
pub(crate) use room::{Capacity, Room};

use booked::Booked;
use holdings::Holdings;
use rates::Rates;
use shares::Shares;
use watched::WatchedDays;

/// All limits of this node.
#[derive(Debug)]
pub(crate) struct Limits {
    /// Moments are counted from here.
    begun: Instant,
    proxies: Proxies,
    header: ForwardedHeader,
    rates: Rates,
    caps: Option<Caps>,
}

/// What a client may have at a time. Absent where limits are off.
#[derive(Debug)]
struct Caps {
    streams: Shares<Address>,
    days: WatchedDays,
    address_holds: usize,
    session_holds: usize,
    address_bookings: usize,
    session_bookings: usize,
    holdings: Mutex<Holdings>,
    booked: Mutex<Booked>,
}

impl Limits {
    /// As `settings` say, where a client may have `room`.
    pub(crate) fn new(settings: &LimitSettings, room: Room) -> Self {
        let caps = settings.limits.then(|| Caps {
            streams: Shares::new(room.streams),
            days: WatchedDays::new(room.days),
            address_holds: or_any(settings.address_holds),
            session_holds: or_any(settings.session_holds),
            address_bookings: or_any(settings.address_bookings),
            session_bookings: or_any(settings.session_bookings),
            holdings: Mutex::new(Holdings::new(settings.hold_pause())),
            booked: Mutex::new(Booked::new()),
        });
        Self {
            begun: Instant::now(),
            proxies: settings.proxies.clone(),
            header: settings.proxy_header,
            rates: Rates::new(settings),
            caps,
        }
    }

    /// This moment.
    fn now(&self) -> Duration {
        self.begun.elapsed()
    }
}

impl Caps {
    fn holdings(&self) -> MutexGuard<'_, Holdings> {
        self.holdings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn booked(&self) -> MutexGuard<'_, Booked> {
        self.booked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A setting of which 0 is no limit.
pub(super) const fn or_any(most: usize) -> usize {
    if most == 0 { usize::MAX } else { most }
}

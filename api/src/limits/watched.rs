use std::{
    collections::HashMap,
    ops::RangeInclusive,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{calendar::Day, ids::ResourceId};

use super::Address;

/// Days of a resource, as a stream watches them.
pub(crate) type Days = (ResourceId, RangeInclusive<Day>);

/// The days that the streams of each address watch. Streams that watch the same days, as
/// visitors of one page do, count once.
#[derive(Debug, Clone)]
pub(super) struct WatchedDays {
    by_address: Arc<Mutex<HashMap<Address, Watching>>>,
    most: usize,
}

#[derive(Debug, Default)]
struct Watching {
    /// With how many streams watch them.
    days: HashMap<Days, usize>,
    count: usize,
}

/// What one stream watches, let go of when it is dropped.
#[derive(Debug)]
pub(super) struct Watched {
    all: WatchedDays,
    address: Address,
    days: Vec<Days>,
}

impl WatchedDays {
    pub(super) fn new(most: usize) -> Self {
        Self {
            by_address: Arc::default(),
            most,
        }
    }

    pub(super) const fn most(&self) -> usize {
        self.most
    }

    /// One more stream of an address; nothing where that would be too many days.
    pub(super) fn watch(&self, address: Address, days: Vec<Days>) -> Option<Watched> {
        let mut by_address = self.by_address();
        let watching = by_address.entry(address).or_default();
        for days in &days {
            watching.add(days);
        }
        let fits = watching.count <= self.most;
        drop(by_address);
        // What does not fit is let go of at once.
        let watched = Watched {
            all: self.clone(),
            address,
            days,
        };
        fits.then_some(watched)
    }

    fn by_address(&self) -> MutexGuard<'_, HashMap<Address, Watching>> {
        self.by_address
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watching {
    fn add(&mut self, days: &Days) {
        let streams = self.days.entry(days.clone()).or_default();
        *streams += 1;
        if *streams == 1 {
            self.count += length(days);
        }
    }

    fn remove(&mut self, days: &Days) {
        let Some(streams) = self.days.get_mut(days) else {
            return;
        };
        *streams -= 1;
        if *streams == 0 {
            self.days.remove(days);
            self.count -= length(days);
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut by_address = self.all.by_address();
        let Some(watching) = by_address.get_mut(&self.address) else {
            return;
        };
        for days in &self.days {
            watching.remove(days);
        }
        if watching.days.is_empty() {
            by_address.remove(&self.address);
        }
    }
}

fn length((_, days): &Days) -> usize {
    days.start().through(*days.end()).count()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn days(resource: &str, from: &str, to: &str) -> Days {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        (resource.parse().expect("an id"), day(from)..=day(to))
    }

    fn address(last: u8) -> Address {
        IpAddr::from([192, 0, 2, last]).into()
    }

    #[test]
    fn the_same_days_count_once_and_other_days_up_to_the_limit() {
        let all = WatchedDays::new(62);
        let month = days("studio-a", "2031-03-01", "2031-03-31");
        let viewers: Vec<_> = (0..100)
            .map(|_| all.watch(address(1), vec![month.clone()]))
            .collect();
        assert!(viewers.iter().all(Option::is_some));
        let next = days("studio-a", "2031-04-01", "2031-05-01");
        let more = all.watch(address(1), vec![next]).expect("62 in all");
        let one_more = vec![days("studio-b", "2031-03-01", "2031-03-01")];
        assert!(all.watch(address(1), one_more.clone()).is_none());
        assert!(all.watch(address(2), one_more.clone()).is_some());
        drop(more);
        assert!(all.watch(address(1), one_more).is_some());
        drop(viewers);
        assert!(all.by_address().is_empty());
    }
}

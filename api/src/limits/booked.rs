use std::collections::HashMap;

use domain::{calendar::Timestamp, ids::BookingId};
use lru::LruCache;

use super::holder::Holder;

/// How many bookings are remembered in all, of everybody: some 100 bytes each.
const REMEMBERED_MAX: usize = 262_144;

/// The bookings that addresses and sessions have made and whose end is to come.
#[derive(Debug)]
pub(super) struct Booked {
    by_holder: LruCache<Holder, HashMap<BookingId, Timestamp>>,
    holders: HashMap<BookingId, [Holder; 2]>,
    count: usize,
}

impl Booked {
    pub(super) fn new() -> Self {
        Self {
            by_holder: LruCache::unbounded(),
            holders: HashMap::new(),
            count: 0,
        }
    }

    /// Whether `holder`, who may have `most` bookings to come, may make this one. One that
    /// it has already may be asked for again.
    pub(super) fn has_room(
        &mut self,
        holder: Holder,
        booking: BookingId,
        most: usize,
        now: Timestamp,
    ) -> bool {
        self.forget_past(holder, now);
        let all = self.by_holder.get(&holder);
        all.is_none_or(|all| all.contains_key(&booking) || all.len() < most)
    }

    /// Counts a booking; returns whether it is counted only now.
    pub(super) fn add(&mut self, holders: [Holder; 2], booking: BookingId, end: Timestamp) -> bool {
        if self.holders.contains_key(&booking) {
            return false;
        }
        self.holders.insert(booking, holders);
        for holder in holders {
            let all = self.by_holder.get_or_insert_mut(holder, HashMap::new);
            all.insert(booking, end);
            self.count += 1;
        }
        while self.count > REMEMBERED_MAX {
            let Some((_, forgotten)) = self.by_holder.pop_lru() else {
                break;
            };
            self.count -= forgotten.len();
            for booking in forgotten.keys() {
                self.remove(*booking);
            }
        }
        true
    }

    /// Counts no more what was cancelled or was not made.
    pub(super) fn remove(&mut self, booking: BookingId) {
        for holder in self.holders.remove(&booking).into_iter().flatten() {
            let Some(all) = self.by_holder.get_mut(&holder) else {
                continue;
            };
            self.count -= usize::from(all.remove(&booking).is_some());
            if all.is_empty() {
                self.by_holder.pop(&holder);
            }
        }
    }

    fn forget_past(&mut self, holder: Holder, now: Timestamp) {
        let all = self.by_holder.get(&holder).into_iter().flatten();
        let past = all.filter(|(_, end)| **end <= now);
        let past: Vec<BookingId> = past.map(|(booking, _)| *booking).collect();
        for booking in past {
            self.remove(booking);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use domain::{ids::SessionId, partition::Partition};
    use uuid::Uuid;

    use super::*;

    fn booking(nth: u16) -> BookingId {
        let mut bits = [0; 16];
        bits[14..].copy_from_slice(&nth.to_be_bytes());
        BookingId::from_bits(Partition::new(0), bits)
    }

    fn holders(address: u8, session: u128) -> [Holder; 2] {
        let ip = IpAddr::from([192, 0, 2, address]);
        [
            Holder::Address(ip.into()),
            Holder::Session(SessionId::new(Uuid::from_u128(session))),
        ]
    }

    #[test]
    fn a_booking_counts_for_its_address_and_session_until_it_ends_or_goes() {
        let mut booked = Booked::new();
        let ann = holders(1, 1);
        let at = |hours: u64| Timestamp::EPOCH.plus_ms(hours * 3_600_000);
        assert!(booked.add(ann, booking(1), at(1)));
        assert!(booked.add(ann, booking(2), at(2)));
        assert!(!booked.add(ann, booking(2), at(2)));
        for holder in ann {
            assert!(!booked.has_room(holder, booking(3), 2, at(0)));
            assert!(booked.has_room(holder, booking(2), 2, at(0)));
        }
        for holder in ann {
            assert!(booked.has_room(holder, booking(3), 2, at(1)));
        }
        let other = holders(2, 2);
        assert!(booked.has_room(other[0], booking(3), 2, at(0)));
        booked.remove(booking(2));
        assert!(booked.by_holder.is_empty() && booked.holders.is_empty());
        assert_eq!(booked.count, 0);
    }
}

use std::time::Duration;

use domain::partition::Partition;

use super::Duty;
use crate::clock::BootTime;

/// What this node has of the duties, and what it wants of them, by duty and
/// partition. By its own clock, which also counts the time in which it stood still.
#[derive(Debug)]
pub(super) struct Held {
    slots: Box<[Slot]>,
    /// How long a worker may say nothing before it is taken for stuck.
    silence_max: Duration,
}

/// One duty of one partition.
#[derive(Debug, Clone, Default)]
struct Slot {
    /// Until when this node may believe that it has the duty.
    until: Option<BootTime>,
    worker: Worker,
    /// Left to other nodes until then.
    rests_until: Option<BootTime>,
    /// The database is to be told that the duty is given back.
    to_give_back: bool,
}

/// What is known of who does the work.
#[derive(Debug, Clone, Default)]
enum Worker {
    /// It reports nothing: it is taken to work as long as the node lives.
    #[default]
    Unreported,
    /// It works, or waits for the duty: last heard of then.
    Heard(BootTime),
    /// It has ended, or was silent for too long.
    Gone,
}

/// A duty of a partition.
pub(super) type Place = (Duty, Partition);

impl Held {
    pub(super) fn new(partitions: usize, silence_max: Duration) -> Self {
        Self {
            slots: vec![Slot::default(); partitions * Duty::ALL.len()].into(),
            silence_max,
        }
    }

    /// What is worth a lease now: the duties whose workers make progress or wait for
    /// them.
    pub(super) fn wanted(&self) -> impl Iterator<Item = Place> {
        places(&self.slots).filter(|place| self.wants(*place))
    }

    /// What is held from now on, and nothing else. What is not wanted any more is not
    /// believed in, though the database has it for a while.
    pub(super) fn replace(&mut self, held: impl Iterator<Item = Place>, until: BootTime) {
        for slot in &mut self.slots {
            slot.until = None;
        }
        for place in held {
            if index(place) < self.slots.len() && self.wants(place) {
                self.slots[index(place)].until = Some(until);
            }
        }
    }

    pub(super) fn until(&self, place: Place) -> Option<BootTime> {
        let lease = self.slots.get(index(place))?.until;
        lease.filter(|until| BootTime::now() < *until)
    }

    /// The duty's worker works, or waits for the duty.
    pub(super) fn hear(&mut self, place: Place) {
        if let Some(slot) = self.slots.get_mut(index(place)) {
            slot.worker = Worker::Heard(BootTime::now());
        }
    }

    /// The duty's worker has ended.
    pub(super) fn end(&mut self, place: Place) {
        if let Some(slot) = self.slots.get_mut(index(place)) {
            slot.worker = Worker::Gone;
        }
    }

    /// Gives the duty back, and leaves it to other nodes for as long.
    pub(super) fn rest(&mut self, place: Place, rest: Duration) {
        if let Some(slot) = self.slots.get_mut(index(place)) {
            slot.to_give_back |= slot.until.take().is_some();
            slot.rests_until = Some(BootTime::now().plus(rest));
        }
    }

    /// What the database is to be told of, once.
    pub(super) fn take_given_back(&mut self) -> Vec<Place> {
        let of = |place: &Place| self.slots[index(*place)].to_give_back;
        let given: Vec<Place> = places(&self.slots).filter(of).collect();
        for slot in &mut self.slots {
            slot.to_give_back = false;
        }
        given
    }

    /// The duties whose workers have said nothing for too long, each once.
    pub(super) fn take_silent(&mut self) -> Vec<Place> {
        let all: Vec<Place> = places(&self.slots).collect();
        let silent = |place: &Place| self.is_silent(&self.slots[index(*place)]);
        let silent: Vec<Place> = all.into_iter().filter(silent).collect();
        for place in &silent {
            self.end(*place);
        }
        silent
    }

    fn wants(&self, place: Place) -> bool {
        let slot = &self.slots[index(place)];
        let rests = slot.rests_until.is_some_and(|end| BootTime::now() < end);
        let works = match slot.worker {
            Worker::Unreported => true,
            Worker::Heard(_) => !self.is_silent(slot),
            Worker::Gone => false,
        };
        works && !rests
    }

    fn is_silent(&self, slot: &Slot) -> bool {
        match slot.worker {
            Worker::Heard(at) => at.elapsed() > self.silence_max,
            Worker::Unreported | Worker::Gone => false,
        }
    }
}

/// Of each slot the duty and the partition that it is for, in their order.
fn places(slots: &[Slot]) -> impl Iterator<Item = Place> + use<> {
    let partitions = u16::try_from(slots.len() / Duty::ALL.len()).unwrap_or(u16::MAX);
    let partitions = (0..partitions).map(Partition::new);
    partitions.flat_map(|partition| Duty::ALL.map(|duty| (duty, partition)))
}

fn index((duty, partition): Place) -> usize {
    usize::from(partition.get()) * Duty::ALL.len() + duty as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = (Duty::Expiry, Partition::new(1));

    fn held() -> Held {
        Held::new(2, Duration::from_hours(1))
    }

    fn in_an_hour() -> BootTime {
        BootTime::now().plus(Duration::from_hours(1))
    }

    fn wants(held: &Held) -> bool {
        held.wanted().any(|place| place == PLACE)
    }

    /// A node that was stopped and goes on has nobody to tell it.
    #[test]
    fn a_lease_ends_by_the_machines_own_clock() {
        let mut held = held();
        held.replace([PLACE].into_iter(), in_an_hour());
        assert!(held.until(PLACE).is_some());
        assert!(held.until((Duty::Projection, PLACE.1)).is_none());
        assert!(held.until((PLACE.0, Partition::new(0))).is_none());
        held.replace([PLACE].into_iter(), BootTime::now());
        assert!(held.until(PLACE).is_none());
    }

    #[test]
    fn a_duty_whose_worker_is_silent_is_wanted_no_longer() {
        let mut held = Held::new(2, Duration::ZERO);
        assert!(wants(&held), "nobody reports");
        held.hear(PLACE);
        while wants(&held) {
            std::thread::yield_now();
        }
        assert_eq!(held.take_silent(), [PLACE]);
        assert_eq!(held.take_silent(), []);
        held.replace([PLACE].into_iter(), in_an_hour());
        assert!(held.until(PLACE).is_none());
    }

    #[test]
    fn a_duty_is_given_back_once_and_not_taken_again_before_its_rest_is_over() {
        let mut held = held();
        held.replace([PLACE].into_iter(), in_an_hour());
        held.rest(PLACE, Duration::from_hours(1));
        assert!(held.until(PLACE).is_none() && !wants(&held));
        assert_eq!(held.take_given_back(), [PLACE]);
        assert_eq!(held.take_given_back(), []);
        // A renewal that was under way.
        held.replace([PLACE].into_iter(), in_an_hour());
        assert!(held.until(PLACE).is_none());
        held.rest(PLACE, Duration::ZERO);
        assert!(wants(&held));
        assert_eq!(held.take_given_back(), []);
    }

    #[test]
    fn a_duty_whose_worker_ended_is_wanted_when_another_is_heard_of() {
        let mut held = held();
        held.end(PLACE);
        assert!(!wants(&held));
        held.hear(PLACE);
        assert!(wants(&held));
    }
}

//! What an earlier copy had is there after it was put back, and nothing is emptied
//! before its time.

use crate::{
    deed::{Claim, Deed},
    history::Partition,
};

use super::{Branch, Course};

/// What was acknowledged before the copy was made, and is gone.
pub(super) fn lost(course: &Course, deeds: &[Deed]) -> Vec<String> {
    let (Some(put_back), [undone, after]) = (course.put_back, course.branches.as_slice()) else {
        return Vec::new();
    };
    let both = undone.partitions.iter().zip(&after.partitions);
    let kept: Vec<u64> = both.map(|(undone, after)| common(undone, after)).collect();
    let commands = deeds.iter().filter(|deed| !deed.ask.is_read());
    let attempts = commands.flat_map(|deed| &deed.attempts);
    let done = attempts
        .filter(|attempt| attempt.claim() == Claim::Done && attempt.answered_ms < put_back.copied);
    let lost = done.filter(|attempt| {
        let place = attempt.told.as_ref().and_then(|told| told.place);
        place.is_none_or(|place| place.position.get() > kept[usize::from(place.partition.get())])
    });
    lost.map(|attempt| format!("{attempt:?} was before the copy, which ends at {kept:?}"))
        .collect()
}

/// Renewals whose payload was taken from them, which is kept for a day.
pub(super) fn emptied(branch: &Branch) -> Vec<String> {
    let partitions = branch.partitions.iter();
    let events = partitions.flat_map(|partition| &partition.events);
    let emptied = events.filter(|logged| logged.emptied);
    let emptied = emptied.map(|logged| format!("a renewal was emptied: {logged:?}"));
    emptied.collect()
}

/// How many events two histories have in common.
fn common(one: &Partition, other: &Partition) -> u64 {
    let both = one.events.iter().zip(&other.events);
    let same = both.take_while(|(one, other)| one.hash == other.hash);
    u64::try_from(same.count()).unwrap()
}

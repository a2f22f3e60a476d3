use std::hash::Hash;

use domain::ids::ResourceId;
use metrics::{Counter, counter};

use crate::metric;

use super::{day::DayKey, shelf::Shelf, state::PartitionState};

/// Counts reads that memory served, and those that cost a query.
#[derive(Debug)]
pub(super) struct Reads {
    days: HitsAndMisses,
    resources: HitsAndMisses,
}

#[derive(Debug)]
struct HitsAndMisses {
    hits: Counter,
    misses: Counter,
}

impl Default for Reads {
    fn default() -> Self {
        Self {
            days: HitsAndMisses::of("day"),
            resources: HitsAndMisses::of("resource"),
        }
    }
}

impl Reads {
    /// Counts a read of these.
    pub(super) fn count(&self, state: &PartitionState, days: &[DayKey], resources: &[ResourceId]) {
        self.days.count(&state.days, days);
        self.resources.count(&state.resources, resources);
    }
}

impl HitsAndMisses {
    fn of(kind: &'static str) -> Self {
        Self {
            hits: counter!(metric::CACHE_HITS, "kind" => kind),
            misses: counter!(metric::CACHE_MISSES, "kind" => kind),
        }
    }

    fn count<K: Clone + Hash + Eq, V>(&self, here: &Shelf<K, V>, wanted: &[K]) {
        let hits = wanted.iter().filter(|key| here.has(key)).count();
        self.hits.increment(hits as u64);
        self.misses.increment((wanted.len() - hits) as u64);
    }
}

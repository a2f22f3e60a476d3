//! Which of the answers that are the same again and again are worth a line of the log.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::problem::Code;

/// How often an answer that stays the same is told with its causes: 1 min. Probes ask
/// once a second, and clients come again as often as they are let.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// Answers that are kept in mind: far more than there are routes and causes. Past it
/// all are forgotten, and told once more.
const KEPT_MAX: usize = 1_024;

/// What tells an answer from others: method, route and what the client is told.
type Answer = (&'static str, String, Code, String);

/// The answers that the server can't do what is asked, which the log has been told of.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    told: Mutex<HashMap<Answer, Told>>,
    /// Whether there are any that a good answer ends: most requests need not look.
    any_to_end: AtomicBool,
}

#[derive(Debug)]
struct Told {
    at: Instant,
    since: u64,
}

impl Repeats {
    /// How often the answer was given since it was told last, if it is to be told at
    /// `now`: when it is another than before, and once a minute while it lasts.
    pub(super) fn to_be_told(
        &self,
        (method, route): (&'static str, &str),
        (code, detail): (Code, &str),
        now: Instant,
    ) -> Option<u64> {
        let mut kept = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        let key = (method, route.to_owned(), code, detail.to_owned());
        let Some(told) = kept.get_mut(&key) else {
            kept.insert(key, Told { at: now, since: 0 });
            if is_of_the_server(code) {
                self.any_to_end.store(true, Ordering::Relaxed);
            }
            return Some(0);
        };
        if now.saturating_duration_since(told.at) < TOLD_EVERY {
            told.since += 1;
            return None;
        }
        told.at = now;
        Some(std::mem::take(&mut told.since))
    }

    /// A route has answered well: what it says of the server next is a change.
    pub(super) fn is_well(&self, method: &'static str, route: &str) {
        if !self.any_to_end.load(Ordering::Relaxed) {
            return;
        }
        let mut kept = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of_method, of_route, code, _), _| {
            !is_of_the_server(*code) || *of_method != method || of_route != route
        });
        let any = kept.keys().any(|(_, _, code, _)| is_of_the_server(*code));
        self.any_to_end.store(any, Ordering::Relaxed);
    }
}

/// Whether the answer goes by how the server is, and not by what was asked for: others
/// come in turn with good ones.
fn is_of_the_server(code: Code) -> bool {
    code == Code::NotReady
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(repeats: &Repeats, answer: &str, now: Instant) -> Option<u64> {
        repeats.to_be_told(("GET", "/health/ready"), (Code::NotReady, answer), now)
    }

    #[test]
    fn an_answer_is_told_when_it_changes_and_once_a_minute() {
        let (repeats, start) = (Repeats::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(ready(&repeats, "clock", start), Some(0));
        let again = (1..=180).filter_map(|second| ready(&repeats, "clock", after(second)));
        assert_eq!(again.collect::<Vec<_>>(), [59, 59, 59]);
        assert_eq!(ready(&repeats, "disk_full", after(181)), Some(0));
        assert_eq!(ready(&repeats, "clock", after(182)), None);
    }

    #[test]
    fn an_answer_that_was_good_in_between_is_a_change() {
        let (repeats, now) = (Repeats::default(), Instant::now());
        assert_eq!(ready(&repeats, "clock", now), Some(0));
        repeats.is_well("GET", "/other");
        assert_eq!(ready(&repeats, "clock", now), None);
        repeats.is_well("GET", "/health/ready");
        assert_eq!(ready(&repeats, "clock", now), Some(0));
    }

    #[test]
    fn what_goes_by_the_request_is_told_once_a_minute_though_others_are_answered_well() {
        let (repeats, now) = (Repeats::default(), Instant::now());
        let book = ("POST", "/v1/bookings");
        let unavailable = (Code::Unavailable, "the database can't be reached");
        assert_eq!(repeats.to_be_told(book, unavailable, now), Some(0));
        repeats.is_well(book.0, book.1);
        assert_eq!(repeats.to_be_told(book, unavailable, now), None);
    }

    #[test]
    fn what_is_kept_in_mind_is_bounded() {
        let (repeats, now) = (Repeats::default(), Instant::now());
        for number in 0..10 * KEPT_MAX {
            assert_eq!(ready(&repeats, &number.to_string(), now), Some(0));
        }
        let kept = repeats.told.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(kept.len() <= KEPT_MAX);
    }
}

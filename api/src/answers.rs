//! Answers that are asked for again and again, rendered once.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use domain::{
    calendar::{Day, SeatCount, SlotCount, Timestamp},
    ids::ResourceId,
};
use eventlog::Epoch;
use lru::LruCache;
use projections::live::{DayState, ResourceState};
use serde::Serialize;

use crate::{etag::ETag, problem::Problem};

/// How many answers are kept: those of a thousand resources' nearest days, some
/// 10 MB of them at the most usual size.
const ANSWERS_MAX: NonZeroUsize = NonZeroUsize::new(4096).expect("above zero");

/// What was asked, conditions and positions aside.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Question {
    /// What is booked of a UTC day.
    Day(ResourceId, Day),
    /// The starts from one instant and before another, of a length, an interval apart, for
    /// so many seats.
    Slots(ResourceId, [Timestamp; 2], [SlotCount; 2], SeatCount),
}

/// What an answer was made of. It is the same answer while these are the same.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) epoch: Epoch,
    pub(crate) resource: Arc<ResourceState>,
    pub(crate) days: Vec<Arc<DayState>>,
    /// When the question is answered.
    pub(crate) now: Timestamp,
}

/// An answer, and until when time alone does not change it.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) tag: ETag,
    pub(crate) body: Bytes,
    pub(crate) until: Timestamp,
}

#[derive(Debug)]
struct Kept {
    facts: Facts,
    made: Arc<Made>,
}

impl Kept {
    /// States are shared and never changed, so that the same state is at the same
    /// place; one that is kept here can't make room for another.
    fn answers(&self, asked: &Facts) -> bool {
        let facts = &self.facts;
        let mut days = facts.days.iter().zip(&asked.days);
        facts.epoch == asked.epoch
            && Arc::ptr_eq(&facts.resource, &asked.resource)
            && facts.days.len() == asked.days.len()
            && days.all(|(kept, asked)| Arc::ptr_eq(kept, asked))
            && (facts.now..=self.made.until).contains(&asked.now)
    }
}

/// The answers that were given last.
#[derive(Debug)]
pub(crate) struct Answers(Mutex<LruCache<Question, Kept>>);

impl Default for Answers {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(ANSWERS_MAX)))
    }
}

impl Answers {
    /// Answers `question` from the `facts`: as before while they stand, else with
    /// what `render` makes of them.
    ///
    /// # Errors
    ///
    /// What `render` fails with, which is not kept.
    pub(crate) fn answer(
        &self,
        request: &HeaderMap,
        question: Question,
        facts: Facts,
        render: impl FnOnce(&Facts) -> Result<Made, Problem>,
    ) -> Result<Response, Problem> {
        let made = match self.kept(&question, &facts) {
            Some(made) => made,
            None => self.keep(question, facts, render)?,
        };
        Ok(made.tag.answer(request, || {
            let json = HeaderValue::from_static("application/json");
            ([(header::CONTENT_TYPE, json)], made.body.clone()).into_response()
        }))
    }

    fn kept(&self, question: &Question, facts: &Facts) -> Option<Arc<Made>> {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = answers.get(question)?;
        kept.answers(facts).then(|| Arc::clone(&kept.made))
    }

    fn keep(
        &self,
        question: Question,
        facts: Facts,
        render: impl FnOnce(&Facts) -> Result<Made, Problem>,
    ) -> Result<Arc<Made>, Problem> {
        let made = Arc::new(render(&facts)?);
        let kept = Kept {
            facts,
            made: Arc::clone(&made),
        };
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.put(question, kept);
        Ok(made)
    }
}

/// A body as JSON.
///
/// # Errors
///
/// `internal`, which no body of ours comes to.
pub(crate) fn json(body: &impl Serialize) -> Result<Bytes, Problem> {
    let json = serde_json::to_vec(body);
    json.map(Bytes::from)
        .map_err(|error| Problem::internal(Arc::new(error)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use eventlog::Position;
    use uuid::Uuid;

    use super::*;

    fn day(busy_changed_at: u64) -> Arc<DayState> {
        Arc::new(DayState {
            busy_changed_at: Position::new(busy_changed_at),
            ..DayState::empty(Day::of(Timestamp::EPOCH))
        })
    }

    fn facts(resource: &Arc<ResourceState>, day: &Arc<DayState>, now: u64) -> Facts {
        Facts {
            epoch: Epoch::new(Uuid::nil(), 0, "1"),
            resource: Arc::clone(resource),
            days: vec![Arc::clone(day)],
            now: Timestamp::EPOCH.plus_ms(now),
        }
    }

    /// Whether an answer with these facts had to be made.
    fn is_made(answers: &Answers, facts: Facts) -> bool {
        let question = Question::Day("studio-a".parse().unwrap(), Day::of(Timestamp::EPOCH));
        let mut made = false;
        let answer = answers.answer(&HeaderMap::new(), question, facts, |_| {
            made = true;
            Ok(Made {
                tag: ETag::of_bytes(b"1"),
                body: Bytes::from_static(b"1"),
                until: Timestamp::EPOCH.plus_ms(10),
            })
        });
        answer.unwrap();
        made
    }

    #[test]
    fn an_answer_is_given_again_while_its_facts_stand_and_its_time_has_not_come() {
        let answers = Answers::default();
        let (resource, first) = (Arc::default(), day(1));
        assert!(is_made(&answers, facts(&resource, &first, 5)));
        assert!(!is_made(&answers, facts(&resource, &first, 10)));
        assert!(is_made(&answers, facts(&resource, &first, 11)));

        // Facts that are alike are not the same: another history may have them too.
        let second = day(1);
        assert!(is_made(&answers, facts(&resource, &second, 5)));
        assert!(!is_made(&answers, facts(&resource, &second, 5)));
        assert!(is_made(&answers, facts(&Arc::default(), &second, 5)));

        let mut restored = facts(&resource, &second, 5);
        assert!(is_made(&answers, facts(&resource, &second, 5)));
        restored.epoch = Epoch::new(Uuid::nil(), 1, "1");
        assert!(is_made(&answers, restored));
    }

    #[test]
    fn what_failed_is_asked_again() {
        let answers = Answers::default();
        let (resource, day_state) = (Arc::default(), day(1));
        let question = || Question::Day("studio-a".parse().unwrap(), Day::of(Timestamp::EPOCH));
        let failed = answers.answer(
            &HeaderMap::new(),
            question(),
            facts(&resource, &day_state, 0),
            |_| Err(crate::problem::outcome_unknown()),
        );
        assert!(failed.is_err());
        assert!(is_made(&answers, facts(&resource, &day_state, 0)));
    }
}

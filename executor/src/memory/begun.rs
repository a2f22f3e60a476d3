//! Which days have a history.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use domain::{partition::Partition, stream::StreamId};
use eventlog::{Log, LogError};
use tokio::time::sleep;

/// Bits of a filter: 128 KiB a partition. With 100,000 days in it, one fresh day in
/// a hundred is taken for one that has begun, and with ten times as many, most are.
const BITS: u64 = 1 << 20;
/// Bits of a day: about what is best for 100,000 of them.
const PROBES: u64 = 5;

/// Days past which the others are not looked for, and every day counts as begun: the
/// filter would take one fresh day in four for one that has, and a survey takes some
/// seconds of the database's time.
const DAYS_MAX: usize = 300_000;

/// How long after a page could not be read it is asked for again: nobody waits for it, and
/// a database in trouble has better things to do.
const SURVEY_AGAIN: Duration = Duration::from_secs(30);

/// The days of a partition that have begun, as a Bloom filter: it may take a day for
/// begun that has not, and never one for fresh that has.
///
/// A fresh day is known without being read: it is empty.
#[derive(Debug, Clone)]
pub(crate) struct BegunDays {
    bits: Box<[u64]>,
    hasher: RandomState,
    /// Whether all days that had begun before are in it.
    whole: bool,
}

impl BegunDays {
    /// Before anything is known.
    pub(crate) fn new() -> Self {
        Self {
            bits: (0..BITS / 64).map(|_| 0).collect(),
            hasher: RandomState::new(),
            whole: false,
        }
    }

    /// Whether the day has certainly no history.
    pub(crate) fn is_fresh(&self, day: &StreamId) -> bool {
        self.whole
            && self
                .places(day)
                .any(|(word, bit)| self.bits[word] & bit == 0)
    }

    /// Notes that a day has begun.
    pub(crate) fn note(&mut self, day: &StreamId) {
        for (word, bit) in self.places(day) {
            self.bits[word] |= bit;
        }
    }

    /// Adds what a copy of this one has noted, after which all days are in it.
    pub(crate) fn complete(&mut self, copy: &Self) {
        for (word, other) in self.bits.iter_mut().zip(&copy.bits) {
            *word |= other;
        }
        self.whole = true;
    }

    /// Words and bits of a day: by two halves of one hash, as Kirsch and Mitzenmacher
    /// showed to be as good as a hash for each.
    fn places(&self, day: &StreamId) -> impl Iterator<Item = (usize, u64)> + use<> {
        let hash = self.hasher.hash_one(day);
        let (first, step) = (hash >> 32, hash & 0xffff_ffff | 1);
        (0..PROBES).map(move |nth| {
            let place = first.wrapping_add(nth * step) % BITS;
            let word = usize::try_from(place / 64).expect("a filter has few words");
            (word, 1 << (place % 64))
        })
    }
}

/// Reads which days of the partition have begun, and adds them to `known`: a copy of
/// what is to be completed. Goes on after a while where the database fails.
///
/// # Errors
///
/// [`LogError::Decode`], [`LogError::Corrupt`]: what is stored can't be read.
pub(crate) async fn survey(
    log: Log,
    partition: Partition,
    known: BegunDays,
) -> Result<BegunDays, LogError> {
    let page = |after: Option<StreamId>| {
        let log = log.clone();
        async move { log.read_days(partition, after.as_ref()).await }
    };
    survey_pages(partition, page, known).await
}

/// Goes through the pages that `page` reads, each after the last day of the one before.
async fn survey_pages<F>(
    partition: Partition,
    page: impl Fn(Option<StreamId>) -> F,
    known: BegunDays,
) -> Result<BegunDays, LogError>
where
    F: Future<Output = Result<(Vec<StreamId>, bool), LogError>>,
{
    let mut survey = Survey { known, count: 0 };
    let mut after = None;
    loop {
        let (days, more) = match page(after.clone()).await {
            Ok(page) => page,
            Err(error) if error.is_unreadable() => return Err(error),
            Err(error) => {
                let partition = partition.get();
                tracing::warn!(
                    partition,
                    error = &error as &dyn std::error::Error,
                    "until it is known which days are fresh, they are read as others are"
                );
                sleep(SURVEY_AGAIN).await;
                continue;
            }
        };
        after = survey.add(days, more);
        if after.is_none() {
            return Ok(survey.known);
        }
    }
}

/// What was found page by page.
struct Survey {
    known: BegunDays,
    count: usize,
}

impl Survey {
    /// Adds a page; returns the day after which to go on, if there are `more` to find.
    fn add(&mut self, mut page: Vec<StreamId>, more: bool) -> Option<StreamId> {
        for day in &page {
            self.known.note(day);
        }
        self.count += page.len();
        let last = page.pop().filter(|_| more)?;
        if self.count >= DAYS_MAX {
            self.known.bits.fill(u64::MAX);
            return None;
        }
        Some(last)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use std::cell::Cell;

    use super::*;

    const PARTITION: Partition = Partition::new(0);

    fn day(number: u64) -> StreamId {
        let (resource, day) = (number / 336, number % 336);
        let (month, day) = (day / 28 + 1, day % 28 + 1);
        let id = format!("room-{resource}/2031-{month:02}-{day:02}");
        StreamId::parse("ResourceDay", &id).unwrap()
    }

    #[test]
    fn nothing_is_fresh_until_all_is_known() {
        let mut begun = BegunDays::new();
        assert!(!begun.is_fresh(&day(1)));
        begun.complete(&begun.clone());
        assert!(begun.is_fresh(&day(1)));
    }

    #[test]
    fn no_day_that_has_begun_is_ever_fresh() {
        let (mut begun, numbers) = (BegunDays::new(), 0..10_000);
        let mut found = begun.clone();
        for number in numbers.clone() {
            let half = if number % 2 == 0 {
                &mut begun
            } else {
                &mut found
            };
            half.note(&day(number));
        }
        begun.complete(&found);
        assert!(numbers.map(day).all(|day| !begun.is_fresh(&day)));
    }

    #[test]
    fn nearly_all_days_that_have_not_begun_are_fresh() {
        let mut begun = BegunDays::new();
        for number in 0..8_000 {
            begun.note(&day(number));
        }
        begun.complete(&begun.clone());
        let fresh = (8_000..16_000).filter(|number| begun.is_fresh(&day(*number)));
        assert!(fresh.count() > 7_900);
    }

    fn days(numbers: std::ops::Range<u64>) -> Vec<StreamId> {
        numbers.map(day).collect()
    }

    #[test]
    fn a_survey_goes_on_after_the_last_day_of_each_page() {
        let known = BegunDays::new();
        let mut survey = Survey { known, count: 0 };
        let after = survey.add(days(0..100), true);
        assert_eq!(after, Some(day(99)));
        assert_eq!(survey.add(days(100..200), false), None);
        survey.known.complete(&survey.known.clone());
        assert!(!days(0..200).iter().any(|day| survey.known.is_fresh(day)));
        assert!(survey.known.is_fresh(&day(200)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_survey_goes_on_where_the_database_failed_it() {
        let (asked, known) = (Cell::new(0), BegunDays::new());
        let page = |after: Option<StreamId>| {
            asked.set(asked.get() + 1);
            let failed = eventlog::failed("reading")(sqlx::Error::PoolTimedOut);
            let page = match (asked.get(), after) {
                (2 | 3, _) => Err(failed),
                (_, None) => Ok((days(0..100), true)),
                (_, Some(after)) => {
                    assert_eq!(after, day(99));
                    Ok((days(100..200), false))
                }
            };
            async { page }
        };
        let mut found = survey_pages(PARTITION, page, known).await.unwrap();
        assert_eq!(asked.get(), 4);
        found.complete(&found.clone());
        assert!(!days(0..200).iter().any(|day| found.is_fresh(day)));
    }

    #[tokio::test]
    async fn a_survey_ends_at_what_can_never_be_read() {
        let page = |_| async {
            Err(LogError::Corrupt {
                partition: PARTITION,
                reason: "a day's id".into(),
            })
        };
        assert!(
            survey_pages(PARTITION, page, BegunDays::new())
                .await
                .is_err()
        );
    }

    #[test]
    fn past_its_limit_a_survey_ends_and_every_day_counts_as_begun() {
        let (known, limit) = (BegunDays::new(), DAYS_MAX as u64);
        let mut survey = Survey { known, count: 0 };
        assert_eq!(survey.add(days(0..limit), true), None);
        survey.known.complete(&survey.known.clone());
        let others = days(limit..limit + 1_000);
        assert!(!others.iter().any(|day| survey.known.is_fresh(day)));
    }
}

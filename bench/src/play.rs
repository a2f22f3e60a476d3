//! One contender's turn at a draw.

use std::{
    collections::{HashMap, HashSet},
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use domain::calendar::{Day, SlotMask};
use hdrhistogram::Histogram;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    Outcome,
    draw::{Draw, Wish},
};

/// What can be asked to book.
pub(crate) trait Contender: Send + Sync + 'static {
    /// One client's connection to it.
    type Client: Client;

    /// A new client, connected.
    fn client(&self) -> impl Future<Output = Outcome<Self::Client>> + Send;

    /// Waits until what is read shows all that was acknowledged.
    fn caught_up(&self) -> impl Future<Output = Outcome<()>> + Send;

    /// The ids of all bookings that it keeps for `from` and the days after it.
    fn bookings(&self, from: Day) -> impl Future<Output = Outcome<Vec<Uuid>>> + Send;
}

/// A client that books one wish after the other.
pub(crate) trait Client: Send + 'static {
    /// Books a wish; nothing when it was refused.
    fn book(&mut self, wish: &Wish) -> impl Future<Output = Outcome<Option<Uuid>>> + Send;
}

/// A client that also cancels what it has booked.
pub(crate) trait Rival: Client {
    /// Cancels the booking `id` of `wish`.
    fn cancel(&mut self, wish: &Wish, id: Uuid) -> impl Future<Output = Outcome<()>> + Send;
}

/// What came of a turn.
#[derive(Debug)]
pub(crate) struct Played {
    /// Each acknowledged booking: the wish's number, the id it was given.
    pub(crate) booked: Vec<(u32, Uuid)>,
    /// How many were refused.
    pub(crate) refused: u64,
    /// From the first request until the views had caught up.
    pub(crate) elapsed: Duration,
    /// Of acknowledged bookings, in microseconds.
    pub(crate) latency: Histogram<u64>,
}

impl Played {
    /// Acknowledged bookings per second.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(crate) fn rate(&self) -> f64 {
        self.booked.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Refusals per second.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(crate) fn refusal_rate(&self) -> f64 {
        self.refused as f64 / self.elapsed.as_secs_f64()
    }
}

/// A histogram of microseconds, to three digits, up to a minute.
pub(crate) fn microseconds() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("the bounds are legal")
}

/// Counts `elapsed`, at most a minute of it.
pub(crate) fn count(histogram: &mut Histogram<u64>, elapsed: Duration) {
    histogram.saturating_record(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX));
}

/// Lets `clients` play the draw, each as fast as it is answered, for `turn` at
/// least and then to the end of the lap; then checks what is kept.
///
/// # Errors
///
/// When the contender fails at anything but a refusal, or does not keep what it
/// acknowledged.
pub(crate) async fn play<C: Contender>(
    contender: &C,
    draw: &Arc<Draw>,
    clients: usize,
    turn: Duration,
) -> Outcome<Played> {
    let mut ready = Vec::with_capacity(clients);
    for _ in 0..clients {
        ready.push(contender.client().await?);
    }
    let started = Instant::now();
    let course = Arc::new(Course::new(Arc::clone(draw), turn));
    let mut running: JoinSet<Outcome<Played>> = JoinSet::new();
    for client in ready {
        running.spawn(run(client, Arc::clone(&course)));
    }
    let mut played = Played::nothing();
    while let Some(one) = running.join_next().await {
        played.add(one??)?;
    }
    contender.caught_up().await?;
    played.elapsed = started.elapsed();
    check(&played, &contender.bookings(draw.first_day).await?, draw)?;
    Ok(played)
}

async fn run<C: Client>(mut client: C, course: Arc<Course>) -> Outcome<Played> {
    let mut played = Played::nothing();
    while let Some(nth) = course.next() {
        let wish = &course.draw.wishes[nth];
        let asked = Instant::now();
        if let Some(id) = client.book(wish).await? {
            count(&mut played.latency, asked.elapsed());
            played.booked.push((wish.number, id));
        } else {
            played.refused += 1;
        }
    }
    Ok(played)
}

/// Hands out a draw's wishes until the turn is over.
struct Course {
    draw: Arc<Draw>,
    started: Instant,
    turn: Duration,
    next: Mutex<usize>,
}

impl Course {
    fn new(draw: Arc<Draw>, turn: Duration) -> Self {
        Self {
            draw,
            started: Instant::now(),
            turn,
            next: Mutex::new(0),
        }
    }

    fn next(&self) -> Option<usize> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let nth = *next;
        let lap_ends = nth > 0 && nth.is_multiple_of(self.draw.lap);
        if nth >= self.draw.wishes.len() || (lap_ends && self.started.elapsed() >= self.turn) {
            return None;
        }
        *next += 1;
        Some(nth)
    }
}

impl Played {
    fn nothing() -> Self {
        Self {
            booked: Vec::new(),
            refused: 0,
            elapsed: Duration::ZERO,
            latency: microseconds(),
        }
    }

    fn add(&mut self, other: Self) -> Outcome<()> {
        self.booked.extend(other.booked);
        self.refused += other.refused;
        self.latency.add(other.latency)?;
        Ok(())
    }
}

/// Whether exactly what was acknowledged is kept, and no two of it overlap.
fn check(played: &Played, kept: &[Uuid], draw: &Draw) -> Outcome<()> {
    let kept_once: HashSet<Uuid> = kept.iter().copied().collect();
    if kept_once.len() != kept.len() || kept.len() != played.booked.len() {
        let (booked, kept) = (played.booked.len(), kept.len());
        return Err(format!("{booked} bookings were acknowledged and {kept} are kept").into());
    }
    let mut days: HashMap<(u32, Day), SlotMask> = HashMap::new();
    for (number, id) in &played.booked {
        let wish = &draw.wishes[*number as usize];
        if !kept_once.contains(id) {
            return Err(format!("booking {id} was acknowledged and is not kept").into());
        }
        let busy = days.entry((wish.resource, wish.day)).or_default();
        if busy.overlaps(wish.mask()) {
            return Err(format!("booking {id} overlaps another one").into());
        }
        *busy |= wish.mask();
    }
    Ok(())
}

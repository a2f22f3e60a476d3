use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use domain::calendar::SlotIndex;
use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use crate::{
    Outcome,
    draw::{Dice, Draw, Wish},
    play::{Contender, Played, Rival, count, microseconds},
};

/// The hours of the one day that is fought for.
const HOURS: u8 = 24;

/// What came of a fight.
#[derive(Debug)]
pub(super) struct Fought {
    /// Bookings, refusals and cancellations that were answered.
    pub(super) commands: u64,
    /// Bookings that were acknowledged.
    pub(super) booked: u64,
    /// Until the last answer.
    pub(super) elapsed: Duration,
    /// Of every command, in microseconds.
    pub(super) latency: Histogram<u64>,
}

/// Lets `clients` book random hours of one resource's day for `turn`, each
/// cancelling at once what it got.
///
/// # Errors
///
/// When the contender fails at anything but a refusal, or gives an hour to two.
pub(super) async fn fight<C>(contender: &C, clients: usize, turn: Duration) -> Outcome<Fought>
where
    C: Contender<Client: Rival>,
{
    let taken: Arc<[AtomicBool]> = (0..HOURS).map(|_| AtomicBool::new(false)).collect();
    let mut ready = Vec::with_capacity(clients);
    for _ in 0..clients {
        ready.push(contender.client().await?);
    }
    let started = Instant::now();
    let mut running: JoinSet<Outcome<Fought>> = JoinSet::new();
    for (nth, client) in ready.into_iter().enumerate() {
        let dice = Dice::new(u64::try_from(nth)?);
        running.spawn(run(client, dice, Arc::clone(&taken), started + turn));
    }
    let mut fought = Fought::nothing();
    while let Some(one) = running.join_next().await {
        let one = one??;
        fought.commands += one.commands;
        fought.booked += one.booked;
        fought.latency.add(one.latency)?;
    }
    fought.elapsed = started.elapsed();
    Ok(fought)
}

async fn run<C: Rival>(
    mut client: C,
    mut dice: Dice,
    taken: Arc<[AtomicBool]>,
    end: Instant,
) -> Outcome<Fought> {
    let mut fought = Fought::nothing();
    while Instant::now() < end {
        let wish = wish(&mut dice);
        let asked = Instant::now();
        let booked = client.book(&wish).await?;
        fought.answered(asked);
        let Some(id) = booked else {
            continue;
        };
        fought.booked += 1;
        let hour = &taken[usize::from(wish.first.get() / wish.slots)];
        if hour.swap(true, Ordering::AcqRel) {
            return Err(format!("{} was given to two", wish.span()).into());
        }
        hour.store(false, Ordering::Release);
        let asked = Instant::now();
        client.cancel(&wish, id).await?;
        fought.answered(asked);
    }
    Ok(fought)
}

fn wish(dice: &mut Dice) -> Wish {
    let hour = u8::try_from(dice.below(u32::from(HOURS))).unwrap_or(0);
    Wish {
        number: dice.below(1000),
        resource: 0,
        day: Draw::first_day(),
        first: SlotIndex::at(hour, 0).expect("an hour of the day"),
        slots: 4,
        bits: dice.bits_128(),
    }
}

impl From<Played> for Fought {
    /// Of a turn in which nothing was cancelled; the latency is of bookings alone.
    fn from(played: Played) -> Self {
        let booked = played.booked.len() as u64;
        Self {
            commands: booked + played.refused,
            booked,
            elapsed: played.elapsed,
            latency: played.latency,
        }
    }
}

impl Fought {
    fn nothing() -> Self {
        Self {
            commands: 0,
            booked: 0,
            elapsed: Duration::ZERO,
            latency: microseconds(),
        }
    }

    fn answered(&mut self, asked: Instant) {
        self.commands += 1;
        count(&mut self.latency, asked.elapsed());
    }
}

//! Clients that ask at random, and some that meet on purpose.

use std::{sync::Arc, time::Duration};

use domain::ids::{BookingId, HoldId};

use crate::{
    ask::{Ask, Made},
    deed::{Answer, Claim},
    draw::Draw,
    stage::{Stage, Visitor, pause},
    stretch::{Stretch, days, ms, of_day},
};

/// Durations on offer, in quarter hours; the longest covers three days.
pub(crate) const DURATIONS: [i64; 4] = [1, 4, 20, 176];

/// No lease is longer, in milliseconds: the longest in all that a hold may live.
const LEASE_MS_MAX: i64 = 9_000;

/// What each of a crowd asks in a rush.
const ASKS_IN_A_RUSH: u32 = 3;

/// Visitors of one resource.
#[derive(Debug)]
pub(crate) struct Client {
    stage: Arc<Stage>,
    draw: Draw,
    number: usize,
    resource: usize,
    visitor: Visitor,
    hold: Option<(HoldId, Stretch)>,
    bookings: Vec<Made>,
    /// The position that the next read must show.
    after: Option<String>,
    keys: u32,
}

/// A span of the days that are fought for; seldom a long one.
pub(crate) fn some_stretch(draw: &mut Draw) -> Stretch {
    let count = match draw.between(0..=9) {
        0 => DURATIONS[3],
        1 | 2 => DURATIONS[2],
        3 | 4 => DURATIONS[0],
        _ => DURATIONS[1],
    };
    let midnights: Vec<i64> = days().collect();
    let midnight = *draw.pick(&midnights);
    // Few starts, so that many meet.
    let first = midnight + i64::try_from(draw.between(0..=23)).unwrap() * 4;
    Stretch { first, count }
}

fn hold_of(answer: &Answer) -> Option<(HoldId, Stretch)> {
    let hold = answer.text("holdId")?.parse().ok()?;
    Some((hold, Stretch::of(&answer.body)?))
}

fn booking_of(answer: &Answer, resource: usize) -> Option<Made> {
    let id: BookingId = answer.text("bookingId")?.parse().ok()?;
    let token = answer.text("manageToken")?.to_owned();
    Some(Made {
        id,
        token,
        resource,
    })
}

impl Client {
    pub(crate) fn new(
        stage: Arc<Stage>,
        draw: Draw,
        number: usize,
        resource: usize,
        visitor: Visitor,
    ) -> Self {
        Self {
            stage,
            draw,
            number,
            resource,
            visitor,
            hold: None,
            bookings: Vec::new(),
            after: None,
            keys: 0,
        }
    }

    /// Asks this and that until it is over.
    pub(crate) async fn wander(mut self) {
        while !self.stage.over.is_cancelled() {
            let ask = self.some_ask();
            self.asks(ask).await;
            pause(Duration::from_millis(self.draw.between(5..=60))).await;
        }
    }

    /// Asks with a crowd, all at once, whenever there is a rush.
    pub(crate) async fn rush(mut self) {
        let mut rushes = self.stage.rushes.subscribe();
        let over = self.stage.over.clone();
        loop {
            tokio::select! {
                () = over.cancelled() => return,
                _ = rushes.changed() => {}
            }
            for _ in 0..ASKS_IN_A_RUSH {
                let ask = self.some_ask();
                self.asks(ask).await;
            }
        }
    }

    fn some_ask(&mut self) -> Ask {
        let resource = self.resource;
        let stretch = some_stretch(&mut self.draw);
        let booking = (!self.bookings.is_empty()).then(|| self.draw.pick(&self.bookings).clone());
        match (self.draw.between(0..=99), self.hold, booking) {
            (0..=29, ..) => {
                let own = self.hold.filter(|_| self.draw.chance(60));
                let stretch = own.map_or(stretch, |(_, own)| own);
                self.book(stretch)
            }
            (30..=44, Some((hold, own)), _) => self.renew(hold, own),
            (30..=57, ..) => {
                let checkout = self.draw.chance(10);
                self.beat(stretch, checkout)
            }
            (58..=64, own, _) => Ask::Leave {
                resource,
                hold: own.map(|(id, _)| id).filter(|_| self.draw.chance(50)),
            },
            (65..=75, _, Some(booking)) => Ask::Cancel { booking },
            (76..=83, _, Some(booking)) => Ask::Move { booking, stretch },
            (84..=88, _, Some(booking)) => Ask::Booking {
                booking,
                after: self.after.clone(),
            },
            (89..=93, ..) => Ask::Presence {
                resource,
                after: self.after.clone(),
            },
            _ => {
                let midnights: Vec<i64> = days().collect();
                Ask::Day {
                    resource,
                    midnight: *self.draw.pick(&midnights),
                    after: self.after.clone(),
                }
            }
        }
    }

    fn book(&mut self, stretch: Stretch) -> Ask {
        self.keys += 1;
        Ask::Book {
            resource: self.resource,
            stretch,
            key: format!("key-{}-{}", self.number, self.keys),
        }
    }

    fn beat(&self, stretch: Stretch, checkout: bool) -> Ask {
        Ask::Beat {
            resource: self.resource,
            stretch,
            hold: None,
            checkout,
        }
    }

    fn renew(&self, hold: HoldId, stretch: Stretch) -> Ask {
        Ask::Beat {
            resource: self.resource,
            stretch,
            hold: Some(hold),
            checkout: false,
        }
    }

    /// Asks, and remembers what it was told.
    async fn asks(&mut self, ask: Ask) -> Option<Answer> {
        let asked = ask.clone();
        let answer = self
            .stage
            .insist(&self.visitor, &mut self.draw, ask)
            .await?;
        match (answer.claim(), asked) {
            (Claim::Done, Ask::Book { .. }) => {
                self.bookings.extend(booking_of(&answer, self.resource));
                self.hold = None;
            }
            (Claim::Done, Ask::Beat { .. }) => self.hold = hold_of(&answer),
            (Claim::Done, Ask::Leave { .. }) => self.hold = None,
            (Claim::Done, Ask::Cancel { booking }) => {
                self.bookings.retain(|made| made.id != booking.id);
            }
            // What the read was to show is gone, or yet to come.
            (Claim::NotShown, _) => self.after = None,
            (Claim::Refused, _) if answer.code == "hold_lost" => self.hold = None,
            // Undone with the history that it was of.
            (Claim::Refused, Ask::Move { booking, .. } | Ask::Booking { booking, .. })
                if answer.status == 404 =>
            {
                self.bookings.retain(|made| made.id != booking.id);
            }
            _ => {}
        }
        if let Some(place) = answer.place {
            self.after = Some(place.to_string());
        }
        Some(answer)
    }

    /// Again and again takes a hold, and lets a leave meet a beat, and now and
    /// then a booking.
    pub(crate) async fn duel(mut self) {
        while !self.stage.over.is_cancelled() {
            let stretch = some_stretch(&mut self.draw);
            let beat = self.beat(stretch, false);
            self.asks(beat).await;
            let Some((hold, stretch)) = self.hold else {
                continue;
            };
            let leave = Ask::Leave {
                resource: self.resource,
                hold: self.draw.chance(50).then_some(hold),
            };
            let renew = self.renew(hold, stretch);
            let book = self.book(stretch);
            let books = self.draw.chance(40);
            let mut draws = [(); 3].map(|()| self.draw.fork());
            let [one, two, three] = &mut draws;
            let (stage, visitor) = (&self.stage, &self.visitor);
            let (_, _, booked) = tokio::join!(
                stage.insist(visitor, one, leave),
                stage.insist(visitor, two, renew),
                async {
                    if !books {
                        return None;
                    }
                    stage.insist(visitor, three, book).await
                },
            );
            let made = booked.and_then(|answer| booking_of(&answer, self.resource));
            if let Some(booking) = made {
                self.asks(Ask::Cancel { booking }).await;
            }
            pause(Duration::from_millis(self.draw.between(5..=60))).await;
        }
    }

    /// Takes a hold and lets it come to its end: at that instant its owner beats
    /// or books, and a rival beats or books the same.
    pub(crate) async fn meet_at_expiry(mut self, rival: Visitor) {
        while !self.stage.over.is_cancelled() {
            let stretch = some_stretch(&mut self.draw);
            let beat = self.beat(stretch, false);
            let told = self.asks(beat).await;
            let expires = told.as_ref().and_then(|told| ms(told.text("expiresAt")?));
            let (Some((hold, stretch)), Some(expires)) = (self.hold, expires) else {
                pause(Duration::from_millis(self.draw.between(5..=60))).await;
                continue;
            };
            // A little before, for the way.
            let early = i64::try_from(self.draw.between(0..=30)).unwrap();
            // A lease by a clock that was ahead meanwhile is not waited for.
            let wait = (expires - early - self.stage.now_ms()).clamp(0, LEASE_MS_MAX);
            pause(Duration::from_millis(wait.unsigned_abs())).await;
            let own = if self.draw.chance(50) {
                self.renew(hold, stretch)
            } else {
                self.book(stretch)
            };
            let others = if self.draw.chance(50) {
                self.book(stretch)
            } else {
                self.beat(stretch, false)
            };
            let (mut one, mut two) = (self.draw.fork(), self.draw.fork());
            let stage = &self.stage;
            tokio::join!(
                stage.insist(&self.visitor, &mut one, own),
                stage.insist(&rival, &mut two, others),
            );
        }
    }
}

/// Whether a quarter hour is of a day.
pub(crate) fn is_of(midnight: i64, slot: i64) -> bool {
    of_day(midnight).contains(&slot)
}

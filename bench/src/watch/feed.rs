use std::{future::Future, ops::Range};

use domain::calendar::SlotIndex;
use uuid::Uuid;

use super::published::SLOTS;
use crate::{
    Outcome,
    draw::{Draw, Wish},
    http::{Connection, Request},
    ours::WebClient,
    play::Client,
};

/// What makes a day change.
pub(super) trait Feed {
    /// Makes change `nth`, which leaves the slots `busy`.
    fn change(
        &mut self,
        nth: usize,
        busy: Range<usize>,
    ) -> impl Future<Output = Outcome<()>> + Send;
}

/// Posts each new state to the broadcasting server.
#[derive(Debug)]
pub(super) struct Broadcast {
    connection: Connection,
    request: Request,
}

impl Broadcast {
    pub(super) async fn new(address: &str) -> Outcome<Self> {
        Ok(Self {
            connection: Connection::open(address).await?,
            request: Request::default(),
        })
    }
}

impl Feed for Broadcast {
    async fn change(&mut self, _nth: usize, busy: Range<usize>) -> Outcome<()> {
        let busy: Vec<String> = busy.map(|slot| slot.to_string()).collect();
        let busy = busy.join(",");
        let body = format!(r#"{{"date":"2040-01-01","busySlots":[{busy}]}}"#);
        let request = self.request.json("POST", "/publish", &[], &body);
        let answer = self.connection.ask(request).await?;
        match answer.status {
            204 => Ok(()),
            _ => Err(answer.surprise()),
        }
    }
}

/// Books and cancels quarter hours of the first day of a resource.
#[derive(Debug)]
pub(super) struct Bookings {
    visitor: WebClient,
    resource: u32,
    /// By slot: the booking, and what it is cancelled with.
    made: Vec<(Uuid, String)>,
}

impl Bookings {
    pub(super) async fn new(address: &str, resource: u32) -> Outcome<Self> {
        Ok(Self {
            visitor: WebClient::new(address).await?,
            resource,
            made: Vec::new(),
        })
    }
}

impl Feed for Bookings {
    async fn change(&mut self, nth: usize, _busy: Range<usize>) -> Outcome<()> {
        if nth > SLOTS {
            let (booking, token) = &self.made[nth - SLOTS - 1];
            return self.visitor.cancel(*booking, token).await;
        }
        let wish = Wish {
            number: self.resource,
            resource: self.resource,
            day: Draw::first_day(),
            first: SlotIndex::new(u8::try_from(nth - 1)?)?,
            slots: 1,
            bits: u128::try_from(nth)?,
        };
        let booked = self.visitor.book(&wish).await?;
        let booking = booked.ok_or("a free quarter hour was refused")?;
        let token = self.visitor.manage_token().to_owned();
        self.made.push((booking, token));
        Ok(())
    }
}

use std::{future::Future, ops::Range};

use crate::{
    Outcome,
    http::{Connection, Request},
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

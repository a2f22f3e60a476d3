use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::calendar::Day;
use serde_json::Value;

use super::{
    meters::Ask,
    site::{Site, There},
};
use crate::{
    Outcome,
    draw::Dice,
    http::{Connection, Request},
    ours::resource,
};

/// The lengths that visitors want, in minutes.
const DURATIONS: [u32; 2] = [60, 120];

/// How many starts a visitor tries to hold before it goes.
const TRIES: u32 = 3;

/// Out of a hundred beats, how many are for another start.
const CHANGES_MIND: u32 = 5;

/// Out of a hundred visitors: how many leave, vanish without a word (the others
/// book), and how many of those that book fill in a form on a longer lease.
const LEAVE: u32 = 35;
const VANISH: u32 = 15;
const FILL_IN: u32 = 50;

/// Out of a hundred bookings: how many are cancelled, and how many moved.
const CANCEL: u32 = 50;
const MOVE: u32 = 20;

/// One visitor, from its coming to its going.
#[derive(Debug)]
pub(super) struct Visitor {
    site: Arc<Site>,
    nth: u64,
    dice: Dice,
    connection: Connection,
    request: Request,
    authorization: String,
    resource: String,
    day: Day,
    duration: u32,
}

/// An answer that may be had.
#[derive(Debug)]
struct Reply {
    status: u16,
    body: Value,
}

/// A hold, as the server told of it.
#[derive(Debug)]
struct Held {
    id: String,
    start: String,
    beat_every: Duration,
}

/// Comes, looks, holds, perhaps books, perhaps thinks better of it. What goes
/// wrong is counted.
pub(super) async fn visit(site: Arc<Site>, nth: u64) {
    let _there = There::at(&site.visitors);
    if let Err(error) = live(&site, nth).await {
        site.meters.surprised(error.to_string());
    }
}

async fn live(site: &Arc<Site>, nth: u64) -> Outcome<()> {
    let mut visitor = Visitor::arrive(site, nth).await?;
    let Some(held) = visitor.choose().await? else {
        return Ok(());
    };
    let Some(held) = visitor.stay(held).await? else {
        return Ok(());
    };
    match visitor.dice.below(100) {
        decision if decision < LEAVE => visitor.leave(&held).await,
        decision if decision < LEAVE + VANISH => Ok(()),
        _ => visitor.book(held).await,
    }
}

impl Visitor {
    async fn arrive(site: &Arc<Site>, nth: u64) -> Outcome<Self> {
        let mut dice = Dice::new(nth);
        let (first, _) = site.open_days();
        let day = first.plus(dice.below(Site::days_open()));
        let mut visitor = Self {
            connection: Connection::open(site.address(nth)).await?,
            request: Request::default(),
            authorization: String::new(),
            resource: resource(dice.below(site.plan.resources)).to_string(),
            day: day.ok_or("the year 9999")?,
            duration: dice.pick(&DURATIONS),
            site: Arc::clone(site),
            nth,
            dice,
        };
        let reply = visitor
            .ask(Ask::Session, "POST", "/v1/sessions", &[], "{}")
            .await?;
        let token = reply.body["token"].as_str().ok_or("no token")?;
        visitor.authorization = format!("authorization: Bearer {token}");
        let (resource, duration) = (&visitor.resource, visitor.duration);
        let to = first.plus(30).ok_or("the year 9999")?;
        let month = format!(
            "/v1/resources/{resource}/availability?from={first}&to={to}&duration={duration}"
        );
        visitor.read(Ask::Month, &month).await?;
        let day = format!("/v1/resources/{}/days/{}", visitor.resource, visitor.day);
        visitor.read(Ask::Day, &day).await?;
        Ok(visitor)
    }

    /// Holds a start that can be had.
    async fn choose(&mut self) -> Outcome<Option<Held>> {
        for _ in 0..TRIES {
            let Some(start) = self.start().await? else {
                return Ok(None);
            };
            if let Some(held) = self.beat(&start, None, "presence").await? {
                return Ok(Some(held));
            }
        }
        Ok(None)
    }

    /// A start that the list has as available.
    async fn start(&mut self) -> Outcome<Option<String>> {
        let (resource, day, duration) = (&self.resource, self.day, self.duration);
        let path = format!("/v1/resources/{resource}/slots?date={day}&duration={duration}");
        let list = self.read(Ask::Slots, &path).await?;
        let slots = list["slots"].as_array().ok_or("no list")?;
        let starts: Vec<&str> = slots
            .iter()
            .filter(|slot| slot["available"] == true)
            .filter_map(|slot| slot["start"].as_str())
            .collect();
        if starts.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.dice.pick(&starts).to_owned()))
    }

    /// Keeps the hold alive for a while; nothing when it was lost, or all is over.
    async fn stay(&mut self, mut held: Held) -> Outcome<Option<Held>> {
        let beats = 1 + self.dice.below(self.site.plan.beats_max);
        for _ in 0..beats {
            if !self.site.pause(held.beat_every).await {
                return Ok(None);
            }
            if self.dice.below(100) < CHANGES_MIND {
                let Some(moved) = self.choose().await? else {
                    return Ok(None);
                };
                held = moved;
                continue;
            }
            let Some(renewed) = self
                .beat(&held.start.clone(), Some(&held), "presence")
                .await?
            else {
                return Ok(None);
            };
            held = renewed;
        }
        Ok(Some(held))
    }

    async fn beat(
        &mut self,
        start: &str,
        renew: Option<&Held>,
        lease: &str,
    ) -> Outcome<Option<Held>> {
        let renew = renew.map_or_else(String::new, |held| format!(r#","holdId":"{}""#, held.id));
        let duration = self.duration;
        let body =
            format!(r#"{{"start":"{start}","duration":{duration},"lease":"{lease}"{renew}}}"#);
        let path = format!("/v1/resources/{}/heartbeat", self.resource);
        let headers = [self.authorization.clone()];
        let reply = self.ask(Ask::Beat, "POST", &path, &headers, &body).await?;
        if reply.status != 200 {
            return Ok(None);
        }
        let text = |name: &str| reply.body[name].as_str().map(ToOwned::to_owned);
        let beat_every = reply.body["heartbeatEveryMs"].as_u64().ok_or("no pace")?;
        Ok(Some(Held {
            id: text("holdId").ok_or("no hold")?,
            start: text("start").ok_or("no start")?,
            beat_every: Duration::from_millis(beat_every),
        }))
    }

    async fn leave(&mut self, held: &Held) -> Outcome<()> {
        let path = format!("/v1/resources/{}/leave", self.resource);
        let body = format!(r#"{{"holdId":"{}"}}"#, held.id);
        let headers = [self.authorization.clone()];
        self.ask(Ask::Leave, "POST", &path, &headers, &body).await?;
        Ok(())
    }

    async fn book(&mut self, held: Held) -> Outcome<()> {
        if self.dice.below(100) < FILL_IN {
            let start = held.start.clone();
            if self.beat(&start, Some(&held), "checkout").await?.is_none() {
                return Ok(());
            }
            let form = Duration::from_millis(2_000 + u64::from(self.dice.below(10_000)));
            if !self.site.pause(form).await {
                return Ok(());
            }
        }
        let (resource, start, duration) = (&self.resource, &held.start, self.duration);
        let body = format!(
            r#"{{"resourceId":"{resource}","start":"{start}","duration":{duration},"attendee":{{"name":"Some Body","email":"some.body@example.org"}}}}"#,
        );
        let key = format!("idempotency-key: visit-{}", self.nth);
        let headers = [self.authorization.clone(), key];
        let reply = self
            .ask(Ask::Book, "POST", "/v1/bookings", &headers, &body)
            .await?;
        if reply.status != 201 {
            return Ok(());
        }
        self.site.meters.stand(1);
        let text = |name: &str| reply.body[name].as_str().map(ToOwned::to_owned);
        let id = text("bookingId").ok_or("no booking")?;
        let token = text("manageToken").ok_or("no token")?;
        self.think_again(&id, &token).await
    }

    /// Comes back by the link, later: to cancel, to move, or not at all.
    async fn think_again(&mut self, id: &str, token: &str) -> Outcome<()> {
        let later = Duration::from_millis(5_000 + u64::from(self.dice.below(30_000)));
        if !self.site.pause(later).await {
            return Ok(());
        }
        let decision = self.dice.below(100);
        if decision >= CANCEL + MOVE {
            return Ok(());
        }
        self.connection = Connection::open(self.site.address(self.nth + 1)).await?;
        let headers = [format!("slotkeeper-manage-token: {token}")];
        let path = format!("/v1/bookings/{id}");
        if decision < CANCEL {
            let reply = self.ask(Ask::Cancel, "DELETE", &path, &headers, "").await?;
            if reply.status == 200 {
                self.site.meters.stand(-1);
            }
        } else if let Some(start) = self.start().await? {
            let duration = self.duration;
            let body = format!(r#"{{"start":"{start}","duration":{duration}}}"#);
            self.ask(Ask::Move, "PATCH", &path, &headers, &body).await?;
        }
        Ok(())
    }

    async fn read(&mut self, ask: Ask, path: &str) -> Outcome<Value> {
        let reply = self.ask(ask, "GET", path, &[], "").await?;
        Ok(reply.body)
    }

    /// Asks, and takes the answer's time. A refusal by a rule is an answer too.
    async fn ask(
        &mut self,
        ask: Ask,
        method: &str,
        path: &str,
        headers: &[String],
        body: &str,
    ) -> Outcome<Reply> {
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let request = if method == "GET" {
            self.request.get(path)
        } else {
            self.request.json(method, path, &headers, body)
        };
        let asked = Instant::now();
        let answer = self.connection.ask(request).await?;
        self.site.meters.answered(ask, asked.elapsed());
        match answer.status {
            200..300 => {}
            409 => {
                let code = answer.text("code").unwrap_or("none");
                self.site.meters.refused(code);
            }
            _ => return Err(format!("{}: {}", ask.name(), answer.surprise()).into()),
        }
        let body = if answer.body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(answer.body)?
        };
        Ok(Reply {
            status: answer.status,
            body,
        })
    }
}

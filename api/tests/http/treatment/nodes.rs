//! Nodes that are killed, stopped and started, and somebody who books on them.

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    dice::Dice,
    viewer::{Days, Weather},
};
use crate::{
    node::Node,
    server::{ADMIN_KEY, DEADLINE, studio},
    visitor::booking,
};

/// Nodes at most.
const NODES: usize = 2;

/// The hour that is booked once, in the end.
const NOON: u64 = 12;

/// What is held and booked: in three partitions.
pub(super) const RESOURCES: [&str; 3] = ["studio-a", "studio-b", "studio-c"];

/// Sessions that hold and book.
const VISITORS: usize = 4;

/// The nodes of one database, and those who ask them.
pub(super) struct Nodes {
    url: String,
    live: Vec<Node>,
    client: Client,
    tokens: Vec<String>,
    /// Bookings that stand: their ids and what they are cancelled with.
    booked: Vec<(String, String)>,
    dates: Vec<String>,
    weather: watch::Sender<Weather>,
}

impl Nodes {
    /// Starts as many as there may be, with the resources, of which `dates` are asked for.
    pub(super) async fn start(url: String, dates: Vec<String>) -> Self {
        let mut nodes = Self {
            url,
            live: Vec::new(),
            client: Client::new(),
            tokens: Vec::new(),
            booked: Vec::new(),
            dates,
            weather: watch::Sender::default(),
        };
        while nodes.live.len() < NODES {
            nodes.another().await;
        }
        for resource in RESOURCES {
            let path = format!("/v1/resources/{resource}");
            let put = nodes.request(0, Method::PUT, &path, ADMIN_KEY, &studio());
            assert_eq!(put.send().await.unwrap().status(), StatusCode::CREATED);
        }
        for nth in 0..VISITORS {
            let session = nodes.request(nth, Method::POST, "/v1/sessions", ADMIN_KEY, &json!({}));
            let session: Value = session.send().await.unwrap().json().await.unwrap();
            nodes
                .tokens
                .push(session["token"].as_str().unwrap().to_owned());
        }
        nodes
    }

    /// What viewers go by.
    pub(super) fn weather(&self) -> watch::Receiver<Weather> {
        self.weather.subscribe()
    }

    async fn another(&mut self) {
        self.live.push(Node::start(&self.url).await);
        self.tell();
    }

    fn tell(&self) {
        let addresses = self.live.iter();
        let addresses = addresses.map(|node| node.base.strip_prefix("http://").unwrap().to_owned());
        let addresses = addresses.collect();
        self.weather
            .send_modify(|weather| weather.addresses = addresses);
    }

    /// One node goes, without a word or in order, and another one comes.
    pub(super) async fn restart(&mut self, dice: &mut Dice) {
        let nth = usize::try_from(dice.below(2)).unwrap();
        let node = self.live.remove(nth);
        if dice.below(2) == 0 {
            node.kill().await;
            self.tell();
        } else {
            // Viewers see it go.
            node.terminate().await;
            self.tell();
        }
        self.another().await;
    }

    fn request(
        &self,
        node: usize,
        method: Method,
        path: &str,
        bearer: &str,
        body: &Value,
    ) -> reqwest::RequestBuilder {
        let base = &self.live[node % self.live.len()].base;
        let request = self.client.request(method, format!("{base}{path}"));
        request.timeout(DEADLINE).bearer_auth(bearer).json(body)
    }

    /// Somebody holds, leaves, books or cancels, or is refused.
    pub(super) async fn step(&mut self, dice: &mut Dice) {
        let node = usize::try_from(dice.below(2)).unwrap();
        let token = dice.pick(&self.tokens).unwrap();
        let date = dice.pick(&self.dates).unwrap();
        let resource = dice.pick(&RESOURCES).unwrap();
        // Noon is for the end.
        let hour = dice.below(23);
        let hour = if hour < NOON { hour } else { hour + 1 };
        let start = format!("{date}T{hour:02}:00:00Z");
        let request = match dice.below(11) {
            0..4 => {
                let path = format!("/v1/resources/{resource}/heartbeat");
                let beat = json!({"start": start, "duration": 60});
                self.request(node, Method::POST, &path, &token, &beat)
            }
            4..6 => {
                let path = format!("/v1/resources/{resource}/leave");
                self.request(node, Method::POST, &path, &token, &json!({}))
            }
            6..8 if !self.booked.is_empty() => {
                let nth = usize::try_from(dice.below(self.booked.len() as u64)).unwrap();
                let (id, manage) = self.booked.swap_remove(nth);
                let base = &self.live[node].base;
                let request = self.client.delete(format!("{base}/v1/bookings/{id}"));
                request.header("Slotkeeper-Manage-Token", manage)
            }
            8 => {
                let path = format!("/v1/resources/{resource}");
                let retired = self.request(node, Method::DELETE, &path, ADMIN_KEY, &json!({}));
                self.send(retired).await;
                self.request(node, Method::PUT, &path, ADMIN_KEY, &studio())
            }
            _ => {
                // Some run through the night into the next day.
                let long = dice.below(4) == 0 && (hour > NOON || hour + 5 <= NOON);
                let minutes = if long { 300 } else { 60 };
                let body = booking(resource, &start, minutes);
                self.request(node, Method::POST, "/v1/bookings", &token, &body)
            }
        };
        self.send(request).await;
        self.weather.send_modify(|weather| weather.steps += 1);
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> String {
        let response = request.send().await.unwrap();
        let status = response.status();
        assert!(
            status.is_success() || status == StatusCode::CONFLICT,
            "{response:?}"
        );
        let position = response.headers().get("slotkeeper-position").cloned();
        if status == StatusCode::CREATED {
            let made: Value = response.json().await.unwrap();
            let text = |name: &str| Some(made[name].as_str()?.to_owned());
            self.booked
                .extend(text("bookingId").zip(text("manageToken")));
        }
        position.map_or_else(String::new, |position| {
            position.to_str().unwrap().to_owned()
        })
    }

    /// Ends every hold and changes one day of each resource once more, of which all must
    /// hear; what a viewer lost of the others before, nothing mends. Tells the truth, as
    /// all nodes do.
    pub(super) async fn settle(&mut self) {
        let mut truths = vec![Days::new(); self.live.len()];
        for resource in RESOURCES {
            let position = self.settle_resource(resource).await;
            for (node, truth) in truths.iter_mut().enumerate() {
                self.tell_truth(truth, node, (resource, &position)).await;
            }
        }
        assert_eq!(truths[0], truths[1]);
        let truth = truths.pop().unwrap().into();
        self.weather
            .send_modify(|weather| weather.truth = Some(truth));
    }

    async fn settle_resource(&mut self, resource: &str) -> String {
        for token in self.tokens.clone() {
            let path = format!("/v1/resources/{resource}/leave");
            let left = self.request(0, Method::POST, &path, &token, &json!({}));
            self.send(left).await;
        }
        let date = self.dates.last().unwrap();
        let body = booking(resource, &format!("{date}T{NOON}:00:00Z"), 60);
        let request = self.request(1, Method::POST, "/v1/bookings", &self.tokens[0], &body);
        let before = self.booked.len();
        let position = self.send(request).await;
        assert_eq!(self.booked.len(), before + 1, "noon is free");
        position
    }

    /// Adds what a node says of a resource and each of its days, at a position.
    async fn tell_truth(&self, days: &mut Days, node: usize, (of, position): (&str, &str)) {
        let mut insert = |event: &str, date: &str, state: Value| {
            days.insert((event.into(), of.into(), date.into()), state);
        };
        let path = format!("/v1/resources/{of}?after={position}");
        let resource = self.read(node, &path).await;
        let state = json!({"resourceId": of, "status": resource["status"]});
        insert("resource", "", state);
        for date in &self.dates {
            let path = format!("/v1/resources/{of}/days/{date}?after={position}");
            let busy = &self.read(node, &path).await["busySlots"];
            let state = json!({"resourceId": of, "date": date, "busySlots": busy});
            insert("availability", date, state);
            let path =
                format!("/v1/resources/{of}/presence?from={date}&to={date}&after={position}");
            let holds = &self.read(node, &path).await["holds"];
            let state = json!({"resourceId": of, "date": date, "holds": holds});
            insert("presence", date, state);
        }
    }

    async fn read(&self, node: usize, path: &str) -> Value {
        let url = format!("{}{path}", self.live[node].base);
        let response = self.client.get(url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }
}

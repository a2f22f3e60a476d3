//! Random histories: a cache too small for any command, nodes that take turns,
//! and yet every answer is the one that the rules alone would give.

use std::collections::HashMap;

use domain::{
    booking::Booking,
    calendar::{Day, Span, Timestamp},
    command::Command,
    decide::{Outcome, Undecided, decide},
    event::{Event, StreamEvent},
    facts::{Facts, NotLoaded},
    hold::{Hold, LiveHolds},
    ids::{BookingId, ResourceId},
    resource::Resource,
    resource_day::ResourceDay,
    stream::StreamId,
};
use executor::{ExecutorLimits, Failure, Receipt};
use futures::future::join_all;

use crate::{
    cluster::{Cluster, request},
    commands::*,
    lagging::{Views, project_some},
};

/// The pure domain with all of history at hand.
#[derive(Default)]
pub(crate) struct Model {
    resources: HashMap<ResourceId, Resource>,
    pub(crate) days: HashMap<(ResourceId, Day), ResourceDay>,
    bookings: HashMap<BookingId, Booking>,
    holds: LiveHolds,
    no_resource: Resource,
    no_day: ResourceDay,
    no_booking: Booking,
}

impl Facts for Model {
    fn resource(&self, id: &ResourceId) -> Result<&Resource, NotLoaded> {
        Ok(self.resources.get(id).unwrap_or(&self.no_resource))
    }

    fn day(&self, resource: &ResourceId, day: Day) -> Result<&ResourceDay, NotLoaded> {
        let day = self.days.get(&(resource.clone(), day));
        Ok(day.unwrap_or(&self.no_day))
    }

    fn booking(&self, id: BookingId) -> Result<&Booking, NotLoaded> {
        Ok(self.bookings.get(&id).unwrap_or(&self.no_booking))
    }

    fn holds(&self) -> &LiveHolds {
        &self.holds
    }
}

impl Model {
    fn apply(&mut self, (stream, event): &StreamEvent) {
        self.holds.apply(stream, event);
        match (stream.clone(), event) {
            (StreamId::Resource(id), Event::Resource(event)) => {
                self.resources.entry(id).or_default().evolve(event);
            }
            (StreamId::ResourceDay(id, day), Event::ResourceDay(event)) => {
                self.days.entry((id, day)).or_default().evolve(event);
            }
            (StreamId::Booking(id), Event::Booking(event)) => {
                self.bookings.entry(id).or_default().evolve(event);
            }
            _ => panic!("an event in a stream of another type"),
        }
    }

    fn answer(&mut self, command: &Command, now: Timestamp) -> Result<Outcome, Undecided> {
        let decision = decide(self, command, now)?;
        for event in &decision.events {
            self.apply(event);
        }
        Ok(decision.outcome)
    }

    /// Asserts that a node answered a command, which is `told`, as the rules alone do;
    /// `now` is the time at which the last one was accepted.
    pub(crate) fn agrees(
        &mut self,
        command: &Command,
        answer: Result<Receipt, Failure>,
        now: &mut Timestamp,
        told: &str,
    ) -> Option<Outcome> {
        match answer {
            Ok(receipt) => {
                *now = receipt.decided_at;
                let expected = self.answer(command, *now);
                assert_eq!(
                    Ok(&receipt.outcome),
                    expected.as_ref(),
                    "{told}: {command:?}"
                );
                Some(receipt.outcome)
            }
            Err(Failure::Rejected { rejection, .. }) => {
                let expected = self.answer(command, *now).unwrap_err();
                let refused = Undecided::Rejected(rejection);
                assert_eq!(refused, expected, "{told}: {command:?}");
                None
            }
            Err(failure) => panic!("{told}: {failure}"),
        }
    }
}

/// Random commands over few resources, sessions, days and keys, so that they
/// meet; by a seed, so that a failure comes again.
pub(crate) struct Commands {
    state: u64,
    pub(crate) bookings: Vec<BookingId>,
    holds: Vec<Hold>,
}

pub(crate) const NAMES: [&str; 3] = ["studio-a", "studio-b", "studio-c"];

impl Commands {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            state: seed,
            bookings: Vec::new(),
            holds: Vec::new(),
        }
    }

    /// `SplitMix64`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % bound
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        let count = u64::try_from(from.len()).unwrap();
        if count == 0 {
            return None;
        }
        let index = usize::try_from(self.below(count)).unwrap();
        Some(from[index].clone())
    }

    fn span(&mut self) -> Span {
        let minutes = [15, 15, 15, 60, 60, 60, 120, 300, HIRE];
        let minutes = self.pick(&minutes).unwrap();
        let (day, hour) = (2 + self.below(4), self.below(24));
        span(&format!("{day:02}T{hour:02}:00"), minutes)
    }

    pub(crate) fn next(&mut self) -> Command {
        let name = self.pick(&NAMES).unwrap();
        let session = session(self.below(4).into());
        match self.below(100) {
            0..30 => {
                let span = self.span();
                beat(name, session, span)
            }
            30..40 => {
                let hold = self.holds.clone();
                self.pick(&hold)
                    .map_or_else(|| put(name), |hold| renew(&hold))
            }
            40..50 => leave(name, session),
            50..80 => {
                let (key, span) = (self.below(20).to_string(), self.span());
                book_with_key(name, session, span, &key)
            }
            80 => except(name, self.below(4), self.span()),
            81 => remove_exception(name, self.below(4)),
            82..99 => {
                let bookings = self.bookings.clone();
                match self.pick(&bookings) {
                    Some(booking) if self.below(2) == 0 => reschedule(booking, self.span()),
                    Some(booking) => cancel(booking),
                    None => put(name),
                }
            }
            99 if self.below(4) == 0 => Command::RetireResource(name.parse().unwrap()),
            _ => put(name),
        }
    }

    pub(crate) fn note(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Held(hold) => self.holds.push(hold.clone()),
            Outcome::Booked { booking, .. } => self.bookings.push(booking.id()),
            _ => {}
        }
    }
}

pub(crate) const TINY: usize = 1;

#[tokio::test]
async fn answers_do_not_depend_on_what_is_in_memory() {
    let cluster = Cluster::new().await;
    let tiny = ExecutorLimits {
        cached_streams: TINY,
        ..ExecutorLimits::default()
    };
    let nodes = [
        cluster.node_with(tiny.clone()).await,
        cluster.node_with(tiny).await,
        cluster.node().await,
    ];
    let (mut model, mut commands) = (Model::default(), Commands::new(20_401_231));
    let mut now = Timestamp::EPOCH;
    for step in 0..800 {
        // The views lag behind by whatever they please, so that what is cold comes from
        // them, from the log and from both.
        if commands.below(4) == 0 {
            let events = commands.below(30);
            project_some(&nodes[2].log, usize::try_from(events).unwrap()).await;
        }
        let command = commands.next();
        let node = commands.pick(&[0, 1, 2]).unwrap();
        let answer = nodes[node].execute(command.clone()).await;
        let told = format!("step {step}");
        if let Some(outcome) = model.agrees(&command, answer, &mut now, &told) {
            commands.note(&outcome);
        }
    }
    assert!(commands.bookings.len() > 50, "{}", commands.bookings.len());
    assert!(commands.holds.len() > 50, "{}", commands.holds.len());
    cluster.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn random_commands_on_two_nodes_at_once_leave_a_sound_log() {
    let (cluster, one) = Cluster::with_resources(&NAMES).await;
    let tiny = ExecutorLimits {
        cached_streams: TINY,
        batch: 5,
        ..ExecutorLimits::default()
    };
    let other = cluster.node_with(tiny).await;
    let _views = Views::start(&one);
    let mut commands = Commands::new(7);
    for _ in 0..40 {
        let calls = (0..32).map(|nth| {
            let node = if nth % 2 == 0 { &one } else { &other };
            node.executor.execute(request(commands.next()))
        });
        for answer in join_all(calls.collect::<Vec<_>>()).await {
            match answer {
                Ok(receipt) => commands.note(&receipt.outcome),
                Err(Failure::Rejected { .. }) => {}
                Err(failure) => panic!("{failure}"),
            }
        }
    }
    assert!(commands.bookings.len() > 50, "{}", commands.bookings.len());
    cluster.audit().await;
}

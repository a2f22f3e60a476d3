//! Random commands of several sessions on two nodes at once, against a model that
//! knows no more than the rules: each answer is the one that it predicts at the
//! position answered, and what there is at the end is what it has.

mod draw;
mod model;

use std::collections::BTreeMap;

use domain::{
    booking::Booking, calendar::Timestamp, command::Command, event::Event, hold::LiveHolds,
    ids::BookingId, partition::Partition, stream::StreamId,
};
use eventlog::{Log, Position, RecordedEvent};
use executor::{Executor, ExecutorLimits, Failure, Receipt, Request};
use futures::future::join_all;

use self::{
    draw::{Draw, put},
    model::{Answer, Claim, Model, Told, Visit},
};
use crate::{
    cluster::{Cluster, DEADLINE, request},
    lagging::Views,
};

/// Commands that are under way at the same time.
const AT_ONCE: u64 = 24;

/// Rounds of them before the holds of the first half run out, and after.
const ROUNDS: usize = 20;

/// Milliseconds from 1970 to a time that starts of 2020 lie before, and others after.
const LONG_AFTER_2020: u64 = 1_780_000_000_000;

/// Which histories are tried, unless the environment names one.
const SEEDS: [u64; 2] = [1, 2];

/// A command, and how it was answered.
struct Asked {
    /// By which the log names it.
    id: String,
    command: Command,
    answer: Answer,
    position: Position,
    /// Of what was accepted.
    decided_at: Option<Timestamp>,
}

/// All that was asked, by partition.
#[derive(Default)]
struct History {
    asked: BTreeMap<Partition, Vec<Asked>>,
    count: usize,
}

impl History {
    /// The next command as a request that the log names.
    fn request(&mut self, command: Command) -> Request {
        self.count += 1;
        Request {
            request_id: Some(format!("command-{}", self.count)),
            ..request(command)
        }
    }

    fn answered(&mut self, request: Request, answer: Result<Receipt, Failure>) {
        let (answer, position, decided_at) = match answer {
            Ok(receipt) => {
                let told = Told::from(&receipt.outcome);
                (Ok(told), receipt.position, Some(receipt.decided_at))
            }
            Err(Failure::Rejected {
                rejection,
                position,
                ..
            }) => (Err(rejection.code()), position, None),
            Err(failure) => panic!("{:?}: {failure}", request.command),
        };
        let asked = Asked {
            id: request.request_id.unwrap(),
            command: request.command,
            answer,
            position: position.position,
            decided_at,
        };
        self.asked
            .entry(position.partition)
            .or_default()
            .push(asked);
    }

    /// Asks at random, in rounds whose commands meet on two nodes.
    async fn ask(&mut self, nodes: [&Executor; 2], draw: &mut Draw) {
        for _ in 0..ROUNDS {
            let calls = (0..AT_ONCE).map(|_| {
                let request = self.request(draw.next());
                let node = nodes[usize::try_from(draw.below(2)).unwrap()];
                async move { (request.clone(), node.execute(request).await) }
            });
            for (request, answer) in join_all(calls.collect::<Vec<_>>()).await {
                if let Ok(receipt) = &answer {
                    draw.note(&receipt.outcome);
                }
                self.answered(request, answer);
            }
        }
    }
}

async fn events(log: &Log, partition: Partition) -> Vec<RecordedEvent> {
    let mut all = Vec::new();
    loop {
        let seen = all.last().map(|last: &RecordedEvent| last.position);
        let seen = seen.unwrap_or(Position::START);
        let tail = log.read_partition(partition, seen).await.unwrap();
        all.extend(tail.events);
        if !tail.more {
            return all;
        }
    }
}

/// Goes through a partition's appends, and holds each answer to the model: those
/// that wrote in the order in which they did, the others at any point of the
/// append that confirmed them. Time is that of the appends.
fn follow(model: &mut Model, events: &[RecordedEvent], asked: Vec<Asked>) {
    let mut asked: BTreeMap<String, Asked> = asked
        .into_iter()
        .map(|asked| (asked.id.clone(), asked))
        .collect();
    let mut states = BTreeMap::from([(Position::START, vec![model.clone()])]);
    for append in events.split_inclusive(|event| event.tip.is_some()) {
        let (now, end) = (append[0].recorded_at, append.last().unwrap().position);
        model.pass(now);
        let mut passed = vec![model.clone()];
        for of_one in
            append.chunk_by(|one, next| one.metadata.request_id == next.metadata.request_id)
        {
            let Some(id) = &of_one[0].metadata.request_id else {
                continue;
            };
            let wrote = asked.remove(id).expect("whoever wrote was answered");
            let predicted = model.answer(&wrote.command, now);
            assert_eq!(
                predicted,
                wrote.answer,
                "{:#?}\nat {:#?}",
                wrote.command,
                passed.last()
            );
            assert_eq!(
                (wrote.position, wrote.decided_at),
                (of_one.last().unwrap().position, Some(now))
            );
            passed.push(model.clone());
        }
        states.insert(end, passed);
    }
    for asked in asked.values() {
        let states = states
            .get(&asked.position)
            .expect("an answer names an append's end");
        justified(states, asked);
    }
}

/// Whether an answer that wrote nothing is what one of the states gives.
fn justified(states: &[Model], asked: &Asked) {
    // Refusals go by the clock only where a start has long passed.
    let now = asked
        .decided_at
        .unwrap_or(Timestamp::EPOCH.plus_ms(LONG_AFTER_2020));
    let fits = |state: &Model| {
        let mut after = state.clone();
        after.answer(&asked.command, now) == asked.answer && after == *state
    };
    let (command, answer, last) = (&asked.command, &asked.answer, states.last());
    assert!(
        states.iter().any(fits),
        "{command:#?}: {answer:?}\nat {last:#?}"
    );
}

/// The bookings and holds that the log comes to.
fn fold(events: &[RecordedEvent]) -> (BTreeMap<BookingId, Visit>, Vec<Claim>) {
    let mut bookings: BTreeMap<BookingId, Booking> = BTreeMap::new();
    let mut holds = LiveHolds::default();
    for recorded in events {
        holds.apply(&recorded.stream, &recorded.event);
        if let (StreamId::Booking(id), Event::Booking(event)) = (&recorded.stream, &recorded.event)
        {
            bookings.entry(*id).or_default().evolve(event);
        }
    }
    let made = bookings
        .iter()
        .filter_map(|(id, booking)| Some((*id, booking.get()?.into())));
    let last = events
        .last()
        .map_or(Timestamp::EPOCH, |last| last.recorded_at);
    // One that is due may end in an append to come.
    let live = holds.iter().filter(|hold| !hold.is_due(last));
    (made.collect(), live.map(Claim::from).collect())
}

fn sorted(mut claims: Vec<Claim>) -> Vec<Claim> {
    claims.sort_by_key(|claim| (claim.resource.clone(), claim.session));
    claims
}

/// Waits until a hold has run out.
async fn a_hold_ends(cluster: &Cluster) {
    while cluster.events("HoldExpired").await == 0 {}
}

#[expect(clippy::print_stdout, reason = "a failure's seed")]
async fn run(seed: u64) {
    println!("SLOTKEEPER_MODEL_SEED={seed}");
    let cluster = Cluster::new().await;
    let one = cluster.node().await;
    let tiny = ExecutorLimits {
        cached_streams: 1,
        batch: 5,
        ..ExecutorLimits::default()
    };
    let other = cluster.node_with(tiny).await;
    let nodes = [&one.executor, &other.executor];
    let _views = Views::start(&one);
    let (mut draw, mut history) = (Draw::new(seed), History::default());
    for (name, capacity) in draw::NAMES[..3].iter().zip([1, 3, 2]) {
        let request = history.request(put(name, false, (0, 0), capacity));
        let answer = one.executor.execute(request.clone()).await;
        history.answered(request, answer);
    }
    history.ask(nodes, &mut draw).await;
    tokio::time::timeout(DEADLINE, a_hold_ends(&cluster))
        .await
        .unwrap();
    history.ask(nodes, &mut draw).await;
    is_worth_it(&history);
    for (partition, asked) in history.asked {
        let events = events(&one.log, partition).await;
        let mut model = Model::default();
        follow(&mut model, &events, asked);
        let (bookings, holds) = fold(&events);
        assert_eq!(model.bookings, bookings);
        let claims = model.holds.into_values().collect();
        assert_eq!(sorted(claims), sorted(holds));
    }
    cluster.audit().await;
}

/// Whether enough of everything happened.
fn is_worth_it(history: &History) {
    let (mut booked, mut refused) = (0, BTreeMap::new());
    for asked in history.asked.values().flatten() {
        match &asked.answer {
            Ok(Told::Booked { .. }) => booked += 1,
            Ok(_) => {}
            Err(code) => *refused.entry(*code).or_insert(0) += 1,
        }
    }
    assert!(booked > 20, "{booked} bookings");
    assert!(refused.len() > 6, "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_two_nodes_is_what_a_simple_model_predicts_at_its_position() {
    let seeds = match std::env::var("SLOTKEEPER_MODEL_SEED") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => SEEDS.to_vec(),
    };
    for seed in seeds {
        run(seed).await;
    }
}

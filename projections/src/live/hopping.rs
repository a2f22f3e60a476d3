//! A viewer that goes from node to node, whose connections are cut, ends with what the
//! log says, however each node cuts the log into batches.

#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::{collections::BTreeMap, num::NonZeroUsize, ops::RangeInclusive, sync::Arc};

use bytes::Bytes;
use domain::{
    calendar::{Buffers, Day, SeatCount, SlotCount, SlotMask, Span, Timestamp},
    event::Event,
    hold::Lease,
    ids::{BookingId, HoldId, ResourceId, SessionId},
    partition::Partition,
    resource_day::{
        FreedReason, HoldPlaced, HoldReleased, ReleaseReason, ResourceDayEvent, SlotsBooked,
        SlotsFreed,
    },
    stream::StreamId,
};
use eventlog::{Actor, Epoch, Metadata, Position, RecordedEvent, Tip};
use proptest::prelude::*;
use uuid::Uuid;

use crate::appends::Appends;

use super::{
    Round,
    audience::{Publication, WatchedDays},
    day::{DayEntry, DayKey},
    partition::Reached,
    resource::ResourceEntry,
    rounds::{Known, Rounds},
    seat::Seat,
    state::PartitionState,
};

/// All appends are on one day.
const DAY: &str = "2031-03-03";

fn day() -> Day {
    DAY.parse().unwrap()
}

fn range() -> RangeInclusive<Day> {
    day()..=day()
}

fn resource() -> ResourceId {
    "studio-a".parse().unwrap()
}

/// What an append does to the day.
#[derive(Debug, Clone, Copy)]
enum Does {
    Hold(u8),
    Release(u8),
    Book(u8),
    Free(u8),
}

impl Does {
    fn event(self) -> ResourceDayEvent {
        let slots = |number: u8| SlotMask::run(number.try_into().unwrap(), 1);
        let hold_id = |number: u8| HoldId::new(Uuid::from_u128(number.into()));
        let booking = |number| BookingId::from_bits(Partition::new(0), [number; 16]);
        let start = |number: u8| day().start().plus_ms(u64::from(number) * 900_000);
        match self {
            Self::Hold(number) => ResourceDayEvent::HoldPlaced(HoldPlaced {
                hold_id: hold_id(number),
                session_id: SessionId::new(Uuid::from_u128(number.into())),
                span: Span::new(start(number), SlotCount::from_minutes(15).unwrap()).unwrap(),
                slots: slots(number),
                buffers: Buffers::NONE,
                buffer: SlotMask::EMPTY,
                lease: Lease::Presence,
                placed_at: Timestamp::EPOCH,
                lease_expires_at: Timestamp::EPOCH,
                renewable_until: Timestamp::EPOCH,
                quantity: SeatCount::ONE,
            }),
            Self::Release(number) => ResourceDayEvent::HoldReleased(HoldReleased {
                hold_id: hold_id(number),
                slots: slots(number),
                reason: ReleaseReason::Left,
                lease_expires_at: Timestamp::EPOCH,
                renewals: 0,
            }),
            Self::Book(number) => ResourceDayEvent::SlotsBooked(SlotsBooked {
                booking_id: booking(number),
                slots: slots(number),
                buffer: SlotMask::EMPTY,
                quantity: SeatCount::ONE,
            }),
            Self::Free(number) => ResourceDayEvent::SlotsFreed(SlotsFreed {
                booking_id: booking(number),
                slots: slots(number),
                buffer: SlotMask::EMPTY,
                reason: FreedReason::Cancelled,
                quantity: SeatCount::ONE,
            }),
        }
    }
}

/// The log: each event an append of its own.
fn log(does: &[Does]) -> Vec<RecordedEvent> {
    let recorded = (1..).zip(does).map(|(number, does)| RecordedEvent {
        partition: Partition::new(0),
        position: Position::new(number),
        stream: StreamId::ResourceDay(resource(), day()),
        sequence: number,
        event: Event::ResourceDay(does.event()),
        emptied: false,
        metadata: Metadata {
            actor: Actor::System,
            request_id: None,
            causation: "Test".into(),
        },
        recorded_at: Timestamp::EPOCH,
        hash: [0; 32],
        tip: Some(Tip(1)),
    });
    recorded.collect()
}

/// A node with the day in memory; what it has applied and not shown yet, and how far it
/// says it is.
struct Node {
    state: PartitionState,
    unshown: Vec<Publication>,
    reached: Reached,
}

impl Node {
    fn new() -> Self {
        let (one, many) = (NonZeroUsize::MIN, WatchedDays::new(100));
        let start = (epoch(), Position::START);
        let mut state = PartitionState::new(Partition::new(0), start, one, Arc::new(many));
        let key = DayKey {
            resource: resource(),
            day: day(),
        };
        state.days.put(key, DayEntry::empty(day()));
        state.resources.put(resource(), ResourceEntry::default());
        // Somebody always watches, so that the board is not made for each viewer.
        state.join(&resource(), &range()).unwrap();
        let unshown = Vec::new();
        let reached = state.reached();
        Self {
            state,
            unshown,
            reached,
        }
    }

    fn applied(&self) -> usize {
        usize::try_from(self.state.position().position.get()).unwrap()
    }

    /// Applies what comes next, in one batch.
    fn apply(&mut self, log: &[RecordedEvent], count: usize) {
        self.show();
        let rest = &log[self.applied()..];
        let count = count.min(rest.len());
        let mut appends = Appends::default();
        appends.push(rest[..count].into());
        if let Some(batch) = appends.take(usize::MAX) {
            self.unshown = self.state.apply(&batch);
        }
    }

    fn show(&mut self) {
        for publication in &self.unshown {
            publication.put_up();
        }
        self.reached = self.state.reached();
        for publication in self.unshown.drain(..) {
            publication.wake();
        }
    }
}

fn epoch() -> Epoch {
    Epoch::new(Uuid::nil(), 0, "1")
}

/// What it saw last of each kind, and the last id.
#[derive(Default)]
struct Viewer {
    saw: BTreeMap<&'static str, Bytes>,
    id: Option<Position>,
    rounds: Option<Rounds>,
    /// Of the node that it watches.
    node: usize,
}

fn kind(frame: &Bytes) -> &'static str {
    let kinds = ["availability", "presence", "resource"];
    let of = |kind: &&str| frame.starts_with(format!("event: {kind}").as_bytes());
    kinds.into_iter().find(of).unwrap()
}

impl Viewer {
    fn connect(&mut self, nodes: &mut [Node], index: usize) {
        let node = &mut nodes[index];
        let applied = node.reached.at.position;
        let placed = self.id.filter(|id| *id <= applied);
        let lost = self.id.is_some() && placed.is_none();
        let board = node.state.join(&resource(), &range()).unwrap();
        let seats = vec![Seat::new(0, board, placed)];
        let known = vec![Known::new(node.reached, placed)];
        self.rounds = Some(Rounds::new(seats, known, lost));
        self.node = index;
    }

    /// Takes in the next round, if there is one: all of it, or so many frames before it
    /// is cut. Whether there was one.
    fn read(&mut self, nodes: &[Node], frames_max: Option<usize>) -> bool {
        let reached = nodes[self.node].reached;
        let rounds = self.rounds.as_mut();
        let Some(round) = rounds.and_then(|rounds| rounds.round(|_| reached)) else {
            return false;
        };
        match round {
            Round::Reset => {
                self.saw.clear();
                // The frame has an id that no node can place.
                self.id = Some(Position::new(u64::MAX));
            }
            Round::Days { frames, id } => {
                let taken = frames.iter().take(frames_max.unwrap_or(usize::MAX));
                self.saw
                    .extend(taken.map(|frame| (kind(frame), frame.clone())));
                let at = id.of(Partition::new(0)).unwrap();
                self.id = Some(at.position)
                    .filter(|_| frames_max.is_none())
                    .or(self.id);
            }
        }
        if frames_max.is_some() {
            self.rounds = None;
        }
        true
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Apply(usize, usize),
    Show(usize),
    Connect(usize),
    Read(Option<usize>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..2_usize, 1..4_usize).prop_map(|(node, count)| Step::Apply(node, count)),
        (0..2_usize).prop_map(Step::Show),
        (0..2_usize).prop_map(Step::Connect),
        Just(Step::Read(None)),
        (0..2_usize).prop_map(|frames| Step::Read(Some(frames))),
    ];
    prop::collection::vec(step, 0..60)
}

/// Any way from free to held or booked and back, of two quarter hours.
fn history() -> impl Strategy<Value = Vec<Does>> {
    let choices = prop::collection::vec((0..2_u8, any::<bool>()), 1..16);
    choices.prop_map(|choices| {
        let (mut held, mut booked) = ([false; 2], [false; 2]);
        let does = choices.into_iter().map(|(number, is_hold)| {
            let of = if is_hold { &mut held } else { &mut booked };
            let on = &mut of[usize::from(number)];
            *on = !*on;
            match (is_hold, *on) {
                (true, true) => Does::Hold(number),
                (true, false) => Does::Release(number),
                (false, true) => Does::Book(number),
                (false, false) => Does::Free(number),
            }
        });
        does.collect()
    })
}

/// What a viewer that begins at the end sees.
fn truth(log: &[RecordedEvent]) -> BTreeMap<&'static str, Bytes> {
    let mut nodes = [Node::new()];
    nodes[0].apply(log, log.len());
    nodes[0].show();
    let mut viewer = Viewer::default();
    viewer.connect(&mut nodes, 0);
    viewer.read(&nodes, None);
    viewer.saw
}

/// What a viewer has in the end, when all is applied and shown everywhere.
fn ends_with(log: &[RecordedEvent], steps: &[Step]) -> BTreeMap<&'static str, Bytes> {
    let (mut nodes, mut viewer) = ([Node::new(), Node::new()], Viewer::default());
    viewer.connect(&mut nodes, 0);
    for step in steps {
        match *step {
            Step::Apply(node, count) => nodes[node].apply(log, count),
            Step::Show(node) => nodes[node].show(),
            Step::Connect(node) => viewer.connect(&mut nodes, node),
            Step::Read(frames_max) => {
                viewer.read(&nodes, frames_max);
            }
        }
    }
    for node in &mut nodes {
        node.apply(log, log.len());
        node.show();
    }
    if viewer.rounds.is_none() {
        viewer.connect(&mut nodes, 1);
    }
    while viewer.read(&nodes, None) {}
    viewer.saw
}

#[test]
fn who_saw_elsewhere_what_was_undone_here_in_one_batch_is_told() {
    for does in [
        [Does::Hold(1), Does::Release(1)],
        [Does::Book(1), Does::Free(1)],
    ] {
        let log = log(&does);
        let steps = [
            Step::Apply(0, 1),
            Step::Show(0),
            Step::Read(None),
            Step::Apply(1, 2),
            Step::Show(1),
            Step::Connect(1),
        ];
        assert_eq!(ends_with(&log, &steps), truth(&log), "{does:?}");
    }
}

proptest! {
    #[test]
    fn a_viewer_ends_with_the_truth_wherever_it_was(does in history(), steps in steps()) {
        let log = log(&does);
        prop_assert_eq!(ends_with(&log, &steps), truth(&log));
    }
}

use std::{collections::HashMap, net::IpAddr};

use domain::{
    calendar::{SlotCount, Timestamp},
    ids::SessionId,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const PAUSE: Duration = Duration::from_mins(1);
const MOST: usize = 3;
/// How long anybody may hold a span.
const ENOUGH: Duration = Duration::from_mins(15);
const LEASE: Duration = Duration::from_secs(10);

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn span(first_quarter: u64, quarters: u32) -> Span {
    let start = Timestamp::EPOCH.plus_ms(first_quarter * 900_000);
    let length = SlotCount::from_minutes(quarters * 15).expect("a length");
    Span::new(start, length).expect("a span")
}

fn claim(session: u8, resource: &str, span: Span) -> Claim {
    Claim {
        session: SessionId::new(Uuid::from_u128(session.into())),
        resource: resource.parse().expect("an id"),
        span,
    }
}

fn address(last: u8) -> Holder {
    Holder::Address(IpAddr::from([192, 0, 2, last]).into())
}

/// Holdings, and the rule that a hold lasts for so long and no longer, whatever renews it.
struct Desk {
    holdings: Holdings,
    /// What each session has: its span, and its term.
    has: HashMap<SessionId, (Span, Term)>,
}

impl Desk {
    fn new() -> Self {
        Self {
            holdings: Holdings::new(PAUSE),
            has: HashMap::new(),
        }
    }

    fn holders(claim: &Claim, place: u8) -> [Holder; 2] {
        [Holder::Session(claim.session), address(place)]
    }

    /// Places a hold for one lease, or renews the session's of that span, if that may be.
    fn place(&mut self, claim: &Claim, place: u8, now: Duration) -> Result<(), NotNow> {
        let holders = Self::holders(claim, place);
        for holder in holders {
            self.holdings.require(holder, claim, MOST, now)?;
        }
        let placing = self.holdings.begin(holders, claim, now);
        let has = self.has.get(&claim.session);
        let own = has.filter(|(span, term)| *span == claim.span && now < term.until);
        let enough_at = own.map_or(now + ENOUGH, |(_, term)| term.enough_at);
        let until = (now + LEASE).min(enough_at);
        let id = None;
        let term = Term {
            id,
            until,
            enough_at,
        };
        self.has.insert(claim.session, (claim.span, term));
        self.holdings.hold(holders, claim, term, Some(placing), now);
        Ok(())
    }

    fn leave(&mut self, claim: &Claim, place: u8, now: Duration) {
        self.has.remove(&claim.session);
        let holders = Self::holders(claim, place);
        self.holdings
            .end(holders, claim.session, (&claim.resource, Ended::Any), now);
    }

    /// Until when anybody has the quarter hour.
    fn had_until(&self, quarter: u64) -> Duration {
        let had = self.has.values();
        let had = had.filter(|(had, _)| had.overlaps(span(quarter, 1)));
        had.map(|(_, term)| term.until).max().unwrap_or_default()
    }
}

#[test]
fn live_holds_are_counted_and_moves_are_not_further_ones() {
    let mut desk = Desk::new();
    for session in 1..=3 {
        let first = claim(session, "studio-a", span(u64::from(session) * 8, 4));
        desk.place(&first, 1, at(0)).expect("room");
    }
    let moved = claim(1, "studio-a", span(80, 4));
    desk.place(&moved, 1, at(1))
        .expect("a move is no further hold");
    let fourth = claim(4, "studio-a", span(96, 4));
    assert_eq!(desk.place(&fourth, 1, at(1)), Err(NotNow::TooMany(at(9))));
    desk.place(&fourth, 2, at(1))
        .expect("another address has its own");
    desk.leave(&moved, 1, at(2));
    let fifth = claim(5, "studio-a", span(104, 4));
    desk.place(&fifth, 1, at(2)).expect("room again");
}

#[test]
fn what_was_not_placed_does_not_count() {
    let mut desk = Desk::new();
    for session in 1..=20 {
        let claim = claim(session, "studio-a", span(4, 4));
        let holders = Desk::holders(&claim, 1);
        let placing = desk.holdings.begin(holders, &claim, at(0));
        desk.holdings.withdraw(holders, placing);
    }
    assert_eq!(desk.holdings.count, 0);
    assert!(desk.holdings.by_holder.is_empty());
}

#[test]
fn sessions_of_one_address_that_take_turns_have_to_wait_in_the_end() {
    let mut desk = Desk::new();
    let of = |second: u64| {
        let session = u8::try_from(second / 5 % 2 + 1).expect("1 or 2");
        claim(session, "studio-a", span(8, 4))
    };
    let mut now = 0;
    let refused = loop {
        let claim = of(now);
        if let Err(refused) = desk.place(&claim, 1, at(now)) {
            break refused;
        }
        desk.leave(&claim, 1, at(now + 5));
        now += 5;
    };
    assert_eq!(now, ENOUGH.as_secs());
    // The session left it a turn ago, the address at that moment.
    assert_eq!(refused, NotNow::HeldLongEnough(at(55)));
    let address_alone = desk.place(&claim(3, "studio-a", span(8, 4)), 1, at(now));
    assert_eq!(address_alone, Err(NotNow::HeldLongEnough(PAUSE)));
    let overlapping = claim(3, "studio-a", span(11, 4));
    assert!(desk.place(&overlapping, 1, at(now)).is_err());
    let beside = claim(3, "studio-a", span(12, 4));
    desk.place(&beside, 1, at(now)).expect("another span");
    let other = claim(9, "studio-a", span(8, 4));
    desk.place(&other, 2, at(now))
        .expect("another visitor comes first");
    let later = at(now) + PAUSE;
    desk.place(&of(now), 1, later)
        .expect("and they again after the pause");
}

#[test]
fn a_session_waits_at_any_address() {
    let mut desk = Desk::new();
    let ann = claim(1, "studio-a", span(8, 4));
    desk.place(&ann, 1, at(0)).expect("a hold");
    for beat in 1..=180 {
        let holders = Desk::holders(&ann, 1);
        let term = Term {
            id: None,
            until: (at(beat * 5) + LEASE).min(ENOUGH),
            enough_at: ENOUGH,
        };
        desk.holdings.hold(holders, &ann, term, None, at(beat * 5));
    }
    let refused = NotNow::HeldLongEnough(PAUSE);
    assert_eq!(desk.place(&ann, 1, ENOUGH), Err(refused));
    assert_eq!(desk.place(&ann, 2, ENOUGH), Err(refused));
}

#[test]
fn what_is_left_by_another_name_lives_on() {
    let mut desk = Desk::new();
    let ann = claim(1, "studio-a", span(8, 4));
    let holders = Desk::holders(&ann, 1);
    let id = |bits| HoldId::new(Uuid::from_u128(bits));
    let term = Term {
        id: Some(id(1)),
        until: LEASE,
        enough_at: ENOUGH,
    };
    desk.holdings.hold(holders, &ann, term, None, at(0));
    let lives = |desk: &Desk| {
        let mut all = desk.holdings.by_holder.iter();
        all.all(|(_, of)| of.iter().all(|of| of.lives(at(1))))
    };
    for ended in [Ended::Named(id(2)), Ended::Meeting(span(12, 4))] {
        let which = (&ann.resource, ended);
        desk.holdings.end(holders, ann.session, which, at(1));
        assert!(lives(&desk), "{ended:?}");
    }
    let which = (&ann.resource, Ended::Named(id(1)));
    desk.holdings.end(holders, ann.session, which, at(1));
    assert!(!lives(&desk));
}

proptest! {
    /// Whatever sessions at one address do, they do not have a quarter hour for longer than
    /// twice the time that anybody may, before it was free for a whole pause.
    #[test]
    fn nobody_keeps_a_span_from_others_for_ever(
        deeds in prop::collection::vec((1..4_u8, 0..6_u64, 1..9_u64, any::<bool>()), 1..600),
    ) {
        let mut desk = Desk::new();
        let mut now = Duration::ZERO;
        let (mut kept_since, mut free_from) = (now, now);
        for (session, first, pause, leaves) in deeds {
            now += at(pause);
            let claim = claim(session, "studio-a", span(first + 5, 4));
            let before = desk.had_until(8).min(now);
            free_from = free_from.max(before);
            let granted = desk.place(&claim, 1, now).is_ok();
            if granted && claim.span.overlaps(span(8, 1)) {
                if free_from + PAUSE <= now {
                    kept_since = now;
                }
                let kept = now.saturating_sub(kept_since);
                prop_assert!(kept <= 2 * ENOUGH, "{kept:?}");
                free_from = now;
            }
            if granted && leaves {
                desk.leave(&claim, 1, now);
            }
        }
    }

    /// What is remembered is counted as it is.
    #[test]
    fn the_count_is_that_of_what_is_remembered(
        deeds in prop::collection::vec((0..6_u8, 0..3_u8, 0..40_u64, 0..30_u64), 0..300),
    ) {
        let mut desk = Desk::new();
        let mut now = 0;
        for (session, place, first, pause) in deeds {
            now += pause;
            let claim = claim(session, "studio-a", span(first, 2));
            // Refused or not, the count is to be true.
            let _ = desk.place(&claim, place, at(now));
            let remembered: usize = desk.holdings.by_holder.iter().map(|(_, all)| all.len()).sum();
            prop_assert_eq!(desk.holdings.count, remembered);
        }
    }
}

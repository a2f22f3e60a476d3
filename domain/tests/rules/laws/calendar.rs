//! Masks, spans and days against sets of quarter hours.

use std::collections::BTreeSet;

use domain::calendar::{Day, SLOT_MS, SlotCount, SlotIndex, SlotMask, Span, Timestamp};
use proptest::{collection::vec, prelude::*};

use crate::laws::{cases, folds::mask};

/// Of a mask, in a way of its own.
fn set(mask: SlotMask) -> BTreeSet<u8> {
    mask.slots().map(SlotIndex::get).collect()
}

fn mask_of(slots: &BTreeSet<u8>) -> SlotMask {
    slots.iter().fold(SlotMask::EMPTY, |mask, slot| {
        mask | SlotMask::run(SlotIndex::new(*slot).unwrap(), 1)
    })
}

fn any_span() -> impl Strategy<Value = Span> {
    // The quarter hours of the years 1970 to 9999 but the last 31 days.
    let last = (253_402_300_800_000 / SLOT_MS) - 2976;
    let near = 1_990_000..2_000_000_i64;
    let length = prop_oneof![1..8_u32, 1..=2976_u32];
    (prop_oneof![near, 0..last], length).prop_map(|(first, length)| {
        let start = Timestamp::from_ms(first * SLOT_MS).unwrap();
        Span::new(start, SlotCount::from_minutes(length * 15).unwrap()).unwrap()
    })
}

/// The quarter hours of a span, counted from 1970.
fn quarters(span: Span) -> BTreeSet<i64> {
    let first = span.start().ms() / SLOT_MS;
    (first..first + i64::from(span.length().get())).collect()
}

/// The quarter hours of a day's slots, counted from 1970.
fn quarters_of((day, slots): (Day, SlotMask)) -> Vec<i64> {
    let slots = slots.slots();
    slots.map(|slot| day.at(slot).ms() / SLOT_MS).collect()
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn masks_are_sets_of_slots(one in mask(), other in mask()) {
        let (a, b) = (set(one), set(other));
        prop_assert_eq!(set(one | other), &a | &b);
        prop_assert_eq!(set(one & other), &a & &b);
        prop_assert_eq!(set(one.without(other)), &a - &b);
        prop_assert_eq!(set(!one), &set(SlotMask::FULL) - &a);
        prop_assert_eq!(one.overlaps(other), !a.is_disjoint(&b));
        prop_assert_eq!(one.is_empty(), a.is_empty());
        prop_assert_eq!(one.count() as usize, a.len());
        prop_assert_eq!(one.first().map(SlotIndex::get), a.first().copied());
        prop_assert_eq!(one.last().map(SlotIndex::get), a.last().copied());
        prop_assert_eq!(mask_of(&a), one);
        for slot in SlotMask::FULL.slots() {
            prop_assert_eq!(one.contains(slot), a.contains(&slot.get()));
        }
    }

    #[test]
    fn runs_are_the_stretches_between_gaps(mask in mask()) {
        let runs: Vec<_> = mask.runs().collect();
        let covered: BTreeSet<u8> = runs.iter().cloned().flatten().collect();
        prop_assert_eq!(covered, set(mask));
        for pair in runs.windows(2) {
            prop_assert!(pair[0].end() + 1 < *pair[1].start());
        }
    }

    #[test]
    fn masks_are_written_and_read_back(mask in mask()) {
        prop_assert_eq!(mask.to_string().parse::<SlotMask>().unwrap(), mask);
        let stored = serde_json::to_string(&mask).unwrap();
        prop_assert_eq!(serde_json::from_str::<SlotMask>(&stored).unwrap(), mask);
        prop_assert_eq!(SlotMask::from_bits(mask.bits()), mask);
    }

    #[test]
    fn a_run_is_cut_at_the_day_s_end(first in 0..96_u8, count in any::<u8>()) {
        let run = SlotMask::run(SlotIndex::new(first).unwrap(), count);
        let end = u16::from(first) + u16::from(count);
        let expected: BTreeSet<u8> = (first..96).filter(|slot| u16::from(*slot) < end).collect();
        prop_assert_eq!(set(run), expected);
    }

    #[test]
    fn text_that_is_no_mask_is_refused_not_guessed(text in "[0-9,\\-+ ]{0,8}") {
        if let Ok(mask) = text.parse::<SlotMask>() {
            let parts = text.split(',').filter(|part| !part.is_empty());
            let slots = parts.flat_map(|part| {
                let (first, last) = part.split_once('-').unwrap_or((part, part));
                first.parse::<u8>().unwrap()..=last.parse().unwrap()
            });
            prop_assert_eq!(set(mask), slots.collect::<BTreeSet<u8>>());
        }
    }

    #[test]
    fn a_span_s_days_hold_its_quarter_hours_in_order(span in any_span()) {
        let days: Vec<_> = span.days().collect();
        let covered: Vec<i64> = days.iter().copied().flat_map(quarters_of).collect();
        prop_assert_eq!(covered, quarters(span).into_iter().collect::<Vec<_>>());
        prop_assert_eq!(days[0].0, span.first_day());
        prop_assert_eq!(days[days.len() - 1].0, span.last_day());
        prop_assert!(days.windows(2).all(|pair| pair[1].0.days_since(pair[0].0) == 1));
        prop_assert!(days.iter().all(|(_, slots)| !slots.is_empty()));
        for (day, slots) in days {
            prop_assert_eq!(span.mask_on(day), slots);
        }
        let length = i64::from(span.length().get());
        prop_assert_eq!(span.end().ms() - span.start().ms(), length * SLOT_MS);
    }

    #[test]
    fn spans_overlap_when_they_share_a_quarter_hour(
        first in 0..400_i64, length in 1..200_u32, other_first in 0..400_i64, other_length in 1..200_u32,
    ) {
        let span = |first: i64, length: u32| {
            let start = Timestamp::from_ms(first * SLOT_MS).unwrap();
            Span::new(start, SlotCount::from_minutes(length * 15).unwrap()).unwrap()
        };
        let (one, other) = (span(first, length), span(other_first, other_length));
        let share = !quarters(one).is_disjoint(&quarters(other));
        prop_assert_eq!(one.overlaps(other), share);
        prop_assert_eq!(other.overlaps(one), share);
        let share_on_a_day = one.days().any(|(day, slots)| slots.overlaps(other.mask_on(day)));
        prop_assert_eq!(share_on_a_day, share);
    }

    #[test]
    fn spans_are_written_and_read_back(span in any_span()) {
        let stored = serde_json::to_string(&span).unwrap();
        prop_assert_eq!(serde_json::from_str::<Span>(&stored).unwrap(), span);
        prop_assert_eq!(Span::new(span.start(), span.length()).unwrap(), span);
    }

    #[test]
    fn a_start_between_quarter_hours_is_no_span(ms in 0..10_000_000_i64) {
        prop_assume!(ms % SLOT_MS != 0);
        let start = Timestamp::from_ms(ms).unwrap();
        prop_assert!(Span::new(start, SlotCount::from_minutes(15).unwrap()).is_err());
    }

    #[test]
    fn times_are_written_and_read_back(ms in 0..253_402_300_800_000_i64) {
        let time = Timestamp::from_ms(ms).unwrap();
        let text = time.to_string();
        prop_assert_eq!(text.len(), 24);
        prop_assert_eq!(text.parse::<Timestamp>().unwrap(), time);
        prop_assert_eq!(Timestamp::from(time.to_datetime()), time);
        let day = Day::of(time);
        prop_assert!(day.start() <= time && (time < day.end() || day.plus(1).is_none()));
        prop_assert_eq!(day.to_string(), &text[..10]);
    }

    #[test]
    fn days_count_on(day in 0..2_932_896_i64, days in 0..1000_u32) {
        let start = Day::of(Timestamp::from_ms(day * 86_400_000).unwrap());
        let later = start.plus(days);
        if let Some(later) = later {
            prop_assert_eq!(later.days_since(start), i64::from(days));
            prop_assert_eq!(later.start().ms(), (day + i64::from(days)) * 86_400_000);
            prop_assert_eq!(start.through(later).count(), days as usize + 1);
        } else {
            prop_assert!(day + i64::from(days) > 2_932_896);
        }
    }

    #[test]
    fn only_one_form_of_a_date_is_read(parts in vec("[0-9+\\- ]{1,2}", 3), century in "[0-9+ ]{2}") {
        let text = format!("{century}{}-{}-{}", parts[0], parts[1], parts[2]);
        if let Ok(day) = text.parse::<Day>() {
            prop_assert_eq!(day.to_string(), text);
        }
    }
}

//! Counts of seats, bit by bit, are what counting each slot by itself gives.

use domain::calendar::{SeatCount, Seats, SlotIndex, SlotMask};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::laws::cases;

/// A change of some slots: more seats, or fewer.
#[derive(Debug, Clone, Copy)]
struct Change {
    takes: bool,
    slots: SlotMask,
    quantity: SeatCount,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let slots = prop_oneof![
        any::<u128>().prop_map(SlotMask::from_bits),
        (0..96_u8, 1..30_u8)
            .prop_map(|(first, count)| SlotMask::run(SlotIndex::new(first).unwrap(), count)),
    ];
    let quantity = prop_oneof![
        4 => select(vec![1, 1, 1, 2, 3, 4, 7, 8]),
        1 => 1..=1000_u16,
    ];
    let change = (any::<bool>(), slots, quantity).prop_map(|(takes, slots, quantity)| Change {
        takes,
        slots,
        quantity: SeatCount::new(quantity).unwrap(),
    });
    vec(change, 0..24)
}

fn all_slots() -> impl Iterator<Item = (usize, SlotMask)> {
    let slot = |index: u8| SlotMask::run(SlotIndex::new(index).unwrap(), 1);
    (0..96).map(move |index| (usize::from(index), slot(index)))
}

/// The seats after some changes, and what each slot has by itself.
fn after(changes: &[Change]) -> (Seats, [u16; 96]) {
    let (mut seats, mut naive) = (Seats::default(), [0_u16; 96]);
    for change in changes {
        let Change {
            takes,
            slots,
            quantity,
        } = *change;
        match takes {
            true => seats.add(slots, quantity),
            false => seats.remove(slots, quantity),
        }
        for (index, _) in all_slots().filter(|(_, slot)| slot.overlaps(slots)) {
            naive[index] = match takes {
                true => naive[index] + quantity.get(),
                false => naive[index].saturating_sub(quantity.get()),
            };
        }
    }
    (seats, naive)
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn seats_count_each_slot_by_itself(changes in changes(), limit in prop_oneof![0..9_u16, 0..4_000_u16]) {
        let (seats, naive) = after(&changes);
        for (index, slot) in all_slots() {
            prop_assert_eq!(seats.most_in(slot), naive[index], "slot {}", index);
            prop_assert_eq!(seats.above(limit).overlaps(slot), naive[index] > limit);
            prop_assert_eq!(seats.taken().overlaps(slot), naive[index] > 0);
        }
        prop_assert_eq!(seats.most_in(SlotMask::FULL), naive.into_iter().max().unwrap());
        prop_assert_eq!(seats.are_single(), naive.iter().all(|count| *count <= 1));
        prop_assert_eq!(seats.are_none(), naive.iter().all(|count| *count == 0));
        let told = seats.runs().map(|(slots, count)| u32::from(count) * slots.count()).sum::<u32>();
        prop_assert_eq!(told, naive.into_iter().map(u32::from).sum::<u32>());
    }

    #[test]
    fn seats_are_written_and_read_back_and_added_slot_by_slot(one in changes(), other in changes()) {
        let ((mut one, of_one), (other, of_other)) = (after(&one), after(&other));
        prop_assert_eq!(one.to_string().parse::<Seats>().unwrap(), one.clone());
        one.add_all(&other);
        for (index, slot) in all_slots() {
            prop_assert_eq!(one.most_in(slot), of_one[index] + of_other[index]);
        }
    }
}

#[test]
fn more_than_can_be_counted_stays_the_most_that_can() {
    let slot = SlotMask::run(SlotIndex::FIRST, 2);
    let mut seats = Seats::default();
    for _ in 0..70 {
        seats.add(slot, SeatCount::MAX);
    }
    assert_eq!(seats.most_in(slot), u16::MAX);
    for text in ["96", "1:0", "1:x", "1:65536", ":2", "1,,2"] {
        assert!(text.parse::<Seats>().is_err(), "{text}");
    }
}

//! The chain.

use super::Plant;

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "a chain that is gone",
        sql: "delete from chain where partition = {p}",
        told: &[
            "there is none: the chain reaches position 0 of",
            "chains the rest: delete nothing",
        ],
        ..Plant::NONE
    },
    Plant {
        name: "a chain whose end is gone",
        sql: "delete from chain where partition = {p} and after > 0",
        told: &[
            "its end is missing: the chain reaches position",
            "chains the rest: delete nothing",
        ],
        ..Plant::NONE
    },
    Plant {
        name: "a chain whose beginning is gone",
        sql: "delete from chain where partition = {p} and after = 0",
        told: &["its blocks from position 1 to"],
        ..Plant::NONE
    },
    Plant {
        name: "a value of the chain that is another",
        sql: "update chain set value = sha256(value) where partition = {p} and after > 0",
        told: &["the chain's value does not follow from the one at"],
        ..Plant::NONE
    },
    Plant {
        name: "a hash in the chain that is another",
        sql: "update chain set hashes = set_byte(hashes, 5, get_byte(hashes, 5) # 1) where partition = {p} and after = 0",
        told: &["the chain's value does not follow from the one at"],
        ..Plant::NONE
    },
];

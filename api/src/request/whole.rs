use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// A whole number, however it is written: JSON has one kind of number, in which `60`,
/// `60.0` and `6e1` are the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Whole(pub(crate) i64);

/// Up to here every whole number has a double of its own: 2⁵³.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_i64(Visitor)
    }
}

struct Visitor;

impl de::Visitor<'_> for Visitor {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Whole, E> {
        Ok(Whole(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Whole, E> {
        let whole = i64::try_from(number).map(Whole);
        whole.map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Whole, E> {
        if number.fract() != 0.0 || number.abs() > EXACT_MAX {
            return Err(E::invalid_type(de::Unexpected::Float(number), &self));
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within 2⁵³")]
        Ok(Whole(number as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        let read = |text: &str| serde_json::from_str::<Whole>(text).map(|Whole(number)| number);
        for (text, number) in [
            ("60", 60),
            ("60.0", 60),
            ("6e1", 60),
            ("0.6e2", 60),
            ("600E-1", 60),
            ("-0.0", 0),
            ("-15.00", -15),
            ("9007199254740992.0", 9_007_199_254_740_992),
            ("9223372036854775807", i64::MAX),
        ] {
            assert_eq!(read(text).ok(), Some(number), "{text}");
        }
        for text in [
            "60.5",
            "1e-1",
            "1e300",
            "9223372036854775808",
            "\"60\"",
            "null",
            "true",
            "[60]",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}

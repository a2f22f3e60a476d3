use chrono::{Datelike, NaiveDate};

/// Writes `number` in decimal digits over all of `place`, zeros in front.
///
/// Times and dates are written by the dozen in every list and event, and
/// chrono's formatter costs ten times as much.
pub(super) const fn put(place: &mut [u8], mut number: u32) {
    let mut nth = place.len();
    while nth > 0 {
        nth -= 1;
        place[nth] = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Writes a date of the years 0 to 9999 over the first ten bytes of `place`, which
/// has the dashes already.
pub(super) fn put_date(place: &mut [u8], date: NaiveDate) {
    put(&mut place[..4], date.year().unsigned_abs());
    put(&mut place[5..7], date.month());
    put(&mut place[8..10], date.day());
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, SecondsFormat};

    use crate::calendar::{Day, Timestamp};

    /// As chrono has it: at the ends, around midnights, leap days and years, and
    /// at steps of a prime number of milliseconds between them.
    #[test]
    fn times_and_dates_are_written_as_chrono_writes_them() {
        let last = 253_402_300_799_999_i64;
        let strides = (0..=last).step_by(86_028_121_957);
        let odd = [
            1,
            999,
            59_999,
            86_399_999,
            86_400_000,
            951_782_400_000,
            last,
        ];
        for ms in strides.chain(odd) {
            let time = Timestamp::from_ms(ms).expect("within the years");
            let chrono = DateTime::from_timestamp_millis(ms).expect("a time");
            let text = chrono.to_rfc3339_opts(SecondsFormat::Millis, true);
            assert_eq!(time.to_string(), text);
            assert_eq!(Day::of(time).to_string(), text[..10]);
        }
    }
}

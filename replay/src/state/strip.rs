use domain::calendar::{SLOTS_PER_DAY, SlotIndex, SlotMask};

/// Hours of a day in one line: half a day, so that a line fits a terminal of 80 columns.
const HOURS_PER_LINE: u8 = 12;

/// The hours above the two lines of a strip, four characters each.
pub(crate) fn strip_hours() -> [String; 2] {
    [0, HOURS_PER_LINE].map(|first| {
        let hours = (first..first + HOURS_PER_LINE).map(|hour| format!("{hour:02}"));
        hours.collect::<Vec<_>>().join("  ")
    })
}

/// A day in two lines of 48 characters, one a quarter hour: `#` booked, `h` held, `-` kept
/// free by a buffer, `·` free.
pub(crate) fn strip(booked: SlotMask, held: SlotMask, buffer: SlotMask) -> [String; 2] {
    let mark = |slot| match (booked.contains(slot), held.contains(slot)) {
        (true, _) => '#',
        (false, true) => 'h',
        (false, false) if buffer.contains(slot) => '-',
        (false, false) => '·',
    };
    let half = SLOTS_PER_DAY / 2;
    [0..half, half..SLOTS_PER_DAY].map(|line| {
        let slots = line.filter_map(|index| SlotIndex::new(index).ok());
        slots.map(mark).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_shows_each_quarter_hour_under_its_hour() -> Result<(), Box<dyn std::error::Error>> {
        let [morning, afternoon] = strip("52-55".parse()?, "54-57".parse()?, "55-59".parse()?);
        let [_, hours] = strip_hours();
        assert_eq!(morning, "·".repeat(48));
        assert_eq!(afternoon.chars().count(), hours.len() + 2);
        let under = |hour: &str| hours.find(hour).unwrap_or(usize::MAX);
        let quarters: String = afternoon.chars().skip(under("13")).take(8).collect();
        assert_eq!(quarters, "####hh--");
        Ok(())
    }
}

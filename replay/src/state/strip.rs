use domain::calendar::{SLOTS_PER_DAY, SlotIndex, SlotMask};

/// The hours above a strip, four characters each.
pub(crate) const STRIP_HOURS: &str = "00  01  02  03  04  05  06  07  08  09  10  11  \
     12  13  14  15  16  17  18  19  20  21  22  23  ";

/// A day in 96 characters, one a quarter hour: `#` booked, `h` held, `·` free.
pub(crate) fn strip(booked: SlotMask, held: SlotMask) -> String {
    let slots = (0..SLOTS_PER_DAY).filter_map(|index| SlotIndex::new(index).ok());
    let mark = |slot| match (booked.contains(slot), held.contains(slot)) {
        (true, _) => '#',
        (false, true) => 'h',
        (false, false) => '·',
    };
    slots.map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_shows_each_quarter_hour_under_its_hour() -> Result<(), Box<dyn std::error::Error>> {
        let drawn = strip("52-55".parse()?, "54-57".parse()?);
        assert_eq!(drawn.chars().count(), STRIP_HOURS.len());
        let under = |hour: &str| STRIP_HOURS.find(hour).unwrap_or(usize::MAX);
        let quarters: String = drawn.chars().skip(under("13")).take(8).collect();
        assert_eq!(quarters, "####hh··");
        Ok(())
    }
}

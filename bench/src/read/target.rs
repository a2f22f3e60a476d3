use domain::calendar::Day;

use crate::{
    draw::{DAYS, Dice, Draw},
    ours::resource,
};

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A day's busy slots.
    Day,
    /// A day's starts, with what is available.
    Slots,
    /// Which days of a month have room.
    Month,
}

impl Target {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Day, Self::Slots, Self::Month];

    /// What it is called in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Day => "a day",
            Self::Slots => "a slot list",
            Self::Month => "a month",
        }
    }

    /// The path of one of them, of any of `resources`.
    pub(crate) fn path(self, dice: &mut Dice, resources: u32) -> String {
        let resource = resource(dice.below(resources));
        let date = day(dice.below(DAYS));
        match self {
            Self::Day => format!("/v1/resources/{resource}/days/{date}"),
            Self::Slots => format!("/v1/resources/{resource}/slots?date={date}&duration=60"),
            Self::Month => {
                let (from, to) = (day(0), day(30));
                format!("/v1/resources/{resource}/availability?from={from}&to={to}&duration=60")
            }
        }
    }
}

fn day(nth: u32) -> Day {
    Draw::first_day().plus(nth).expect("far from the year 9999")
}

//! What a viewer watches: days of one resource, or of several over one stream.

use super::{dice::Dice, nodes::RESOURCES};

/// Days of a resource: its name and, of all dates, the first and the last.
type Range = (&'static str, usize, usize);

#[derive(Debug, Clone)]
pub(super) struct Wanted {
    dates: Vec<String>,
    many: bool,
    ranges: Vec<Range>,
}

impl Wanted {
    /// Some of `dates`, of one resource or of several.
    pub(super) fn draw(dates: &[String], many: bool, dice: &mut Dice) -> Self {
        let mut wanted = Self {
            dates: dates.to_vec(),
            many,
            ranges: Vec::new(),
        };
        wanted.ranges = wanted.draw_ranges(dice);
        wanted
    }

    fn draw_ranges(&self, dice: &mut Dice) -> Vec<Range> {
        let mut date = || usize::try_from(dice.below(self.dates.len() as u64)).unwrap();
        let mut range = |of| {
            let (one, other) = (date(), date());
            (of, one.min(other), one.max(other))
        };
        if !self.many {
            return vec![range(RESOURCES[0])];
        }
        let mut ranges: Vec<Range> = RESOURCES.into_iter().map(&mut range).collect();
        let gone = usize::try_from(dice.below(4)).unwrap();
        if gone < ranges.len() {
            ranges.remove(gone);
        }
        ranges
    }

    /// Other days, of the same kind of stream. One resource stays as it is: its stream
    /// has no way to say which of the days are new.
    pub(super) fn change(&mut self, dice: &mut Dice) {
        if self.many {
            self.ranges = self.draw_ranges(dice);
        }
    }

    /// Whether it is told of that event of that resource and date.
    pub(super) fn has(&self, (event, of, date): &(String, String, String)) -> bool {
        let told = |(resource, first, last): &Range| {
            let days = &self.dates[*first..=*last];
            resource == of && (event == "resource" && self.many || days.contains(date))
        };
        self.ranges.iter().any(told)
    }

    /// Where the stream is, after an id that came when `about` was watched.
    pub(super) fn path(&self, about: Option<&Self>) -> String {
        if !self.many {
            let (of, first, last) = self.ranges[0];
            let (from, to) = (&self.dates[first], &self.dates[last]);
            return format!("/v1/resources/{of}/events?from={from}&to={to}");
        }
        let known = |(of, first, last): &&Range| {
            let mut all = about.iter().flat_map(|about| &about.ranges);
            all.any(|known| known.0 == *of && known.1 <= *first && last <= &known.2)
        };
        let (known, new): (Vec<&Range>, Vec<&Range>) = self.ranges.iter().partition(known);
        let text = |ranges: Vec<&Range>| {
            let text = |(of, first, last): &Range| {
                format!("{of}:{}..{}", self.dates[*first], self.dates[*last])
            };
            ranges.into_iter().map(text).collect::<Vec<_>>().join(",")
        };
        let all = [("days", text(known)), ("whole", text(new))];
        let given = all.iter().filter(|(_, text)| !text.is_empty());
        let given = given.map(|(name, text)| format!("{name}={text}"));
        format!("/v1/events?{}", given.collect::<Vec<_>>().join("&"))
    }
}

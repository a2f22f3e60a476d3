use std::ops::Range;

use super::{
    Soak,
    chart::{Panel, panels},
};
use crate::report::Samples;

/// What a measure that stays may come to at the end of a soak, as a share of what
/// it was before.
const STEADY_MAX: f64 = 1.1;

/// One measure, early and late.
#[derive(Debug, Clone, PartialEq)]
pub struct Steadiness {
    /// Of what kind.
    pub panel: String,
    /// Which.
    pub name: String,
    /// Its median in the second quarter: in the first, caches fill.
    pub early: f64,
    /// Its median in the last quarter.
    pub late: f64,
}

impl Steadiness {
    /// Late as a share of early; 1 of what is nothing at both.
    pub fn share(&self) -> f64 {
        if self.early == 0.0 && self.late == 0.0 {
            return 1.0;
        }
        self.late / self.early
    }

    /// Whether it has not risen.
    pub fn holds(&self) -> bool {
        self.share() <= STEADY_MAX
    }
}

/// Every measure that is drawn.
pub fn steadiness(soak: &Soak) -> Vec<Steadiness> {
    let samples = soak.samples.len();
    let of = |panel: &Panel| {
        let of_line = |line: &super::chart::Line| {
            let median = |range: Range<usize>| {
                let mut figures = Samples::default();
                let points = line.points.iter().take(range.end).skip(range.start);
                points.for_each(|point| figures.push(point.1));
                figures.median()
            };
            Steadiness {
                panel: panel.title.clone(),
                name: line.name.clone(),
                early: median(samples / 4..samples / 2),
                late: median(samples * 3 / 4..samples),
            }
        };
        panel.lines.iter().map(of_line).collect::<Vec<_>>()
    };
    panels(soak).iter().flat_map(of).collect()
}

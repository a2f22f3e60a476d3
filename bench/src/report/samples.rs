use serde::{Deserialize, Serialize};

/// One figure per round.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Adds a round's figure.
    pub fn push(&mut self, figure: f64) {
        self.0.push(figure);
    }

    /// The figure in the middle; the mean of the two in the middle of an even number.
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        match sorted.len() {
            0 => f64::NAN,
            odd if odd % 2 == 1 => sorted[middle],
            _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
        }
    }

    /// That of the last round.
    pub fn last(&self) -> f64 {
        self.0.last().copied().unwrap_or(f64::NAN)
    }

    /// The smallest.
    pub fn min(&self) -> f64 {
        self.0.iter().copied().fold(f64::NAN, f64::min)
    }

    /// The largest.
    pub fn max(&self) -> f64 {
        self.0.iter().copied().fold(f64::NAN, f64::max)
    }

    /// This, divided by `other`, round by round.
    pub fn ratio(&self, other: &Self) -> Self {
        let pairs = self.0.iter().zip(&other.0);
        Self(pairs.map(|(one, other)| one / other).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_figure_in_the_middle_and_ratios_pair_the_rounds() {
        let one = Samples(vec![30.0, 10.0, 20.0]);
        let other = Samples(vec![10.0, 10.0, 40.0]);
        assert_eq!(one.median().to_bits(), 20_f64.to_bits());
        assert_eq!(one.ratio(&other).0, [3.0, 1.0, 0.5]);
        assert_eq!(one.ratio(&other).median().to_bits(), 1_f64.to_bits());
    }
}

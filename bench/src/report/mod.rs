//! What a benchmark found: figures per round, ratios, and what they should be.

mod machine;
mod metric;
mod page;
mod samples;

use std::fmt::Write;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

pub use machine::Machine;
pub use metric::Metric;
pub use page::{document, page};
pub(crate) use page::{machine_line, table};
pub use samples::Samples;

use crate::scale::Scale;

/// All that one benchmark found.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The benchmark.
    pub benchmark: String,
    /// What it does, in a few sentences.
    pub method: String,
    /// Where it ran.
    pub machine: Machine,
    /// How many rounds.
    pub rounds: usize,
    /// Whether it was cut short, so that its figures mean little.
    pub quick: bool,
    /// Figures, in the order in which they are shown.
    pub rows: Vec<Row>,
    /// What is compared.
    pub claims: Vec<Claim>,
    /// What else is to be known.
    pub notes: Vec<String>,
}

/// The figures of one contender in one case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// Under which conditions: `64 clients`.
    pub case: String,
    /// Who.
    pub contender: String,
    /// What was measured, round by round.
    pub cells: Vec<(Metric, Samples)>,
}

/// A comparison, and what it should come to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// Of which case.
    pub case: String,
    /// By which metric.
    pub metric: String,
    /// Whose figure.
    pub ours: String,
    /// Divided by whose figure, round by round; absent: taken as it is.
    pub by: Option<Divisor>,
    /// What it should be.
    pub wanted: Bound,
}

/// What a figure is divided by.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Divisor {
    /// Of which case.
    pub case: String,
    /// Whose figure.
    pub contender: String,
}

/// What a figure should be.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Bound {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

impl Report {
    /// An empty report.
    pub fn new(benchmark: &str, method: &str, machine: Machine, scale: Scale) -> Self {
        Self {
            benchmark: benchmark.into(),
            method: method.into(),
            machine,
            rounds: scale.rounds,
            quick: scale.quick,
            rows: vec![],
            claims: vec![],
            notes: vec![],
        }
    }

    /// Adds a round's figure.
    pub fn add(&mut self, case: &str, contender: &str, metric: Metric, figure: f64) {
        let row = self.row(case, contender);
        let cell = row.cells.iter().position(|(known, _)| *known == metric);
        let cell = cell.unwrap_or_else(|| {
            row.cells.push((metric, Samples::default()));
            row.cells.len() - 1
        });
        row.cells[cell].1.push(figure);
    }

    /// Adds a round's median, 99th percentile and maximum, from microseconds.
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds of at most a minute"
    )]
    pub fn add_latency(&mut self, case: &str, contender: &str, latency: &Histogram<u64>) {
        let figures = [
            latency.value_at_quantile(0.5),
            latency.value_at_quantile(0.99),
            latency.max(),
        ];
        for (metric, figure) in Metric::latencies().into_iter().zip(figures) {
            self.add(case, contender, metric, figure as f64 / 1000.0);
        }
    }

    /// Says on standard error what the turn that was just added came to: some
    /// benchmarks take long.
    #[expect(clippy::print_stderr, reason = "progress of a long run")]
    pub fn progress(&self, case: &str, contender: &str) {
        let row = self
            .rows
            .iter()
            .find(|row| row.case == case && row.contender == contender);
        let mut line = format!("{}: {case}, {contender}:", self.benchmark);
        for (metric, samples) in row.into_iter().flat_map(|row| &row.cells) {
            let figure = samples.last();
            write!(line, " {figure:.*} {};", metric.digits, metric.name)
                .expect("writing to a string does not fail");
        }
        eprintln!("{line}");
    }

    /// Adds a remark.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Adds a comparison.
    pub fn claim(&mut self, case: &str, metric: &Metric, ours: &str, peer: &str, wanted: Bound) {
        let by = Divisor {
            case: case.into(),
            contender: peer.into(),
        };
        self.claim_by(case, metric, ours, Some(by), wanted);
    }

    /// Adds a comparison with a figure of any case, or of none.
    pub fn claim_by(
        &mut self,
        case: &str,
        metric: &Metric,
        ours: &str,
        by: Option<Divisor>,
        wanted: Bound,
    ) {
        self.claims.push(Claim {
            case: case.into(),
            metric: metric.name.clone(),
            ours: ours.into(),
            by,
            wanted,
        });
    }

    /// The figures of a contender, if it has had its turns.
    pub fn samples(&self, case: &str, contender: &str, metric: &str) -> Option<&Samples> {
        let row = self
            .rows
            .iter()
            .find(|row| row.case == case && row.contender == contender)?;
        let cell = row.cells.iter().find(|(known, _)| known.name == metric)?;
        Some(&cell.1)
    }

    /// What a comparison came to, unless one of the two is missing.
    pub fn settle(&self, claim: &Claim) -> Option<Samples> {
        let ours = self.samples(&claim.case, &claim.ours, &claim.metric)?;
        let Some(by) = &claim.by else {
            return Some(ours.clone());
        };
        let by = self.samples(&by.case, &by.contender, &claim.metric)?;
        Some(ours.ratio(by))
    }

    fn row(&mut self, case: &str, contender: &str) -> &mut Row {
        let known = |row: &Row| row.case == case && row.contender == contender;
        let nth = self.rows.iter().position(known).unwrap_or_else(|| {
            self.rows.push(Row {
                case: case.into(),
                contender: contender.into(),
                cells: vec![],
            });
            self.rows.len() - 1
        });
        &mut self.rows[nth]
    }
}

impl Bound {
    /// Whether `figure` is as it should be.
    pub fn holds(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(bound) => figure >= bound,
            Self::AtMost(bound) => figure <= bound,
        }
    }
}

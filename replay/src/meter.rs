//! How far a long command has come: a bar on a terminal, plain lines elsewhere.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::output::Format;

/// Between two plain lines: seldom enough for a log, often enough for who waits.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// What a command has to get through.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work {
    /// What it does, as "folding".
    pub(crate) doing: &'static str,
    /// What it counts, as "events".
    pub(crate) unit: &'static str,
    /// How many of them there are, or a few more.
    pub(crate) all: u64,
}

/// Counts on the standard error, from wherever work is done; silent for machines.
pub(crate) struct Meter {
    work: Work,
    done: AtomicU64,
    begun: Instant,
    shown: Shown,
}

enum Shown {
    Bar(ProgressBar),
    Lines { next: Mutex<Instant> },
    Nothing,
}

impl Meter {
    /// Begins to count.
    pub(crate) fn new(format: Format, work: Work) -> Self {
        let begun = Instant::now();
        let shown = match format {
            Format::Json => Shown::Nothing,
            Format::Human if io::stderr().is_terminal() => Shown::Bar(bar(work)),
            Format::Human => Shown::Lines {
                next: Mutex::new(begun + BETWEEN_LINES),
            },
        };
        Self {
            work,
            done: AtomicU64::new(0),
            begun,
            shown,
        }
    }

    /// So many more are done.
    pub(crate) fn add(&self, count: u64) {
        let done = self.done.fetch_add(count, Ordering::Relaxed) + count;
        match &self.shown {
            Shown::Bar(bar) => bar.inc(count),
            Shown::Lines { next } => {
                let now = Instant::now();
                let mut next = next.lock().unwrap_or_else(PoisonError::into_inner);
                if now >= *next {
                    *next = now + BETWEEN_LINES;
                    let line = line(self.work, done, now - self.begun);
                    // Nobody listens any more: no reason to stop.
                    drop(writeln!(io::stderr(), "{line}"));
                }
            }
            Shown::Nothing => {}
        }
    }

    /// All is done.
    pub(crate) fn finish(self) {
        if let Shown::Bar(bar) = self.shown {
            bar.finish_and_clear();
        }
    }
}

fn bar(work: Work) -> ProgressBar {
    let unit = work.unit;
    let template = format!(
        "{{msg}} {{wide_bar}} {{human_pos}}/{{human_len}} {unit}, {{rate}} a second, {{eta}} left"
    );
    let style = ProgressStyle::with_template(&template)
        .expect("the template is one of indicatif's")
        // Its own has four digits behind the point.
        .with_key("rate", |state: &ProgressState, to: &mut dyn fmt::Write| {
            // Into memory, which takes all.
            let _ = write!(to, "{:.0}", state.per_sec());
        });
    let bar = ProgressBar::new(work.all).with_style(style);
    bar.with_message(work.doing)
}

fn line(work: Work, done: u64, after: Duration) -> String {
    let Work { doing, unit, all } = work;
    let rate = u128::from(done) * 1_000 / after.as_millis().max(1);
    format!("{doing}: {done} of {all} {unit}, {rate} a second")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: Work = Work {
        doing: "sealing",
        unit: "events",
        all: 40,
    };

    #[test]
    fn a_line_tells_how_much_is_done_and_how_fast() {
        let after = Duration::from_millis(2_500);
        let told = line(WORK, 25, after);
        assert_eq!(told, "sealing: 25 of 40 events, 10 a second");
        // Before a millisecond has gone by.
        let told = line(WORK, 1, Duration::ZERO);
        assert_eq!(told, "sealing: 1 of 40 events, 1000 a second");
    }

    #[test]
    fn a_bar_has_what_is_done_and_what_there_is() {
        let bar = bar(WORK);
        bar.inc(25);
        assert_eq!((bar.position(), bar.length()), (25, Some(40)));
        assert_eq!(bar.message(), "sealing");
    }
}

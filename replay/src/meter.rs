//! How far a long command has come: a bar on a terminal, plain lines elsewhere.

use std::{
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::Format;

/// Between two plain lines: seldom enough for a log, often enough for who waits.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

const TEMPLATE: &str = "{msg} {wide_bar} {human_pos}/{human_len} events, {per_sec}, {eta} left";

/// Counts events on the standard error; silent for machines.
pub(crate) struct Meter {
    what: &'static str,
    done: u64,
    all: u64,
    begun: Instant,
    shown: Shown,
}

enum Shown {
    Bar(ProgressBar),
    Lines { next: Instant },
    Nothing,
}

impl Meter {
    /// For `what`, of `all` events.
    pub(crate) fn new(format: Format, what: &'static str, all: u64) -> Self {
        let now = Instant::now();
        let shown = match format {
            Format::Json => Shown::Nothing,
            Format::Human if io::stderr().is_terminal() => {
                let style = ProgressStyle::with_template(TEMPLATE)
                    .expect("the template is one of indicatif's");
                let bar = ProgressBar::new(all).with_style(style);
                Shown::Bar(bar.with_message(what))
            }
            Format::Human => Shown::Lines {
                next: now + BETWEEN_LINES,
            },
        };
        Self {
            what,
            done: 0,
            all,
            begun: now,
            shown,
        }
    }

    /// So many more are done.
    pub(crate) fn add(&mut self, events: u64) {
        self.done += events;
        match &mut self.shown {
            Shown::Bar(bar) => bar.inc(events),
            Shown::Lines { next } if Instant::now() >= *next => {
                *next += BETWEEN_LINES;
                self.say();
            }
            Shown::Lines { .. } | Shown::Nothing => {}
        }
    }

    /// All is done.
    pub(crate) fn finish(self) {
        if let Shown::Bar(bar) = self.shown {
            bar.finish_and_clear();
        }
    }

    fn say(&self) {
        let (what, done, all) = (self.what, self.done, self.all);
        let millis = self.begun.elapsed().as_millis().max(1);
        let rate = u128::from(done) * 1_000 / millis;
        // Nobody listens any more: no reason to stop.
        drop(writeln!(
            io::stderr(),
            "{what}: {done} of {all} events, {rate} a second"
        ));
    }
}

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use projections::rebuild::{Progress, Tell};

use crate::{
    meter::{Meter, Work},
    output::Format,
};

/// Tells the progress of a rebuild to whoever reads `format`.
pub(super) fn teller(format: Format) -> Tell {
    let meter = Mutex::new(None);
    Arc::new(move |progress| {
        let mut meter = meter.lock().unwrap_or_else(PoisonError::into_inner);
        match progress {
            Progress::Begun(all) => {
                let (doing, unit) = ("folding", "events");
                *meter = Some(Meter::new(format, Work { doing, unit, all }));
            }
            Progress::Folded(events) => {
                if let Some(meter) = meter.as_ref() {
                    meter.add(events);
                }
            }
            Progress::Waiting => say(format, "waiting for another rebuild to end"),
            Progress::Indexing(view) => {
                if let Some(meter) = meter.take() {
                    meter.finish();
                }
                say(format, &format!("indexing {view}"));
            }
            // Usually the first try does, and in no time.
            Progress::Swapping(1) => {}
            Progress::Swapping(nth) => say(format, &format!("taking the tables' place, try {nth}")),
        }
    })
}

/// A line for people. A closed standard error is no reason to stop.
fn say(format: Format, words: &str) {
    if format == Format::Human {
        drop(writeln!(io::stderr(), "{words}"));
    }
}

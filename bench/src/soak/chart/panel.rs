use crate::soak::{Sample, Soak, Table};

/// The tables that grow with what happens, by design.
const GROW: [&str; 4] = ["events", "bookings", "booking_keys", "daily_availability"];

/// The tables that have a row for each thing that there is now.
const STAY: [&str; 4] = ["heads", "checkpoints", "leases", "presence"];

const GROWING: &str = "Tables of what has happened, indexes included, MiB";
const LOAD: &str = "The load, a second";
const WAL: &str = "Write-ahead log, MiB";
const MACHINE: &str = "Runnable threads of the whole machine, which has other work besides";

const MEBIBYTE: f64 = 1_048_576.0;
const KIBIBYTE: f64 = 1024.0;

/// Some measures of one kind, over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What they measure, with its unit.
    pub title: String,
    /// Whether the axis is one of powers of ten. Else it begins at zero.
    pub logarithmic: bool,
    /// The measures.
    pub lines: Vec<Line>,
}

/// One measure, over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Which.
    pub name: String,
    /// Minutes, and the figure.
    pub points: Vec<(f64, f64)>,
}

/// All that a chart shows of a soak.
pub fn panels(soak: &Soak) -> Vec<Panel> {
    vec![
        latency(soak),
        rates(soak),
        memory(soak),
        connections(soak),
        tables(
            "Tables of what there is now, indexes included, KiB",
            &STAY,
            KIBIBYTE,
            soak,
        ),
        tables(GROWING, &GROW, MEBIBYTE, soak),
        behind(soak),
        processor(soak),
        wal(soak),
        machine(soak),
    ]
}

/// Whether a panel of this title shows what need not stay as it is: what is asked
/// for, what grows by design, what else the machine does.
pub(in crate::soak) fn moving(title: &str) -> bool {
    [GROWING, LOAD, WAL, MACHINE].contains(&title)
}

fn latency(soak: &Soak) -> Panel {
    let lines = vec![
        line("commands p99", soak, |sample| sample.commands.p99_ms),
        line("commands p50", soak, |sample| sample.commands.p50_ms),
        line("reads p99", soak, |sample| sample.reads.p99_ms),
        line("reads p50", soak, |sample| sample.reads.p50_ms),
    ];
    Panel {
        title: "From request to answer, ms".into(),
        logarithmic: true,
        lines,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of some seconds")]
fn rates(soak: &Soak) -> Panel {
    let a_second = move |count: u64| count as f64 * 1_000.0 / soak.plan.sample_every_ms as f64;
    let lines = vec![
        line("commands", soak, |sample| a_second(sample.commands.count)),
        line("reads and sessions", soak, |sample| {
            a_second(sample.reads.count)
        }),
        Line {
            name: "frames to viewers".into(),
            points: soak
                .samples
                .windows(2)
                .map(|pair| (minutes(&pair[1]), a_second(pair[1].frames - pair[0].frames)))
                .collect(),
        },
    ];
    linear(LOAD, lines)
}

#[expect(clippy::cast_precision_loss, reason = "bytes of memory")]
fn memory(soak: &Soak) -> Panel {
    let mut lines = servers(soak, |server| server.memory_bytes as f64 / MEBIBYTE);
    lines.push(line("PostgreSQL, unshared", soak, |sample| {
        sample.postgres.memory_bytes as f64 / MEBIBYTE
    }));
    linear("Resident memory, MiB", lines)
}

#[expect(clippy::cast_precision_loss, reason = "counts of connections")]
fn connections(soak: &Soak) -> Panel {
    let mut lines = servers(soak, |server| server.open_files as f64);
    for line in &mut lines {
        line.name.push_str(", open files");
    }
    lines.push(line("to PostgreSQL", soak, |sample| {
        sample.postgres.connections as f64
    }));
    lines.push(line("visitors", soak, |sample| sample.visitors as f64));
    lines.push(line("viewers", soak, |sample| sample.viewers as f64));
    linear("Connections", lines)
}

fn tables(title: &str, names: &[&str], unit: f64, soak: &Soak) -> Panel {
    let lines = names
        .iter()
        .map(|name| line(name, soak, |sample| bytes(sample.tables.get(*name)) / unit));
    linear(title, lines.collect())
}

#[expect(clippy::cast_precision_loss, reason = "counts of events and bytes")]
fn behind(soak: &Soak) -> Panel {
    let lines = vec![line("in the partition where it is most", soak, |sample| {
        sample.behind as f64
    })];
    linear("Events that the views have yet to fold", lines)
}

/// Processor time of each server between two samples.
#[expect(clippy::cast_precision_loss, reason = "nanoseconds of an hour")]
fn processor(soak: &Soak) -> Panel {
    let mut lines = servers(soak, |server| server.processor_ns as f64 / 1e7);
    for line in &mut lines {
        let used = line.points.windows(2).map(|pair| {
            let minutes = pair[1].0 - pair[0].0;
            (pair[1].0, (pair[1].1 - pair[0].1) / (minutes * 60.0))
        });
        line.points = used.collect();
    }
    linear("Processor time of the servers, % of a core", lines)
}

#[expect(clippy::cast_precision_loss, reason = "counts of bytes")]
fn wal(soak: &Soak) -> Panel {
    let lines = vec![line("in files that PostgreSQL keeps", soak, |sample| {
        sample.postgres.wal_bytes as f64 / MEBIBYTE
    })];
    linear(WAL, lines)
}

fn machine(soak: &Soak) -> Panel {
    let lines = vec![line("on average over a minute", soak, |sample| sample.load)];
    linear(MACHINE, lines)
}

fn servers(soak: &Soak, figure: impl Fn(&crate::serve::Usage) -> f64) -> Vec<Line> {
    let count = soak
        .samples
        .first()
        .map_or(0, |sample| sample.servers.len());
    let of = |nth: usize| {
        line(&format!("node {}", nth + 1), soak, |sample| {
            figure(&sample.servers[nth])
        })
    };
    (0..count).map(of).collect()
}

fn linear(title: &str, lines: Vec<Line>) -> Panel {
    Panel {
        title: title.into(),
        logarithmic: false,
        lines,
    }
}

fn line(name: &str, soak: &Soak, figure: impl Fn(&Sample) -> f64) -> Line {
    let points = soak.samples.iter();
    Line {
        name: name.into(),
        points: points
            .map(|sample| (minutes(sample), figure(sample)))
            .collect(),
    }
}

fn minutes(sample: &Sample) -> f64 {
    sample.seconds / 60.0
}

/// Of a table with its indexes; 0 of one that is not there.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn bytes(table: Option<&Table>) -> f64 {
    table.map_or(0.0, |table| (table.table_bytes + table.index_bytes) as f64)
}

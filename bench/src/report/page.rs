//! Reports as tables that read the same in a terminal and in Markdown.

use std::fmt::Write;

use super::{Bound, Machine, Metric, Report, Row, Samples};

/// What stands above the reports of a document.
const PREFACE: &str = include_str!("preface.md");

/// Reports as a whole document of Markdown, with where they were measured.
pub fn document(reports: &[Report]) -> String {
    let mut document = PREFACE.to_owned();
    let mut machines: Vec<String> = reports
        .iter()
        .map(|report| machine_line(&report.machine))
        .collect();
    machines.dedup();
    for machine in machines {
        put(&mut document, &format!("- {machine}"));
    }
    for report in reports {
        document.push('\n');
        document.push_str(&page(report));
    }
    document
}

/// Where something was measured, on a line.
pub(crate) fn machine_line(machine: &Machine) -> String {
    let redis = machine.redis.as_deref().unwrap_or("not installed");
    format!(
        "{} cores of {}, {} GiB, Linux {}; PostgreSQL {}; Redis {redis}; {}",
        machine.cores,
        machine.processor,
        machine.memory_gib,
        machine.kernel,
        machine.postgres,
        machine.compiler,
    )
}

/// A report as a section of Markdown.
pub fn page(report: &Report) -> String {
    let mut page = format!("## {}\n\n{}\n\n", report.benchmark, report.method);
    let machine = &report.machine;
    let cut = if report.quick {
        " **Cut short: it shows that everything runs, its figures mean nothing.**"
    } else {
        ""
    };
    put(
        &mut page,
        &format!(
            "{} rounds; load average before it {}.{cut}\n",
            report.rounds, machine.load_before
        ),
    );
    for case in cases(report) {
        let rows: Vec<&Row> = report.rows.iter().filter(|row| row.case == case).collect();
        put(&mut page, &table(&figures(&case, &rows)));
    }
    if !report.claims.is_empty() {
        put(&mut page, &table(&claims(report)));
    }
    for note in &report.notes {
        put(&mut page, &format!("- {note}"));
    }
    page
}

fn put(page: &mut String, text: &str) {
    page.push_str(text);
    page.push('\n');
}

fn cases(report: &Report) -> Vec<String> {
    let mut cases: Vec<String> = Vec::new();
    for row in &report.rows {
        if !cases.contains(&row.case) {
            cases.push(row.case.clone());
        }
    }
    cases
}

fn figures(case: &str, rows: &[&Row]) -> Vec<Vec<String>> {
    let mut metrics: Vec<&Metric> = Vec::new();
    for (metric, _) in rows.iter().flat_map(|row| &row.cells) {
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    }
    let mut head = vec![case.to_owned()];
    head.extend(metrics.iter().map(|metric| metric.name.clone()));
    let mut lines = vec![head];
    for row in rows {
        let mut line = vec![row.contender.clone()];
        for metric in &metrics {
            let cell = row.cells.iter().find(|(known, _)| known == *metric);
            line.push(cell.map_or_else(String::new, |(_, samples)| spread(samples, metric.digits)));
        }
        lines.push(line);
    }
    lines
}

fn claims(report: &Report) -> Vec<Vec<String>> {
    let head = ["compared", "median (min to max)", "wanted", "holds"];
    let mut lines = vec![head.map(ToOwned::to_owned).to_vec()];
    for claim in &report.claims {
        let Some(samples) = report.settle(claim) else {
            continue;
        };
        let by = claim.by.as_ref().map_or_else(String::new, |by| {
            let case = if by.case == claim.case {
                String::new()
            } else {
                format!(", {}", by.case)
            };
            format!(" / {}{case}", by.contender)
        });
        let wanted = match claim.wanted {
            Bound::AtLeast(bound) => format!("≥ {bound}"),
            Bound::AtMost(bound) => format!("≤ {bound}"),
        };
        let holds = if claim.wanted.holds(samples.median()) {
            "yes"
        } else {
            "no"
        };
        lines.push(vec![
            format!("{}, {}: {}{by}", claim.case, claim.metric, claim.ours),
            spread(&samples, 2),
            wanted,
            holds.to_owned(),
        ]);
    }
    lines
}

fn spread(samples: &Samples, digits: usize) -> String {
    let number = |figure: f64| grouped(&format!("{figure:.digits$}"));
    format!(
        "{} ({} to {})",
        number(samples.median()),
        number(samples.min()),
        number(samples.max())
    )
}

/// `12345.6` as `12,345.6`.
fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut grouped = String::new();
    for (nth, digit) in whole.chars().enumerate() {
        let left = whole.len() - nth;
        if nth > 0 && left.is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// Lines as a table of Markdown, the first of them its head.
pub(crate) fn table(lines: &[Vec<String>]) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |nth: usize| {
        let cells = lines.iter().filter_map(|line| line.get(nth));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut table = String::new();
    for (nth, line) in lines.iter().enumerate() {
        for (cell, width) in line.iter().zip(&widths) {
            write!(table, "| {cell:width$} ").expect("writing to a string does not fail");
        }
        table.push_str("|\n");
        if nth == 0 {
            for (column, width) in widths.iter().enumerate() {
                let right = if column == 0 { "-" } else { ":" };
                write!(table, "|-{}{right}", "-".repeat(*width))
                    .expect("writing to a string does not fail");
            }
            table.push_str("|\n");
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped("1234567.50"), "1,234,567.50");
        assert_eq!(grouped("-123"), "-123");
        assert_eq!(grouped("999"), "999");
    }
}

//! The status as people read it, in 80 columns.

use std::{collections::BTreeMap, io};

use chrono::{DateTime, Utc};
use domain::calendar::Timestamp;
use sqlx::types::Uuid;

use super::read::{Schema, Server, Status};
use crate::output::{self, line};

/// Shows it all.
pub(super) fn show(status: &Status) -> io::Result<()> {
    head(status)?;
    partitions(status)?;
    views(status)?;
    duties(status)?;
    tables(status)?;
    if status.attention.is_empty() {
        return line("\nNothing needs attention");
    }
    line("\nNeeds attention:")?;
    for words in &status.attention {
        line(format_args!("  {words}"))?;
    }
    Ok(())
}

fn head(status: &Status) -> io::Result<()> {
    let (log, server) = (&status.log, &status.server);
    let made = instant(log.created_at);
    let restores = output::count(log.restores.unsigned_abs().into(), "restore", "restores");
    line(format_args!(
        "log         {}, epoch {}",
        log.id, status.epoch
    ))?;
    line(format_args!(
        "            made {made}, {restores} without a new timeline"
    ))?;
    let (version, timeline) = (&server.version, &server.timeline);
    let role = role(server);
    line(format_args!(
        "PostgreSQL  {version}, timeline {timeline}, {role}"
    ))?;
    line(format_args!("schema      {}", schema(&status.schema)))?;
    line(format_args!(
        "tool        slotkeeper-replay {}",
        status.tool
    ))?;
    let (name, size) = (&server.database, size(server.bytes));
    line(format_args!("database    {name}, {size}"))?;
    line(format_args!("its clock   {}", instant(server.now)))
}

fn role(server: &Server) -> String {
    match (server.in_recovery, server.replayed_seconds_ago) {
        (true, Some(seconds)) => format!("a standby, as of {seconds:.1} s ago"),
        (true, None) => "a standby".into(),
        (false, _) if server.read_only => "read-only".into(),
        (false, _) => "takes writes".into(),
    }
}

fn schema(schema: &Schema) -> String {
    let last = schema.applied.last().copied().unwrap_or_default();
    if schema.missing.is_empty() && schema.unknown.is_empty() && schema.failed.is_empty() {
        format!("{last}, the one of this tool")
    } else {
        format!("{last}, not the one of this tool")
    }
}

fn partitions(status: &Status) -> io::Result<()> {
    line("\nPARTITION      EVENTS  LAST EVENT (UTC)           CHAINED TO    EMPTIED TO")?;
    for row in &status.partitions {
        let last = row.last_at.map(instant).unwrap_or_default();
        line(format_args!(
            "{:>9}  {:>10}  {last:23}  {:>12}  {:>12}",
            row.partition, row.position, row.chained, row.emptied
        ))?;
    }
    Ok(())
}

/// One line a view: what it lacks in all, and for how long at the worst.
fn views(status: &Status) -> io::Result<()> {
    line("\nVIEW                EVENTS BEHIND  FOR")?;
    let mut rows: Vec<(&str, i64, f64)> = Vec::new();
    for row in &status.views {
        match rows.iter_mut().find(|(view, ..)| *view == row.view) {
            Some((_, behind, seconds)) => {
                *behind += row.behind;
                *seconds = seconds.max(row.seconds);
            }
            None => rows.push((&row.view, row.behind, row.seconds)),
        }
    }
    for (view, behind, seconds) in rows {
        line(format_args!("{view:18}  {behind:>13}  {seconds:.1} s"))?;
    }
    for rebuild in &status.rebuilds {
        let (view, since) = (&rebuild.view, instant(rebuild.begun_at));
        line(format_args!(
            "{view} is being rebuilt, or was left so, since {since}"
        ))?;
    }
    Ok(())
}

/// One line a duty and node.
fn duties(status: &Status) -> io::Result<()> {
    line("\nDUTY        NODE                                  PARTITIONS  LEASED FOR")?;
    let mut rows: BTreeMap<(&str, Option<Uuid>), (u32, f64)> = BTreeMap::new();
    for row in &status.duties {
        let held = rows.entry((&row.duty, row.node)).or_default();
        held.0 += 1;
        held.1 = held.1.max(row.seconds.unwrap_or_default());
    }
    for ((duty, node), (partitions, seconds)) in rows {
        match node {
            Some(node) => line(format_args!(
                "{duty:10}  {node}  {partitions:>10}  {seconds:.1} s"
            ))?,
            None => line(format_args!("{duty:10}  {:36}  {partitions:>10}", "nobody"))?,
        }
    }
    let nodes = output::count(status.nodes.len() as u64, "node has", "nodes have");
    line(format_args!(
        "{nodes} duties; one without any is not known here"
    ))
}

fn tables(status: &Status) -> io::Result<()> {
    line("\nTABLE                     SIZE  ROWS (ABOUT)")?;
    for table in &status.tables {
        let rows = table
            .rows
            .map_or_else(|| "?".into(), |rows| rows.to_string());
        let size = size(table.bytes);
        line(format_args!("{:18}  {size:>10}  {rows:>12}", table.name))?;
    }
    Ok(())
}

fn instant(time: DateTime<Utc>) -> String {
    let text = Timestamp::from(time).to_string();
    text.replace('T', " ").replace('Z', "")
}

/// Bytes, in the unit that leaves up to three digits before the point.
fn size(bytes: i64) -> String {
    /// Thousandfold each.
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1_000;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        assert_eq!(size(8_192), "8.1 kB");
        assert_eq!(size(999_999), "999.9 kB");
        assert_eq!(size(12_345_678), "12.3 MB");
        assert_eq!(size(5_000_000_000_000_000), "5000.0 TB");
    }
}

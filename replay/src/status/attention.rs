//! What somebody should look at.

use std::collections::BTreeMap;

use super::read::{Schema, Server, Status};
use crate::output;

/// How old the first event may be that a view lacks, in seconds: views are milliseconds
/// behind as a rule.
const VIEW_SECONDS_MAX: f64 = 10.0;

/// How old the first event may be that the chain lacks, in seconds: ten of its rounds.
const CHAIN_SECONDS_MAX: f64 = 600.0;

/// How long a lease may have to go, in seconds: leases last two, so that one beyond this
/// was dated by a clock that has jumped.
const LEASE_SECONDS_MAX: f64 = 60.0;

/// How long a transaction may last, in seconds: until it ends, PostgreSQL keeps all old
/// versions of rows that are written often, and each append reads past them.
const TRANSACTION_SECONDS_MAX: f64 = 600.0;

/// How far an event may be dated ahead of the database's clock, in seconds.
const AHEAD_SECONDS_MAX: i64 = 60;

/// All of it, in words; nothing when all is well.
pub(super) fn attention(status: &Status) -> Vec<String> {
    let mut found = Vec::new();
    of_schema(&status.schema, &mut found);
    of_server(&status.server, &mut found);
    of_duties(status, &mut found);
    of_views(status, &mut found);
    of_partitions(status, &mut found);
    found
}

fn of_schema(schema: &Schema, found: &mut Vec<String>) {
    for (steps, words) in [
        (&schema.failed, "began and did not end"),
        (
            &schema.missing,
            "is missing: start a server of this release",
        ),
        (&schema.unknown, "is of a newer release than this tool"),
    ] {
        for step in steps {
            found.push(format!("the schema's step {step} {words}"));
        }
    }
}

fn of_server(server: &Server, found: &mut Vec<String>) {
    if server.read_only && !server.in_recovery {
        found.push("the database takes no writes: default_transaction_read_only is on".into());
    }
    if server.archive_fails {
        found.push("PostgreSQL could not archive its WAL the last time: see its log".into());
    }
    let seconds = server.longest_transaction_seconds;
    if seconds > TRANSACTION_SECONDS_MAX {
        found.push(format!(
            "a transaction has been open for {seconds:.0} s, which slows every append down"
        ));
    }
}

fn of_duties(status: &Status, found: &mut Vec<String>) {
    let mut idle: BTreeMap<&str, u64> = BTreeMap::new();
    for duty in &status.duties {
        match duty.seconds {
            None => *idle.entry(&duty.duty).or_default() += 1,
            Some(seconds) if seconds > LEASE_SECONDS_MAX => found.push(format!(
                "the lease of {} in partition {} is dated {seconds:.0} s ahead",
                duty.duty, duty.partition
            )),
            Some(_) => {}
        }
    }
    if status.nodes.is_empty() {
        found.push("no node has any duty: no server runs, or none gets at the database".into());
        return;
    }
    for (duty, partitions) in idle {
        let partitions = output::count(partitions, "partition", "partitions");
        found.push(format!("nobody has the duty {duty} of {partitions}"));
    }
}

fn of_views(status: &Status, found: &mut Vec<String>) {
    for row in &status.views {
        let (view, partition) = (&row.view, row.partition);
        if row.position.is_none() && row.behind > 0 {
            found.push(format!(
                "{view} was never folded in partition {partition}: slotkeeper-replay rebuild {view}"
            ));
        } else if !row.of_the_log {
            found.push(format!(
                "{view} of partition {partition} has folded what the log does not have, and takes no more events: slotkeeper-replay rebuild {view}"
            ));
        } else if row.seconds > VIEW_SECONDS_MAX {
            let (events, seconds) = (row.behind.unsigned_abs(), row.seconds);
            let events = output::count(events, "event", "events");
            found.push(format!(
                "{view} lacks {events} of partition {partition}, the first for {seconds:.0} s"
            ));
        }
    }
}

fn of_partitions(status: &Status, found: &mut Vec<String>) {
    for row in &status.partitions {
        let (partition, seconds) = (row.partition, row.unchained_seconds);
        if seconds > CHAIN_SECONDS_MAX {
            found.push(format!(
                "the chain of partition {partition} has not come on for {seconds:.0} s"
            ));
        }
        let ahead = row.last_at.map(|at| (at - status.server.now).num_seconds());
        if let Some(ahead) = ahead.filter(|ahead| *ahead > AHEAD_SECONDS_MAX) {
            found.push(format!(
                "the last event of partition {partition} is dated {ahead} s ahead of the database's clock"
            ));
        }
    }
}

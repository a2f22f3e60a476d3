//! Defects that are planted in the servers are found.

use std::{collections::BTreeSet, fmt::Write};

use eventlog::planted::Defect;
use futures::future::join_all;

use crate::{
    batch::Workshop, check::Promise, draw::Draw, fault::Fault, kind::Kind, plan::Plan, run::Report,
};

/// Seeds after which a defect counts as not found: the first finds most of them,
/// but when things meet is no seed's to say.
const SEEDS: u64 = 36;

/// Seeds of a defect that run side by side.
const AT_ONCE: u64 = 2;

/// Faults that bring a defect to light, and the promises that it breaks.
fn brought_to_light(defect: Defect) -> (&'static [Kind], fn(Promise) -> bool) {
    use replay::verify::Promise as OfLog;

    match defect {
        // Two servers that write at once are enough.
        Defect::HeadUnchecked => (&[Kind::LeaveAgainstBeat], |promise| {
            matches!(
                promise,
                Promise::Log(OfLog::Hash | OfLog::Time | OfLog::Tips) | Promise::Acknowledged
            )
        }),
        // A server sleeps through the end of the history that it remembers, and
        // goes on with its streams and holds.
        Defect::TipIgnored => (&[Kind::PutBack], |promise| {
            matches!(
                promise,
                Promise::Refusal
                    | Promise::Acknowledged
                    | Promise::Log(OfLog::Sequences | OfLog::HoldEnds | OfLog::Rules)
            )
        }),
        Defect::AnsweredEarly => (&[Kind::CrashDatabase, Kind::CutAtMessage], |promise| {
            promise == Promise::Acknowledged
        }),
        // Whatever may come between a view's commit and its checkpoint's: a reader
        // who trusts the checkpoint, or a crash after which the rows stay behind.
        Defect::CheckpointApart => (
            &[
                Kind::CrashDatabase,
                Kind::CutAtMessage,
                Kind::CutEverything,
                Kind::KillServer,
            ],
            |promise| matches!(promise, Promise::Reading | Promise::Log(OfLog::Views)),
        ),
        Defect::ExpiryByWallClock => (&[Kind::JumpClock], |promise| promise == Promise::Holds),
    }
}

fn plans(defect: Defect) -> Vec<Plan> {
    let (kinds, _) = brought_to_light(defect);
    let plans = (1..).map(|seed| {
        let kinds: BTreeSet<Kind> = kinds.iter().copied().collect();
        Plan::with(seed, kinds, &mut Draw::new(seed))
    });
    let sleeps = |fault: &Fault| {
        matches!(
            fault,
            Fault::PutBack {
                asleep: Some(_),
                ..
            }
        )
    };
    let several = plans.filter(|plan| {
        let mut faults = plan.faults.iter();
        let slept = faults.any(|(.., fault)| sleeps(fault));
        plan.nodes > 1 && (slept || defect != Defect::TipIgnored)
    });
    several.take(usize::try_from(SEEDS).unwrap()).collect()
}

/// Runs seeds until one breaks what the defect should break.
async fn found(defect: Defect) -> Result<u64, String> {
    let (_, breaks) = brought_to_light(defect);
    let workshop = Workshop::new(defect.name()).await;
    let mut seen = String::new();
    let mut tried = 0;
    for plans in plans(defect).chunks(usize::try_from(AT_ONCE).unwrap()) {
        let told = |report: &Report| writeln!(seen, "{report}").unwrap();
        let reports = workshop
            .run(plans.to_vec(), plans.len(), Some(defect.name()), told)
            .await;
        tried += plans.len();
        let mut violations = reports.iter().flat_map(|report| &report.violations);
        if violations.any(|violation| breaks(violation.promise)) {
            workshop.close(false);
            return Ok(tried.try_into().unwrap());
        }
    }
    workshop.close(false);
    Err(format!("{} was not found:\n{seen}", defect.name()))
}

#[expect(clippy::print_stdout, reason = "who runs seeds wants to see them")]
#[tokio::test(flavor = "multi_thread")]
async fn every_planted_defect_is_found() {
    let all = Defect::ALL.map(async |defect| (defect, found(defect).await));
    let mut hidden = Vec::new();
    for (defect, found) in join_all(all).await {
        match found {
            Ok(seeds) => println!("{} was found within {seeds} seeds", defect.name()),
            Err(says) => hidden.push(says),
        }
    }
    assert!(hidden.is_empty(), "{}", hidden.join("\n"));
}

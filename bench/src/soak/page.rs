use std::fmt::Write;

use super::{Growth, Soak, Steadiness, chart::moving, steadiness};
use crate::report::{machine_line, table};

/// Beats a minute of a hold on the default lease of ten seconds: one each half lease.
const BEATS_A_MINUTE: f64 = 12.0;

/// What stands above the figures.
const PREFACE: &str = include_str!("preface.md");

/// What a soak found, as a document of Markdown with the chart at `chart`.
pub fn page(soak: &Soak, chart: &str) -> String {
    let mut page = PREFACE.to_owned();
    page.push('\n');
    page.push_str(&asked(soak));
    write_to(&mut page, format_args!("\n![The soak, drawn]({chart})\n\n"));
    page.push_str("## What stays\n\n");
    page.push_str(&steady(soak));
    page.push_str("\n## What grows, by design\n\n");
    page.push_str(&growing(soak));
    page
}

fn write_to(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text)
        .expect("writing to a string does not fail");
}

fn asked(soak: &Soak) -> String {
    let (plan, totals) = (&soak.plan, &soak.totals);
    let minutes = plan.seconds / 60;
    let mut text = format!("- {}\n", machine_line(&soak.machine));
    let counted = |counts: &std::collections::BTreeMap<String, u64>| {
        let counts = counts.iter();
        let counts: Vec<String> = counts
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        counts.join(", ")
    };
    write_to(
        &mut text,
        format_args!(
            "- {minutes} minutes, {} nodes, {} resources, {} viewers, a visitor every {} ms\n- Answered: {}\n- Refused among them, by a rule: {}\n- Viewers got {} frames, {} bytes\n- Turned away: {}; answers that should not have come and connections that broke: {}\n",
            soak.samples
                .first()
                .map_or(0, |sample| sample.servers.len()),
            plan.resources,
            plan.viewers,
            plan.arrival_every_ms,
            counted(&totals.answers),
            counted(&totals.refusals),
            totals.frames,
            totals.frame_bytes,
            totals.turned_away,
            totals.surprises,
        ),
    );
    for surprise in &totals.first_surprises {
        write_to(&mut text, format_args!("    - {surprise}\n"));
    }
    text
}

fn steady(soak: &Soak) -> String {
    let quarter = soak.plan.seconds / 60 / 4;
    let mut lines = vec![vec![
        "measure".into(),
        format!("minutes {quarter} to {}", quarter * 2),
        format!("minutes {} to {}", quarter * 3, quarter * 4),
        "late / early".into(),
        "flat".into(),
    ]];
    for measure in steadiness(soak) {
        if moving(&measure.panel) {
            continue;
        }
        let Steadiness {
            panel,
            name,
            early,
            late,
        } = &measure;
        let holds = if measure.holds() { "yes" } else { "no" };
        lines.push(vec![
            format!("{panel}: {name}"),
            figure(*early),
            figure(*late),
            share(measure.share()),
            holds.into(),
        ]);
    }
    table(&lines)
}

fn growing(soak: &Soak) -> String {
    let growth = &soak.growth;
    let mut lines = vec![
        ["what", "bytes", "measured from"]
            .map(ToOwned::to_owned)
            .to_vec(),
    ];
    for (what, bytes, from) in [
        (
            "a booking",
            booking(growth),
            format!("{} bookings", growth.bookings),
        ),
        (
            "its cancelling",
            cancelling(growth),
            count(growth, "BookingCancelled"),
        ),
        (
            "its moving",
            moving_one(growth),
            count(growth, "BookingRescheduled"),
        ),
        (
            "a hold, from its placing to its end",
            hold(growth),
            count(growth, "HoldPlaced"),
        ),
        (
            "a hold-minute on the default lease, 12 beats",
            growth.event_bytes("HoldRenewed") * BEATS_A_MINUTE,
            count(growth, "HoldRenewed"),
        ),
        (
            "a hold-minute as it was lived here",
            lived(growth),
            format!("{:.0} hold-minutes", growth.hold_minutes),
        ),
    ] {
        lines.push(vec![what.into(), format!("{bytes:.0}"), from]);
    }
    let mut text = table(&lines);
    text.push_str(&events(growth));
    text
}

/// Two events in the log, a row of the view and the attendee's key.
fn booking(growth: &Growth) -> f64 {
    let events = growth.event_bytes("BookingConfirmed") + growth.event_bytes("SlotsBooked");
    events + growth.bytes_per_booking.values().sum::<f64>()
}

fn cancelling(growth: &Growth) -> f64 {
    growth.event_bytes("BookingCancelled") + growth.event_bytes("SlotsFreed")
}

fn moving_one(growth: &Growth) -> f64 {
    let days = growth.event_bytes("SlotsFreed") + growth.event_bytes("SlotsBooked");
    growth.event_bytes("BookingRescheduled") + days
}

fn hold(growth: &Growth) -> f64 {
    growth.event_bytes("HoldPlaced") + growth.event_bytes("HoldReleased")
}

/// All events of holds, by the minutes that holds lived.
#[expect(clippy::cast_precision_loss, reason = "events of an hour")]
fn lived(growth: &Growth) -> f64 {
    let of_holds = growth
        .events
        .iter()
        .filter(|(name, _)| name.starts_with("Hold"));
    let bytes = of_holds.map(|(name, events)| growth.event_bytes(name) * events.count as f64);
    bytes.sum::<f64>() / growth.hold_minutes
}

fn count(growth: &Growth, event_type: &str) -> String {
    let events = growth.events.get(event_type).copied().unwrap_or_default();
    format!("{} {event_type}", events.count)
}

fn events(growth: &Growth) -> String {
    let mut text = format!(
        "\nEach event has {:.0} bytes of indexes beside its row:\n\n",
        growth.index_bytes_per_event
    );
    let mut lines = vec![
        ["event", "how many", "bytes of a row"]
            .map(ToOwned::to_owned)
            .to_vec(),
    ];
    for (name, events) in &growth.events {
        let each = format!("{:.0}", events.bytes_each);
        lines.push(vec![name.clone(), events.count.to_string(), each]);
    }
    text.push_str(&table(&lines));
    text
}

fn share(share: f64) -> String {
    if share.is_finite() {
        format!("{share:.2}")
    } else {
        "from nothing".into()
    }
}

fn figure(figure: f64) -> String {
    if figure >= 100.0 {
        format!("{figure:.0}")
    } else {
        format!("{figure:.1}")
    }
}

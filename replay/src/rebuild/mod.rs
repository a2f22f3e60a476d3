//! Makes views anew.

mod progress;

use std::time::Instant;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use projections::{
    rebuild::{self, Plan},
    view::View,
};
use serde::Serialize;

use crate::{
    database::Database,
    error::ReplayError,
    output::{self, Format},
};

/// What to make anew.
#[derive(Debug, clap::Args)]
pub(crate) struct RebuildArguments {
    /// The views; all of them when none is named.
    #[arg(value_name = "VIEW", value_parser = view_parser())]
    views: Vec<View>,

    /// Says what there is to do, and does nothing.
    #[arg(long)]
    dry_run: bool,
}

fn view_parser() -> impl TypedValueParser<Value = View> {
    PossibleValuesParser::new(View::ALL.map(View::name)).try_map(|name| name.parse::<View>())
}

impl RebuildArguments {
    /// Each of the views once, in an order of our own.
    fn views(&self) -> Vec<View> {
        let wanted = |view: &View| self.views.is_empty() || self.views.contains(view);
        View::ALL.into_iter().filter(wanted).collect()
    }
}

/// Does what is asked.
pub(crate) async fn run(
    database: &Database,
    arguments: &RebuildArguments,
    format: Format,
) -> Result<(), ReplayError> {
    // Without a log there is nothing to fold.
    database.partitions().await?;
    let views = arguments.views();
    if !arguments.dry_run {
        return make(database, &views, format).await;
    }
    let plan = rebuild::plan(database.options(), &views).await?;
    Ok(tell_plan(&plan, &views, format)?)
}

/// Makes views anew and says so.
pub(crate) async fn make(
    database: &Database,
    views: &[View],
    format: Format,
) -> Result<(), ReplayError> {
    let started = Instant::now();
    let tell = progress::teller(format);
    let rebuilt = rebuild::rebuild(database.options(), views, &tell).await?;
    let seconds = started.elapsed().as_secs_f64();
    let said = Said {
        rebuilt: views.iter().map(|view| view.name()).collect(),
        events: rebuilt.events,
        swap_tries: rebuilt.swap_tries,
        seconds,
    };
    if format == Format::Json {
        return Ok(output::json(&said)?);
    }
    Ok(output::line(format_args!(
        "rebuilt {}: {} events folded in {seconds:.1} s",
        said.rebuilt.join(", "),
        rebuilt.events,
    ))?)
}

/// What a rebuild did.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    rebuilt: Vec<&'static str>,
    events: u64,
    swap_tries: u32,
    seconds: f64,
}

/// What a rebuild would do.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SaidPlan {
    would_rebuild: Vec<&'static str>,
    /// How many events it would fold.
    events: u64,
    partitions: Vec<SaidPartition>,
}

#[derive(Debug, Serialize)]
struct SaidPartition {
    partition: u16,
    /// Up to where an earlier run has folded it.
    done: u64,
    head: u64,
}

fn tell_plan(plan: &Plan, views: &[View], format: Format) -> std::io::Result<()> {
    let partitions = plan.partitions.iter().map(|of| SaidPartition {
        partition: of.partition.get(),
        done: of.done.get(),
        head: of.head.get(),
    });
    let said = SaidPlan {
        would_rebuild: views.iter().map(|view| view.name()).collect(),
        events: plan.missing(),
        partitions: partitions.collect(),
    };
    if format == Format::Json {
        return output::json(&said);
    }
    output::line(format_args!(
        "would rebuild {}, folding {} events:",
        said.would_rebuild.join(", "),
        said.events
    ))?;
    for of in &said.partitions {
        let (partition, done, head) = (of.partition, of.done, of.head);
        output::line(format_args!(
            "partition {partition}: from position {done} to {head}"
        ))?;
    }
    Ok(())
}

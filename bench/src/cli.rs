//! What `bench` is called with.

use std::{env, fs, path::PathBuf};

use clap::{Parser, Subcommand};

use crate::{
    Outcome, book, expire, history, hot, partitions, read, rebuild,
    report::{self, Report},
    scale::Scale,
    serve::{self, Serve},
    soak, watch,
};

/// Measures Slotkeeper beside its peers.
#[derive(Debug, Parser)]
#[command(name = "bench", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Turns of each contender.
    #[arg(long, global = true, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
    /// Cuts everything to what shows that it works; the figures mean nothing.
    #[arg(long, global = true)]
    quick: bool,
    /// Bookings that `history` writes on days gone by.
    #[arg(long, global = true, value_name = "BOOKINGS")]
    past: Option<u32>,
    /// Writes all figures to this file.
    #[arg(long, global = true, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Booking, on many resources.
    Book,
    /// Booking and cancelling, on one resource's day.
    Hot,
    /// Holds that stop being renewed, all at once.
    Expire,
    /// How many partitions are best.
    Partitions,
    /// Days, slot lists and months over HTTP.
    Read,
    /// The same reads, and booking, with and without bookings gone by.
    History,
    /// Live updates, to many subscribers.
    Watch,
    /// Views made anew from a long log.
    Rebuild,
    /// All benchmarks, one after the other.
    All,
    /// Everything at once at a bounded rate, for long: what should stay as it is
    /// stays. Writes its samples to the `--json` file.
    Soak {
        /// How long.
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=10_080))]
        minutes: u16,
    },
    /// Prints what a soak found, from its `--json` file, as Markdown, and draws it.
    SoakPage {
        /// The file.
        file: PathBuf,
        /// Where the chart goes: a PNG, which the page shows from its own folder.
        #[arg(long, value_name = "FILE")]
        chart: PathBuf,
    },
    /// What the benchmarks start to have a server in a process of its own.
    #[command(subcommand, hide = true)]
    Serve(Serve),
    /// What `rebuild` starts to have a turn in a process of its own.
    #[command(subcommand, hide = true)]
    Turn(rebuild::Turn),
    /// Prints what earlier runs found, from their `--json` files, as Markdown.
    Page {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// Does what was asked.
///
/// # Errors
///
/// When a benchmark fails, or a file can't be read or written.
pub async fn run(cli: Cli) -> Outcome<()> {
    let program = env::current_exe()?;
    let rounds = usize::from(cli.rounds);
    let mut scale = if cli.quick {
        Scale::quick(rounds)
    } else {
        Scale::full(rounds)
    };
    if let Some(past) = cli.past {
        scale.past = past;
    }
    let reports = match cli.command {
        Command::Book => vec![book::run(scale, &program).await?],
        Command::Hot => vec![hot::run(scale).await?],
        Command::Expire => vec![expire::run(scale).await?],
        Command::Partitions => vec![partitions::run(scale).await?],
        Command::Read => vec![read::run(scale, &program).await?],
        Command::History => vec![history::run(scale, &program).await?],
        Command::Watch => vec![watch::run(scale, &program).await?],
        Command::Rebuild => vec![rebuild::run(scale, &program).await?],
        Command::All => vec![
            book::run(scale, &program).await?,
            hot::run(scale).await?,
            read::run(scale, &program).await?,
            history::run(scale, &program).await?,
            watch::run(scale, &program).await?,
            expire::run(scale).await?,
            partitions::run(scale).await?,
            rebuild::run(scale, &program).await?,
        ],
        Command::Soak { minutes } => {
            let plan = if cli.quick {
                soak::Plan::quick()
            } else {
                soak::Plan::full(minutes)
            };
            let soak = soak::run(plan, &program).await?;
            if let Some(file) = cli.json {
                fs::write(file, serde_json::to_string(&soak)?)?;
            }
            return Ok(());
        }
        Command::SoakPage { file, chart } => {
            let soak: soak::Soak = serde_json::from_slice(&fs::read(file)?)?;
            soak::chart::draw(&soak::chart::panels(&soak), &chart)?;
            let name = chart.file_name().unwrap_or_default().to_string_lossy();
            show(&soak::page(&soak, &name));
            return Ok(());
        }
        Command::Serve(serve) => return serve::run(serve).await,
        Command::Turn(turn) => {
            show(&serde_json::to_string(&turn.run().await?)?);
            return Ok(());
        }
        Command::Page { files } => read(&files)?,
    };
    show(&report::document(&reports));
    if let Some(file) = cli.json {
        fs::write(file, serde_json::to_string_pretty(&reports)?)?;
    }
    Ok(())
}

fn read(files: &[PathBuf]) -> Outcome<Vec<Report>> {
    let mut reports = Vec::new();
    for file in files {
        let found: Vec<Report> = serde_json::from_slice(&fs::read(file)?)?;
        reports.extend(found);
    }
    Ok(reports)
}

#[expect(clippy::print_stdout, reason = "the program's output")]
fn show(text: &str) {
    println!("{text}");
}

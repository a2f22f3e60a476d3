//! Measures Slotkeeper beside its peers.

use bench::{Outcome, cli};
use clap::Parser;

#[tokio::main]
async fn main() -> Outcome<()> {
    cli::run(cli::Cli::parse()).await
}

//! Measures Slotkeeper beside its peers.

use bench::{Outcome, cli};
use clap::Parser;

/// The server's, for all contenders that run in this program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> Outcome<()> {
    cli::run(cli::Cli::parse()).await
}

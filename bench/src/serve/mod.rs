//! Servers in processes of their own: `bench serve`.

mod bare;
mod broadcast;
mod child;
mod slotkeeper;
mod usage;

use api::config::Config;
use axum::Router;
use clap::Subcommand;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, stdin, stdout},
    net::TcpListener,
};

pub(crate) use child::Child;
pub use usage::Usage;
pub(crate) use usage::resident;

use crate::Outcome;

/// What to serve.
#[derive(Debug, Subcommand)]
pub(crate) enum Serve {
    /// Slotkeeper, with the settings of its own binary.
    Slotkeeper(Box<Config>),
    /// A body of as many bytes as the path says.
    Bare,
    /// Server-sent events over a broadcast channel.
    Broadcast,
}

/// Serves until its standard input ends. The first line it writes says where it
/// listens; then each line it reads is answered by one that says what it has used.
///
/// # Errors
///
/// When it can't listen.
pub(crate) async fn run(serve: Serve) -> Outcome<()> {
    match serve {
        Serve::Slotkeeper(config) => slotkeeper::run(*config).await,
        Serve::Bare => axum_server(bare::router()).await,
        Serve::Broadcast => axum_server(broadcast::router()).await,
    }
}

async fn axum_server(router: Router) -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    tokio::select! {
        ended = axum::serve(listener, router) => Ok(ended?),
        asked = answer(address) => asked,
    }
}

/// Says where this process listens, and answers what it is asked.
async fn answer(address: String) -> Outcome<()> {
    let mut out = stdout();
    let mut line = serde_json::to_string(&child::Ready { address })?;
    let mut questions = BufReader::new(stdin()).lines();
    loop {
        line.push('\n');
        out.write_all(line.as_bytes()).await?;
        out.flush().await?;
        if questions.next_line().await?.is_none() {
            return Ok(());
        }
        line = serde_json::to_string(&Usage::of_this_process())?;
    }
}

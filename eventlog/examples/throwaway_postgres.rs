//! Runs a PostgreSQL that keeps nothing, for tests: prints its URL, and stops it
//! when standard input ends or on Ctrl-C.

use std::{
    error::Error,
    io::{self, Write},
    thread,
};

use eventlog::testing::ThrowawayPostgres;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Before the start, so that no signal finds the files half made and ends us.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let (end, input_ended) = oneshot::channel();
    thread::spawn(move || {
        let read = io::copy(&mut io::stdin().lock(), &mut io::sink());
        // Nobody listens any more when a signal came first.
        let _ = end.send(read);
    });

    let server = ThrowawayPostgres::start().await?;
    writeln!(io::stdout(), "{}", server.url())?;
    tokio::select! {
        _ = input_ended => {}
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    server.stop().await?;
    Ok(())
}

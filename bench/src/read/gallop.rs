use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use crate::{
    Outcome,
    draw::Dice,
    http::{Connection, Request},
    play::{count, microseconds},
    serve::Child,
};

/// How many paths each client goes through, again and again.
const PATHS: usize = 64;

/// What came of reading for a while.
#[derive(Debug)]
pub(crate) struct Galloped {
    /// Answers.
    pub(crate) answers: u64,
    /// How long it went on.
    pub(crate) elapsed: Duration,
    /// Of each answer, in microseconds.
    pub(crate) latency: Histogram<u64>,
    /// Bytes of all bodies.
    pub(crate) bytes: u64,
    /// Processor time of the server.
    pub(crate) processor: Duration,
}

impl Galloped {
    /// Answers per second.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(crate) fn rate(&self) -> f64 {
        self.answers as f64 / self.elapsed.as_secs_f64()
    }

    /// Microseconds of the server's processor time per answer.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(crate) fn processor_us(&self) -> f64 {
        self.processor.as_secs_f64() * 1e6 / self.answers as f64
    }

    /// Bytes of a body, on average.
    pub(crate) const fn body_bytes(&self) -> u64 {
        self.bytes / if self.answers > 0 { self.answers } else { 1 }
    }
}

/// Lets `clients` GET paths, each as fast as it is answered, for `turn`.
///
/// # Errors
///
/// When an answer is not 200.
pub(crate) async fn gallop(
    server: &mut Child,
    clients: u64,
    turn: Duration,
    mut path: impl FnMut(&mut Dice) -> String,
) -> Outcome<Galloped> {
    let mut ready = Vec::new();
    for nth in 0..clients {
        let mut dice = Dice::new(nth);
        let paths = (0..PATHS).map(|_| Request::default().get(&path(&mut dice)).to_vec());
        ready.push((Connection::open(&server.address).await?, paths.collect()));
    }
    let before = server.usage().await?;
    let started = Instant::now();
    let mut running: JoinSet<Outcome<Galloped>> = JoinSet::new();
    for (connection, paths) in ready {
        running.spawn(run(connection, paths, started + turn));
    }
    let mut all = Galloped::nothing();
    while let Some(one) = running.join_next().await {
        let one = one??;
        all.answers += one.answers;
        all.bytes += one.bytes;
        all.latency.add(one.latency)?;
    }
    all.elapsed = started.elapsed();
    all.processor = server.usage().await?.processor_since(&before);
    Ok(all)
}

async fn run(
    mut connection: Connection,
    requests: Vec<Vec<u8>>,
    end: Instant,
) -> Outcome<Galloped> {
    let mut galloped = Galloped::nothing();
    for request in requests.iter().cycle() {
        let asked = Instant::now();
        if asked >= end {
            break;
        }
        let answer = connection.ask(request).await?;
        if answer.status != 200 {
            return Err(answer.surprise());
        }
        galloped.answers += 1;
        galloped.bytes += u64::try_from(answer.body.len())?;
        count(&mut galloped.latency, asked.elapsed());
    }
    Ok(galloped)
}

impl Galloped {
    fn nothing() -> Self {
        Self {
            answers: 0,
            elapsed: Duration::ZERO,
            latency: microseconds(),
            bytes: 0,
            processor: Duration::ZERO,
        }
    }
}

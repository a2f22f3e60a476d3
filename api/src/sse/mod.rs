//! Server-sent events: what every stream of ours does, whatever it carries.

mod day;
mod frame;
mod gate;
mod log;
mod log_entry;
mod pace;

use std::{convert::Infallible, pin::pin, time::Duration};

use async_stream::stream;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use metrics::Counter;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::{app::App, random, telemetry::metrics::names};

pub(crate) use day::{LastSeen, day_events, last_event_id, watching};
use frame::Chunk;
pub(crate) use gate::Gate;
pub(crate) use log::{LogCursor, log_events};

/// How much later than the least time viewers may come back after a shutdown, as
/// a multiple of it: a deploy of many viewers spreads over seconds.
const SHUTDOWN_SPREAD: u64 = 5;

/// An answer that streams `source`, frame by frame, until it ends, the server
/// stops or the client goes; `pass` is kept until then.
///
/// The first bytes go at once: some proxies hold back a response until its body
/// begins. Silence is broken by comments, which carry no event.
pub(crate) fn respond(
    app: &App,
    pass: impl Send + 'static,
    source: impl Stream<Item = Chunk> + Send + 'static,
) -> Response {
    let body = Body::from_stream(framed(app.clone(), pass, source));
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        // `no-transform` keeps those between from compressing, which would buffer.
        (header::CACHE_CONTROL, "no-store, no-transform"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// What happens next on a stream.
enum Next {
    Chunk(Chunk),
    Tick,
    End,
}

fn framed(
    app: App,
    pass: impl Send + 'static,
    source: impl Stream<Item = Chunk> + Send + 'static,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    stream! {
        let _pass = pass;
        let meters = Meters::new();
        let least_ms = app.streams.retry_ms;
        yield Ok(meters.sent(frame::opening(least_ms + random::below(least_ms))));
        let mut source = pin!(source);
        // What can be waited for again and again is registered once: each frame
        // would else register a timer and a waiter anew, and take them back.
        let mut stopping = pin!(app.stopping.cancelled());
        let mut ticks = ticks(app.streams.keep_alive());
        let mut silent = false;
        loop {
            let next = tokio::select! {
                biased;
                () = &mut stopping => Next::End,
                chunk = source.next() => chunk.map_or(Next::End, Next::Chunk),
                _ = ticks.tick() => Next::Tick,
            };
            match next {
                Next::Chunk(Chunk { bytes, frames }) => {
                    meters.frames.increment(frames);
                    silent = false;
                    yield Ok(meters.sent(bytes));
                }
                Next::Tick if silent => {
                    silent = false;
                    yield Ok(meters.sent(frame::KEEP_ALIVE));
                }
                Next::Tick => silent = true,
                Next::End => break,
            }
        }
        let spread = random::below(least_ms * SHUTDOWN_SPREAD);
        yield Ok(meters.sent(frame::retry(least_ms + spread)));
    }
}

/// Ticks twice in the time that a stream may be silent: at the second one at the
/// latest, it has been silent from one tick to the next.
fn ticks(keep_alive: Duration) -> Interval {
    let every = (keep_alive / 2).max(Duration::from_millis(1));
    let mut ticks = interval_at(Instant::now() + every, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// What streams are counted by, looked up once for each of them.
struct Meters {
    frames: Counter,
    bytes: Counter,
}

impl Meters {
    fn new() -> Self {
        Self {
            frames: metrics::counter!(names::SSE_FRAMES),
            bytes: metrics::counter!(names::SSE_BYTES),
        }
    }

    fn sent(&self, bytes: Bytes) -> Bytes {
        self.bytes.increment(bytes.len() as u64);
        bytes
    }
}

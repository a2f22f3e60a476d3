//! Server-sent events: what every stream of ours does, whatever it carries.

mod day;
mod frame;
mod gate;
mod log;

use std::{convert::Infallible, pin::pin};

use async_stream::stream;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use bytes::Bytes;
use futures::{Stream, StreamExt};

use crate::{app::App, random, telemetry::metrics::names};

pub(crate) use day::{LastSeen, day_events, watching};
pub(crate) use gate::{Gate, Pass};
pub(crate) use log::{LogCursor, log_events};

/// How much later than the least time viewers may come back after a shutdown, as
/// a multiple of it: a deploy of many viewers spreads over seconds.
const SHUTDOWN_SPREAD: u64 = 5;

/// An answer that streams `source`, frame by frame, until it ends, the server
/// stops or the client goes.
///
/// The first bytes go at once: some proxies hold back a response until its body
/// begins. Silence is broken by comments, which carry no event.
pub(crate) fn respond(
    app: &App,
    pass: Pass,
    source: impl Stream<Item = Bytes> + Send + 'static,
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
    Frame(Bytes),
    Silence,
    End,
}

fn framed(
    app: App,
    pass: Pass,
    source: impl Stream<Item = Bytes> + Send + 'static,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    stream! {
        let _pass = pass;
        let least_ms = app.streams.retry_ms;
        yield Ok(sent(frame::opening(least_ms + random::below(least_ms))));
        let mut source = pin!(source);
        loop {
            let next = tokio::select! {
                biased;
                () = app.stopping.cancelled() => Next::End,
                frame = source.next() => frame.map_or(Next::End, Next::Frame),
                () = tokio::time::sleep(app.streams.keep_alive()) => Next::Silence,
            };
            match next {
                Next::Frame(frame) => {
                    metrics::counter!(names::SSE_FRAMES).increment(1);
                    yield Ok(sent(frame));
                }
                Next::Silence => yield Ok(sent(frame::KEEP_ALIVE)),
                Next::End => break,
            }
        }
        let spread = random::below(least_ms * SHUTDOWN_SPREAD);
        yield Ok(sent(frame::retry(least_ms + spread)));
    }
}

fn sent(bytes: Bytes) -> Bytes {
    metrics::counter!(names::SSE_BYTES).increment(bytes.len() as u64);
    bytes
}

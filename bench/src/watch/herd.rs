use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    os::fd::OwnedFd,
    sync::{Arc, atomic::Ordering},
};

use hdrhistogram::Histogram;
use rustix::{
    buffer::spare_capacity,
    event::{
        Timespec,
        epoll::{self, CreateFlags, EventData, EventFlags},
    },
};

use super::published::{Published, change_of};
use crate::{
    Outcome,
    play::{count, microseconds},
};

/// How long one wait for events may last, so that the end is noticed.
const WAIT: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 20_000_000,
};

/// Subscribers of one day, all in one thread and with one buffer: they share the
/// processors with the server that is measured.
#[derive(Debug)]
pub(super) struct Herd {
    epoll: OwnedFd,
    subscribers: Vec<Subscriber>,
    published: Arc<Published>,
    seen: Seen,
}

/// What a herd has seen.
#[derive(Debug)]
pub(super) struct Seen {
    /// From a change's sending to a subscriber's having it, in microseconds.
    pub(super) latency: Histogram<u64>,
    /// Changes that reached a subscriber.
    pub(super) frames: u64,
    /// Changes of which a subscriber got only what came after.
    pub(super) skipped: u64,
    /// Subscribers that have not got the last state.
    pub(super) behind: usize,
}

#[derive(Debug)]
struct Subscriber {
    stream: TcpStream,
    /// The beginning of a line whose end has not come yet.
    rest: Vec<u8>,
    subscribed: bool,
    last: usize,
}

impl Herd {
    /// Subscribes `size` times with `request`.
    pub(super) fn new(
        address: &str,
        request: &[u8],
        size: usize,
        published: Arc<Published>,
    ) -> Outcome<Self> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        let mut subscribers = Vec::with_capacity(size);
        for nth in 0..size {
            let mut stream = TcpStream::connect(address)?;
            stream.write_all(request)?;
            stream.set_nonblocking(true)?;
            let data = EventData::new_u64(u64::try_from(nth)?);
            epoll::add(&epoll, &stream, data, EventFlags::IN)?;
            subscribers.push(Subscriber {
                stream,
                rest: Vec::new(),
                subscribed: false,
                last: 0,
            });
        }
        let seen = Seen {
            latency: microseconds(),
            frames: 0,
            skipped: 0,
            behind: size,
        };
        Ok(Self {
            epoll,
            subscribers,
            published,
            seen,
        })
    }

    /// Reads until every subscriber has the last change, or nobody waits any more.
    pub(super) fn graze(mut self) -> Outcome<Seen> {
        let mut events = Vec::with_capacity(1024);
        let mut buffer = vec![0; 64 << 10];
        while self.behind() > 0 && !self.published.over.load(Ordering::Acquire) {
            epoll::wait(&self.epoll, spare_capacity(&mut events), Some(&WAIT))?;
            for event in events.drain(..) {
                self.read(usize::try_from(event.data.u64())?, &mut buffer)?;
            }
        }
        self.seen.behind = self.behind();
        Ok(self.seen)
    }

    fn behind(&self) -> usize {
        match self.published.last.load(Ordering::Acquire) {
            0 => self.subscribers.len(),
            last => {
                let behind = |subscriber: &&Subscriber| subscriber.last != last;
                self.subscribers.iter().filter(behind).count()
            }
        }
    }

    fn read(&mut self, nth: usize, buffer: &mut [u8]) -> Outcome<()> {
        let subscriber = &mut self.subscribers[nth];
        let length = match subscriber.stream.read(buffer) {
            Ok(0) => return Err("the server has ended a stream".into()),
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if !subscriber.subscribed {
            subscriber.subscribed = true;
            if !buffer.starts_with(b"HTTP/1.1 200") {
                return Err("the server does not let a subscriber in".into());
            }
            self.published.subscribed.fetch_add(1, Ordering::AcqRel);
        }
        subscriber.take(&buffer[..length], &self.published, &mut self.seen);
        Ok(())
    }
}

impl Subscriber {
    fn take(&mut self, mut bytes: &[u8], published: &Published, seen: &mut Seen) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, more) = (&bytes[..end], &bytes[end + 1..]);
            let change = if self.rest.is_empty() {
                change_of(line, self.last)
            } else {
                self.rest.extend_from_slice(line);
                let change = change_of(&self.rest, self.last);
                self.rest = Vec::new();
                change
            };
            if let Some(change) = change.filter(|change| *change > self.last) {
                count(&mut seen.latency, published.since(change));
                seen.frames += 1;
                seen.skipped += u64::try_from(change - self.last - 1).unwrap_or(0);
                self.last = change;
            }
            bytes = more;
        }
        self.rest.extend_from_slice(bytes);
    }
}

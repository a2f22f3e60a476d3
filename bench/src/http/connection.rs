use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Outcome;

/// A kept-alive HTTP/1.1 connection that asks one question at a time.
///
/// It understands answers with a `content-length` or without a body, which is
/// all that is asked for here, and costs little: its processor time is taken
/// from the server under measurement.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer, as long as the next question has not been asked.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    /// The status code.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: &'a [u8],
}

impl Connection {
    /// Connects to `address`, a host and port.
    ///
    /// # Errors
    ///
    /// When nobody listens there.
    pub(crate) async fn open(address: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(4096),
        })
    }

    /// Sends `request`, head and body, and waits for its answer.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or the answer is not one of the kind above.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Outcome<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let head = loop {
            if let Some(end) = find(&self.received, b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let length = length(&self.received[..head])?;
        while self.received.len() < head + length {
            self.more().await?;
        }
        let (head, body) = self.received.split_at(head);
        let status = head.get(9..12).and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            digits.parse().ok()
        });
        Ok(Answer {
            status: status.ok_or("an answer without a status")?,
            body: &body[..length],
        })
    }

    async fn more(&mut self) -> Outcome<()> {
        if self.stream.read_buf(&mut self.received).await? == 0 {
            return Err("the server has hung up".into());
        }
        Ok(())
    }
}

impl Answer<'_> {
    /// The JSON string called `name`, the first of that name in the body.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let named = format!("\"{name}\":\"");
        let start = find(self.body, named.as_bytes())? + named.len();
        let end = self.body[start..].iter().position(|byte| *byte == b'"')?;
        std::str::from_utf8(&self.body[start..start + end]).ok()
    }

    /// What went wrong, for an answer that should not have come.
    pub(crate) fn surprise(&self) -> crate::Failure {
        let body = String::from_utf8_lossy(self.body);
        format!("the server answers {}: {body}", self.status).into()
    }
}

/// Where `needle` begins first.
pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|part| part == needle)
}

fn length(head: &[u8]) -> Outcome<usize> {
    for line in head.split(|byte| *byte == b'\n').skip(1) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        if name.eq_ignore_ascii_case(b"content-length") {
            return Ok(std::str::from_utf8(value)?.trim().parse()?);
        }
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            return Err("an answer in chunks".into());
        }
    }
    Ok(0)
}

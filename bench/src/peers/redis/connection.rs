use std::path::Path;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
};

use crate::Outcome;

/// A connection to Redis that speaks as much of its protocol as we ask for.
#[derive(Debug)]
pub(super) struct Connection {
    stream: UnixStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

/// What Redis said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Number(i64),
    Text(Vec<u8>),
    Several(Vec<Reply>),
}

impl Connection {
    pub(super) async fn open(socket: &Path) -> Outcome<Self> {
        Ok(Self {
            stream: UnixStream::connect(socket).await?,
            request: Vec::new(),
            answer: Vec::new(),
        })
    }

    /// Sends a command and waits for what comes back.
    pub(super) async fn ask(&mut self, words: &[&[u8]]) -> Outcome<Reply> {
        self.request.clear();
        self.request
            .extend_from_slice(format!("*{}\r\n", words.len()).as_bytes());
        for word in words {
            self.request
                .extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
            self.request.extend_from_slice(word);
            self.request.extend_from_slice(b"\r\n");
        }
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err("Redis has hung up".into());
            }
            let mut at = 0;
            if let Some(reply) = parse(&self.answer, &mut at)? {
                return Ok(reply);
            }
        }
    }
}

/// The reply that begins at `at`, which is moved behind it; nothing while some
/// of it is missing.
fn parse(bytes: &[u8], at: &mut usize) -> Outcome<Option<Reply>> {
    let Some(line) = line(bytes, at) else {
        return Ok(None);
    };
    let (kind, text) = line.split_first().ok_or("an empty line")?;
    let text = std::str::from_utf8(text)?;
    match kind {
        b'+' => Ok(Some(Reply::Text(text.into()))),
        b'-' => Err(format!("Redis refuses: {text}").into()),
        b':' => Ok(Some(Reply::Number(text.parse()?))),
        b'$' => {
            let length: usize = text.parse()?;
            let Some(body) = bytes.get(*at..*at + length + 2) else {
                return Ok(None);
            };
            *at += length + 2;
            Ok(Some(Reply::Text(body[..length].into())))
        }
        b'*' => {
            let mut several = Vec::new();
            for _ in 0..text.parse::<usize>()? {
                let Some(one) = parse(bytes, at)? else {
                    return Ok(None);
                };
                several.push(one);
            }
            Ok(Some(Reply::Several(several)))
        }
        _ => Err(format!("not a reply of Redis: {text}").into()),
    }
}

fn line<'a>(bytes: &'a [u8], at: &mut usize) -> Option<&'a [u8]> {
    let rest = bytes.get(*at..)?;
    let end = rest.windows(2).position(|two| two == b"\r\n")?;
    *at += end + 2;
    Some(&rest[..end])
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

    use super::*;

    #[test]
    fn replies_are_read_whole_or_waited_for() {
        let bytes = b"*2\r\n$3\r\nabc\r\n:7\r\n";
        let whole = Reply::Several(vec![Reply::Text(b"abc".to_vec()), Reply::Number(7)]);
        assert_eq!(parse(bytes, &mut 0).unwrap(), Some(whole));
        for cut in 0..bytes.len() {
            assert_eq!(parse(&bytes[..cut], &mut 0).unwrap(), None);
        }
        assert!(parse(b"-ERR no\r\n", &mut 0).is_err());
    }
}

//! A viewer's end of a stream.

use std::collections::VecDeque;

use reqwest::{RequestBuilder, Response};
use serde_json::Value;

use crate::server::{DEADLINE, Server};

/// What came between two blank lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block(pub(crate) String);

impl Block {
    fn field(&self, name: &str) -> Option<&str> {
        let prefix = format!("{name}: ");
        self.0.lines().find_map(|line| line.strip_prefix(&prefix))
    }

    pub(crate) fn event(&self) -> Option<&str> {
        self.field("event")
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.field("id")
    }

    pub(crate) fn retry(&self) -> Option<u64> {
        self.field("retry").map(|ms| ms.parse().unwrap())
    }

    pub(crate) fn data(&self) -> Value {
        serde_json::from_str(self.field("data").unwrap()).unwrap()
    }

    pub(crate) fn is_comment(&self) -> bool {
        self.0.starts_with(':') && self.retry().is_none()
    }
}

/// An open stream.
pub(crate) struct Stream {
    response: Response,
    /// Everything that has come.
    pub(crate) bytes: Vec<u8>,
    read: usize,
    blocks: VecDeque<Block>,
}

impl Stream {
    /// Opens a stream and takes its first bytes: when to come back.
    pub(crate) async fn open(
        server: &Server,
        path: &str,
        change: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Self {
        let request = server.client.get(format!("{}{path}", server.base));
        let response = change(request).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let mut stream = Self {
            response,
            bytes: Vec::new(),
            read: 0,
            blocks: VecDeque::new(),
        };
        assert!(stream.next().await.unwrap().retry().is_some());
        stream
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.response.headers()[name].to_str().unwrap()
    }

    /// The next block; nothing when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Block> {
        while self.blocks.is_empty() {
            let chunk = tokio::time::timeout(DEADLINE, self.response.chunk()).await;
            let chunk = chunk.unwrap().unwrap()?;
            self.bytes.extend_from_slice(&chunk);
            let text = std::str::from_utf8(&self.bytes[self.read..]).unwrap();
            let mut rest = text;
            while let Some((block, after)) = rest.split_once("\n\n") {
                self.blocks.push_back(Block(block.to_owned()));
                rest = after;
            }
            self.read = self.bytes.len() - rest.len();
        }
        self.blocks.pop_front()
    }

    /// The blocks up to and with the next id: one round.
    pub(crate) async fn round(&mut self) -> Round {
        let mut frames = Vec::new();
        loop {
            let block = self.next().await.unwrap();
            if block.is_comment() {
                continue;
            }
            if let Some(id) = block.id() {
                assert_eq!(block.0, format!("id: {id}"), "an id comes alone");
                let id = id.to_owned();
                return Round { frames, id };
            }
            frames.push(block);
        }
    }

    /// The next frame of this event, whatever else comes before it.
    pub(crate) async fn next_of(&mut self, event: &str) -> Value {
        loop {
            let block = self.next().await.unwrap();
            if block.event() == Some(event) {
                return block.data();
            }
        }
    }
}

/// One round of a stream.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) frames: Vec<Block>,
    pub(crate) id: String,
}

impl Round {
    /// Event and date of each frame.
    pub(crate) fn told(&self) -> Vec<(String, String)> {
        let told = |frame: &Block| {
            let date = frame.data()["date"].as_str().unwrap_or_default().to_owned();
            (frame.event().unwrap().to_owned(), date)
        };
        self.frames.iter().map(told).collect()
    }

    /// The data of the frame of this event and date.
    #[track_caller]
    pub(crate) fn data(&self, event: &str, date: &str) -> Value {
        let mut of_event = self
            .frames
            .iter()
            .filter(|frame| frame.event() == Some(event));
        let frame = of_event.find(|frame| frame.data()["date"] == date);
        frame
            .unwrap_or_else(|| panic!("no {event} of {date} in {self:?}"))
            .data()
    }
}

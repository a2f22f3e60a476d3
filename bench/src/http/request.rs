use std::fmt::Write;

/// Writes requests for one server into one buffer, so that asking allocates
/// nothing.
#[derive(Debug, Default)]
pub(crate) struct Request {
    bytes: String,
}

impl Request {
    /// A GET of `path`.
    pub(crate) fn get(&mut self, path: &str) -> &[u8] {
        self.begin("GET", path);
        self.bytes.push_str("\r\n");
        self.bytes.as_bytes()
    }

    /// A request with a JSON body and more headers, each `name: value`.
    pub(crate) fn json(&mut self, method: &str, path: &str, headers: &[&str], body: &str) -> &[u8] {
        self.begin(method, path);
        for header in headers {
            self.bytes.push_str(header);
            self.bytes.push_str("\r\n");
        }
        let length = body.len();
        write!(
            self.bytes,
            "content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .expect("writing to a string does not fail");
        self.bytes.as_bytes()
    }

    fn begin(&mut self, method: &str, path: &str) {
        self.bytes.clear();
        write!(self.bytes, "{method} {path} HTTP/1.1\r\nhost: bench\r\n")
            .expect("writing to a string does not fail");
    }
}

//! Zstandard, a frame at a time.
//!
//! A file is a sequence of frames, as the format allows, so that each can be checked
//! before it is written, and neither side holds more than one.

use std::io::{self, BufRead, Read, Write};

use ruzstd::{
    decoding::StreamingDecoder,
    encoding::{CompressionLevel, compress_to_vec},
};

/// Bytes that are compressed together: longer frames are hardly smaller.
const FRAME_BYTES: usize = 1 << 20;

/// How every frame begins.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Compresses what is written to it.
pub(super) struct FrameWriter<W> {
    inner: W,
    frame: Vec<u8>,
}

impl<W: Write> FrameWriter<W> {
    pub(super) fn new(inner: W) -> Self {
        Self {
            inner,
            frame: Vec::with_capacity(FRAME_BYTES),
        }
    }

    /// Writes what is left, and gives back what it was written to.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.write_frame()?;
        self.inner.flush()?;
        Ok(self.inner)
    }

    fn write_frame(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let compressed = compress_to_vec(self.frame.as_slice(), CompressionLevel::Fastest);
        // An export that can't be read is worth nothing, and when that is found out
        // it is too late.
        let mut opened = Vec::with_capacity(self.frame.len());
        open(compressed.as_slice())?.read_to_end(&mut opened)?;
        if opened != self.frame {
            return Err(io::Error::other("a frame does not open as it was closed"));
        }
        self.frame.clear();
        self.inner.write_all(&compressed)
    }
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.frame.len() >= FRAME_BYTES {
            self.write_frame()?;
        }
        let taken = bytes.len().min(FRAME_BYTES - self.frame.len());
        self.frame.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// Keeps what makes no frame yet.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens what [`FrameWriter`] has written, and passes on what was never compressed.
pub(super) struct FrameReader<R: BufRead> {
    state: State<R>,
}

enum State<R: BufRead> {
    Between(R),
    Within(Box<Frame<R>>),
    Plain(R),
    /// Only while it changes.
    Broken,
}

type Frame<R> = StreamingDecoder<R, ruzstd::decoding::FrameDecoder>;

fn open<R: Read>(source: R) -> io::Result<Frame<R>> {
    let damaged = |error| io::Error::new(io::ErrorKind::InvalidData, format!("{error}"));
    StreamingDecoder::new(source).map_err(damaged)
}

impl<R: BufRead> FrameReader<R> {
    /// Looks at how `source` begins.
    pub(super) fn new(mut source: R) -> io::Result<Self> {
        let compressed = source.fill_buf()?.first() == Some(&MAGIC[0]);
        let state = if compressed {
            State::Between(source)
        } else {
            State::Plain(source)
        };
        Ok(Self { state })
    }
}

impl<R: BufRead> Read for FrameReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.state, State::Broken) {
                State::Between(mut source) => {
                    if source.fill_buf()?.is_empty() {
                        self.state = State::Between(source);
                        return Ok(0);
                    }
                    self.state = State::Within(Box::new(open(source)?));
                }
                State::Within(mut frame) => {
                    let read = frame.read(buffer)?;
                    if read > 0 || buffer.is_empty() {
                        self.state = State::Within(frame);
                        return Ok(read);
                    }
                    self.state = State::Between(frame.into_inner());
                }
                State::Plain(mut source) => {
                    let read = source.read(buffer);
                    self.state = State::Plain(source);
                    return read;
                }
                State::Broken => return Err(io::Error::other("reading went wrong before")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

    use proptest::prelude::*;

    use super::*;

    fn written(bytes: &[u8]) -> Vec<u8> {
        let mut writer = FrameWriter::new(Vec::new());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut opened = Vec::new();
        FrameReader::new(bytes)?.read_to_end(&mut opened)?;
        Ok(opened)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn what_is_written_is_read(bytes: Vec<u8>) {
            prop_assert_eq!(read(&written(&bytes)).unwrap(), bytes);
        }
    }

    #[test]
    fn more_than_a_frame_is_several() {
        let lines: Vec<u8> = (0..400_000_u32)
            .flat_map(|number| format!("{{\"event\":{number}}}\n").into_bytes())
            .collect();
        assert!(lines.len() > 5 * FRAME_BYTES);
        let compressed = written(&lines);
        assert!(compressed.len() < lines.len() / 2);
        assert_eq!(read(&compressed).unwrap(), lines);
    }

    #[test]
    fn what_was_never_compressed_is_passed_on() {
        assert_eq!(read(b"{}\n").unwrap(), b"{}\n");
        assert_eq!(read(b"").unwrap(), b"");
    }

    #[test]
    fn a_frame_that_was_cut_does_not_pass_for_a_whole_one() {
        let whole = written(&b"0123456789".repeat(100_000));
        for end in [5, whole.len() / 2, whole.len() - 5] {
            assert!(read(&whole[..end]).is_err(), "{end}");
        }
    }
}

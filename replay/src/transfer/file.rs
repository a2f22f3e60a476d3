//! An export's lines as they are read, with their numbers and their digest.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use sha2::{Digest, Sha256};

use super::{frames::FrameReader, hex, line::Line};
use crate::error::ReplayError;

/// The longest line, in bytes: a hundred times the longest that an event of ours
/// makes.
const LINE_BYTES_MAX: u64 = 4 << 20;

/// Bytes that are read at once.
const BUFFER_BYTES: usize = 256 << 10;

/// The lines of an export.
pub(super) struct Lines {
    reader: BufReader<FrameReader<BufReader<Box<dyn Read + Send>>>>,
    digest: Sha256,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    /// Opens a file; `-` is the standard input.
    pub(super) fn open(path: &Path) -> Result<Self, ReplayError> {
        let failed = |source| ReplayError::File {
            path: path.to_owned(),
            source,
        };
        let file: Box<dyn Read + Send> = if path == Path::new("-") {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(path).map_err(failed)?)
        };
        let file = BufReader::with_capacity(BUFFER_BYTES, file);
        let frames = FrameReader::new(file).map_err(failed)?;
        Ok(Self {
            reader: BufReader::with_capacity(BUFFER_BYTES, frames),
            digest: Sha256::new(),
            line: Vec::new(),
            number: 0,
        })
    }

    /// The error of the line that was read last.
    pub(super) fn damaged(&self, reason: impl Into<String>) -> ReplayError {
        ReplayError::BadExport {
            line: self.number,
            reason: reason.into(),
        }
    }

    /// Reads a line; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, ReplayError> {
        self.digest.update(&self.line);
        self.line.clear();
        self.number += 1;
        let mut bounded = (&mut self.reader).take(LINE_BYTES_MAX);
        let read = bounded.read_until(b'\n', &mut self.line);
        match read {
            Ok(0) => Ok(false),
            Ok(_) if self.line.ends_with(b"\n") => Ok(true),
            Ok(_) => Err(self.damaged("it is cut off")),
            Err(error) => Err(self.damaged(format!("it can't be read: {error}"))),
        }
    }

    /// The line that was read last.
    pub(super) fn line(&self) -> Result<Line<'_>, ReplayError> {
        serde_json::from_slice(&self.line).map_err(|error| self.damaged(error.to_string()))
    }

    /// SHA-256 of all lines before the one that was read last, hexadecimal.
    pub(super) fn digest_before(&self) -> String {
        hex::encode(&self.digest.clone().finalize())
    }
}

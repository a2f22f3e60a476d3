//! Where an export goes.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::{ffi::OsStrExt, fs::OpenOptionsExt},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{frames::FrameWriter, hex, line::Line};
use crate::error::ReplayError;

/// Who may read an export: its owner, since it may hold keys.
const MODE: u32 = 0o600;

/// Writes lines to a file that has its name only once it is whole.
pub(super) struct Destination {
    path: PathBuf,
    draft: Option<PathBuf>,
    writer: FrameWriter<BufWriter<Out>>,
    digest: Sha256,
}

enum Out {
    File(File),
    Standard(io::Stdout),
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Standard(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Standard(out) => out.flush(),
        }
    }
}

/// Whether a file can have that name.
fn named(path: &Path) -> Result<(), ReplayError> {
    if path.is_dir() || path.file_name().is_none() || path.as_os_str().as_bytes().ends_with(b"/") {
        return Err(ReplayError::Folder(path.to_owned()));
    }
    match path.parent() {
        Some(folder) if folder != Path::new("") && !folder.is_dir() => {
            Err(ReplayError::NoFolder(folder.to_owned()))
        }
        _ => Ok(()),
    }
}

impl Destination {
    /// Begins at `path`; `-` is the standard output.
    pub(super) fn create(path: &Path) -> Result<Self, ReplayError> {
        if path == Path::new("-") {
            let path = PathBuf::from("the standard output");
            return Ok(Self::new(path, None, Out::Standard(io::stdout())));
        }
        named(path)?;
        let mut draft = path.as_os_str().to_owned();
        draft.push(".unfinished");
        let draft = PathBuf::from(draft);
        // Of an export that was interrupted; its mode may be another.
        drop(fs::remove_file(&draft));
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).mode(MODE).open(&draft);
        let file = file.map_err(|source| ReplayError::File {
            path: draft.clone(),
            source,
        })?;
        Ok(Self::new(path.to_owned(), Some(draft), Out::File(file)))
    }

    fn new(path: PathBuf, draft: Option<PathBuf>, out: Out) -> Self {
        Self {
            path,
            draft,
            writer: FrameWriter::new(BufWriter::new(out)),
            digest: Sha256::new(),
        }
    }

    /// Whether the standard output is taken by the export.
    pub(super) fn is_standard_output(&self) -> bool {
        self.draft.is_none()
    }

    /// Writes a line.
    pub(super) fn write(&mut self, line: &Line<'_>) -> Result<(), ReplayError> {
        let mut text = serde_json::to_vec(line).map_err(io::Error::other)?;
        text.push(b'\n');
        self.digest.update(&text);
        let written = self.writer.write_all(&text);
        written.map_err(|source| self.failed(source))
    }

    /// SHA-256 of all lines so far, hexadecimal.
    pub(super) fn digest(&self) -> String {
        hex::encode(&self.digest.clone().finalize())
    }

    /// Makes sure that all is on the disk, and gives the file its name.
    pub(super) fn finish(self) -> Result<(), ReplayError> {
        let failed = |source| ReplayError::File {
            path: self.path.clone(),
            source,
        };
        let out = self.writer.finish().map_err(failed)?;
        let out = out
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        if let (Out::File(file), Some(draft)) = (out, &self.draft) {
            file.sync_all().map_err(failed)?;
            fs::rename(draft, &self.path).map_err(failed)?;
        }
        Ok(())
    }

    fn failed(&self, source: io::Error) -> ReplayError {
        ReplayError::File {
            path: self.path.clone(),
            source,
        }
    }
}

//! Where an export goes.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::{ffi::OsStrExt, fs::OpenOptionsExt},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{frames::FrameWriter, hex, line::Line};
use crate::error::ReplayError;

/// Who may read an export: its owner, since it may hold keys.
const MODE: u32 = 0o600;

/// Writes lines to a file that has its name only once it is whole.
pub(super) struct Destination {
    path: PathBuf,
    draft: Option<Draft>,
    writer: FrameWriter<BufWriter<Out>>,
    digest: Sha256,
}

/// A file that is being written, under a name of its own: another export may be under way
/// to the same place. It is gone with this value, unless it was finished.
struct Draft {
    path: PathBuf,
    finished: bool,
}

impl Draft {
    #[expect(
        clippy::disallowed_methods,
        reason = "a name that no other export takes; no decision knows of it"
    )]
    fn create(named: &Path) -> Result<(Self, File), ReplayError> {
        let mut path = named.as_os_str().to_owned();
        path.push(format!(".{}.unfinished", Uuid::new_v4()));
        let path = PathBuf::from(path);
        let mut options = OpenOptions::new();
        let opened = options.write(true).create_new(true).mode(MODE).open(&path);
        let file = opened.map_err(|source| ReplayError::File {
            path: path.clone(),
            source,
        })?;
        let draft = Self {
            path,
            finished: false,
        };
        Ok((draft, file))
    }

    /// Gives the file the name that it was asked for, so that a crash does not undo it.
    fn take_name(mut self, name: &Path) -> io::Result<()> {
        fs::rename(&self.path, name)?;
        self.finished = true;
        let folder = name.parent().filter(|folder| *folder != Path::new(""));
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.finished {
            // The export has failed, which is told.
            drop(fs::remove_file(&self.path));
        }
    }
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
        let (draft, file) = Draft::create(path)?;
        Ok(Self::new(path.to_owned(), Some(draft), Out::File(file)))
    }

    fn new(path: PathBuf, draft: Option<Draft>, out: Out) -> Self {
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
        if let (Out::File(file), Some(draft)) = (out, self.draft) {
            file.sync_all().map_err(failed)?;
            draft.take_name(&self.path).map_err(failed)?;
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

    use super::*;
    use crate::transfer::line::KeyLine;

    fn line() -> Line<'static> {
        Line::Key(KeyLine {
            booking_id: Uuid::nil(),
            wrapped: "00".repeat(8_000),
        })
    }

    fn names(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn of_exports_to_one_name_each_that_ends_gives_it_to_a_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.zst");
        let mut one = Destination::create(&path).unwrap();
        one.write(&line()).unwrap();
        let mut other = Destination::create(&path).unwrap();
        other.write(&line()).unwrap();
        one.write(&line()).unwrap();
        one.finish().unwrap();
        let first = fs::read(&path).unwrap();
        other.write(&line()).unwrap();
        other.finish().unwrap();
        // Both wrote the same.
        assert!(!first.is_empty());
        assert_eq!(fs::read(&path).unwrap(), first);
        assert_eq!(names(folder.path()), [path]);
    }

    #[test]
    fn an_export_that_fails_leaves_nothing_beside_the_file_that_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.zst");
        fs::write(&path, "an older export").unwrap();
        let mut failing = Destination::create(&path).unwrap();
        failing.write(&line()).unwrap();
        drop(failing);
        assert_eq!(names(folder.path()), std::slice::from_ref(&path));
        assert_eq!(fs::read(&path).unwrap(), b"an older export");
    }
}

//! A wall clock that jumps when a test says so.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

/// What lets a wall clock jump; Debian's package of that name.
const FAKETIME: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
];

/// Where each process under libfaketime has two files, which it leaves when it is
/// killed, and the names of these before its number. A later process of that number
/// that runs as another user could not start.
const SHARED: (&str, [&str; 2]) = ("/dev/shm", ["faketime_shm_", "sem.faketime_sem_"]);

/// The wall clock of all processes that have [`Self::environment`]: ahead of the
/// machine's by what a file says, which they look into at each reading. Their
/// monotonic clocks are the machine's.
#[derive(Debug, Clone)]
pub struct SkewedClock {
    file: PathBuf,
}

impl SkewedClock {
    /// A clock that goes as the machine's, by a file that is made here.
    ///
    /// # Errors
    ///
    /// When the file can't be written.
    pub fn make(file: PathBuf) -> io::Result<Self> {
        let clock = Self { file };
        clock.jump(0)?;
        Ok(clock)
    }

    /// The clock by a file, if it is there.
    pub fn find(file: PathBuf) -> Option<Self> {
        file.exists().then_some(Self { file })
    }

    /// Lets it be ahead of the machine's by this from now on; behind, if negative.
    ///
    /// # Errors
    ///
    /// When the file can't be written.
    pub fn jump(&self, seconds: i64) -> io::Result<()> {
        // Whoever reads it meanwhile must not find half of it.
        let draft = self.file.with_extension("draft");
        fs::write(&draft, format!("{seconds:+}"))?;
        fs::rename(&draft, &self.file)
    }

    /// Removes what processes left that are gone.
    pub fn sweep() {
        let (folder, prefixes) = SHARED;
        for file in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = file.file_name();
            let name = name.to_string_lossy();
            let process = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix));
            if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
                // Somebody else's, or swept by somebody else: not our concern.
                let _ = fs::remove_file(file.path());
            }
        }
    }

    /// What a process needs in its environment to go by it.
    ///
    /// # Panics
    ///
    /// When libfaketime is not installed: a test can't go on without.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let there = FAKETIME.iter().find(|path| Path::new(path).exists());
        let library = there.expect("libfaketime is installed: on Debian, the package libfaketime");
        vec![
            ("LD_PRELOAD", library.into()),
            ("FAKETIME_TIMESTAMP_FILE", self.file.clone().into()),
            ("FAKETIME_NO_CACHE", "1".into()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
            // Else the times of files would go by it too.
            ("NO_FAKE_STAT", "1".into()),
        ]
    }
}

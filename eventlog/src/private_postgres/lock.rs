//! Locks by file, which end with their holder.

use std::{
    fs::{File, TryLockError},
    path::Path,
    time::Duration,
};

use tokio::time::{Instant, sleep};

use super::error::{OnFile, PrivatePostgresError};

/// How long a start waits for its turn: longer than a start may take.
const TURN_LIMIT: Duration = Duration::from_mins(10);

/// How often a start looks whether it is its turn.
const TURN_POLL: Duration = Duration::from_millis(50);

/// How long a lock is tried for that nobody should have.
const MOMENT: Duration = Duration::from_millis(500);

/// A file that nobody else has locked. Given up when dropped, or when the
/// process ends, however it does.
#[derive(Debug)]
pub(super) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Waits for the right to start a server in the data folder `data`.
    pub(super) async fn start(data: &Path) -> Result<Self, PrivatePostgresError> {
        let file = data.join("postgres.lock");
        let deadline = Instant::now() + TURN_LIMIT;
        loop {
            if let Some(lock) = Self::take(&file)? {
                return Ok(lock);
            }
            if Instant::now() > deadline {
                return Err(PrivatePostgresError::StartUnderWay {
                    folder: data.to_owned(),
                    limit: TURN_LIMIT,
                });
            }
            sleep(TURN_POLL).await;
        }
    }

    /// Locks the file at `path`, made when missing; nothing when somebody else has.
    pub(super) fn take(path: &Path) -> Result<Option<Self>, PrivatePostgresError> {
        Self::lock(path, File::try_lock)
    }

    /// The same, and tries again for a moment: a process that is being started has copies
    /// of this process's locks until it becomes its program.
    pub(super) async fn take_in_a_moment(
        path: &Path,
    ) -> Result<Option<Self>, PrivatePostgresError> {
        let deadline = Instant::now() + MOMENT;
        loop {
            let taken = Self::take(path)?;
            if taken.is_some() || Instant::now() > deadline {
                return Ok(taken);
            }
            sleep(TURN_POLL).await;
        }
    }

    /// Locks it together with all others who share it; nothing when somebody has it for
    /// himself.
    pub(super) fn share(path: &Path) -> Result<Option<Self>, PrivatePostgresError> {
        Self::lock(path, File::try_lock_shared)
    }

    fn lock(
        path: &Path,
        lock: fn(&File) -> Result<(), TryLockError>,
    ) -> Result<Option<Self>, PrivatePostgresError> {
        let mut options = File::options();
        let open = options.create(true).truncate(false).write(true).open(path);
        let file = open.on("opening", path)?;
        match lock(&file) {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error).on("locking", path),
        }
    }
}

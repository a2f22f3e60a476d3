//! The folders of a private PostgreSQL.

use std::{
    ffi::OsString,
    fs::{self, File, Permissions},
    io::ErrorKind,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sha2::{Digest, Sha256};

use super::{
    account::Account,
    error::{OnFile, PrivatePostgresError},
    launch::tool,
};

/// Where the cluster of a data folder goes that the server's user can't reach.
const ELSEWHERE: &str = "/var/lib/slotkeeper";

/// The longest path of a Unix socket, in bytes, without its final NUL.
const SOCKET_PATH_BYTES_MAX: usize = 107;

/// The log is put aside at a start that finds it larger than this, in bytes.
const LOG_BYTES_MAX: u64 = 8 << 20;

/// How much of the log an error shows, in lines.
const LOG_TAIL_LINES: usize = 20;

/// What PostgreSQL calls its socket on its default port.
const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// The folders of a private PostgreSQL: `postgres` in the data folder, or a
/// link of that name.
#[derive(Debug, Clone)]
pub(super) struct Home {
    path: PathBuf,
    account: Account,
}

impl Home {
    /// Finds or makes the home of the data folder `data`, which exists.
    pub(super) fn of(data: &Path, account: Account) -> Result<Self, PrivatePostgresError> {
        let data = data.canonicalize().on("finding", data)?;
        let link = data.join("postgres");
        let made = !link.exists();
        if made {
            make_folder(&link, if account.other { 0o711 } else { 0o700 })?;
        }
        let mut home = Self {
            path: link.canonicalize().on("finding", &link)?,
            account,
        };
        if account.other && !home.within_reach()? {
            if !made {
                return Err(PrivatePostgresError::OutOfReach {
                    folder: home.path,
                    account: account.uid,
                });
            }
            home.path = elsewhere(&data, &link)?;
        }
        Ok(home)
    }

    /// Where the database's files are, once [`Self::adopt_cluster`] has put them there.
    pub(super) fn cluster(&self) -> PathBuf {
        self.path.join("cluster")
    }

    /// The server's log.
    pub(super) fn log(&self) -> PathBuf {
        self.path.join("postgres.log")
    }

    /// Where a postmaster writes its process id first.
    pub(super) fn postmaster_pid(&self) -> PathBuf {
        self.cluster().join("postmaster.pid")
    }

    /// The files that keep a second postmaster from starting.
    pub(super) fn postmaster_lock_files(&self) -> Result<[PathBuf; 2], PrivatePostgresError> {
        let socket = self.socket_folder()?.join(SOCKET_NAME);
        Ok([self.postmaster_pid(), socket.with_added_extension("lock")])
    }

    /// What the server's processes find in their environment: nothing, unless a test
    /// has put a clock of its own beside the cluster.
    pub(super) fn environment(&self) -> Vec<(&'static str, OsString)> {
        #[cfg(feature = "testing")]
        if let Some(clock) = crate::testing::SkewedClock::find(self.path.join("clock")) {
            return clock.environment();
        }
        Vec::new()
    }

    /// Locked by the process that started the server, as long as it lives.
    pub(super) fn owner_lock(&self) -> PathBuf {
        self.path.join("owner.lock")
    }

    /// Shared by the processes that use the server, as long as they live.
    pub(super) fn users_lock(&self) -> PathBuf {
        self.path.join("users.lock")
    }

    /// A name for this home that is the same at every start, and nobody else's.
    ///
    /// The server's processes carry it in their titles.
    pub(super) fn name(&self) -> String {
        short_name(&self.path)
    }

    /// Whether the cluster has been made.
    ///
    /// # Errors
    ///
    /// [`PrivatePostgresError::OtherOwner`] when the server's user does not own it.
    pub(super) fn has_cluster(&self) -> Result<bool, PrivatePostgresError> {
        let cluster = self.cluster();
        match fs::metadata(&cluster) {
            Ok(metadata) if metadata.uid() == self.account.uid => Ok(true),
            Ok(metadata) => Err(PrivatePostgresError::OtherOwner {
                cluster,
                owner: metadata.uid(),
                account: self.account.uid,
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error).on("finding", &cluster),
        }
    }

    /// An empty folder for `initdb`; one that an earlier start left half done is thrown away.
    pub(super) fn cluster_draft(&self) -> Result<PathBuf, PrivatePostgresError> {
        let draft = self.path.join("cluster.draft");
        match fs::remove_dir_all(&draft) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).on("removing", &draft);
            }
            _ => {}
        }
        self.private_folder(&draft)?;
        Ok(draft)
    }

    /// Makes the finished `draft` the cluster, whole or not at all.
    pub(super) fn adopt_cluster(&self, draft: &Path) -> Result<(), PrivatePostgresError> {
        fs::rename(draft, self.cluster()).on("renaming", draft)?;
        let sync = File::open(&self.path).and_then(|folder| folder.sync_all());
        sync.on("syncing", &self.path)
    }

    /// The folder of the server's socket; a short one outside of the home when
    /// the home's path is too long for a socket, or not plain enough for a setting.
    pub(super) fn socket_folder(&self) -> Result<PathBuf, PrivatePostgresError> {
        let within = self.path.join("run");
        let folder = if is_socket_folder(&within) {
            within
        } else {
            Path::new("/tmp").join(self.name())
        };
        if folder.symlink_metadata().is_err() {
            self.private_folder(&folder)?;
        }
        let metadata = folder.symlink_metadata().on("finding", &folder)?;
        let private = metadata.is_dir()
            && metadata.uid() == self.account.uid
            && metadata.mode() & 0o777 == 0o700;
        if private {
            Ok(folder)
        } else {
            Err(PrivatePostgresError::UnsafeSocketFolder {
                folder,
                account: self.account.uid,
            })
        }
    }

    /// Removes the socket's folder when it lies outside of the home.
    pub(super) fn tidy_socket_folder(&self) {
        if !is_socket_folder(&self.path.join("run")) {
            // A leftover is used again by the next start.
            let _ = fs::remove_dir(Path::new("/tmp").join(self.name()));
        }
    }

    /// Puts a log that has grown large aside, in place of the last one.
    pub(super) fn rotate_log(&self) -> Result<(), PrivatePostgresError> {
        let log = self.log();
        let large = fs::metadata(&log).is_ok_and(|log| log.len() > LOG_BYTES_MAX);
        if large {
            fs::rename(&log, log.with_extension("log.1")).on("renaming", &log)?;
        }
        Ok(())
    }

    /// The last lines of the log.
    pub(super) fn log_tail(&self) -> String {
        let log = fs::read(self.log()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
    }

    fn private_folder(&self, path: &Path) -> Result<(), PrivatePostgresError> {
        make_folder(path, 0o700)?;
        if self.account.other {
            chown(path, Some(self.account.uid), Some(self.account.gid)).on("handing over", path)?;
        }
        Ok(())
    }

    /// Whether the server's user can enter the home; asked of the kernel, as
    /// that user, since modes alone don't tell.
    fn within_reach(&self) -> Result<bool, PrivatePostgresError> {
        let setpriv = tool("setpriv")?;
        Command::new(&setpriv)
            .arg(format!("--reuid={}", self.account.uid))
            .arg(format!("--regid={}", self.account.gid))
            .args(["--clear-groups", "--", "test", "-x"])
            .arg(&self.path)
            .current_dir("/")
            .stderr(Stdio::null())
            .status()
            .map(|status| status.success())
            .map_err(|source| PrivatePostgresError::Spawn {
                program: setpriv,
                source,
            })
    }
}

/// Makes the home of `data` under [`ELSEWHERE`], and `link` lead to it.
fn elsewhere(data: &Path, link: &Path) -> Result<PathBuf, PrivatePostgresError> {
    let home = vacant(Path::new(ELSEWHERE), &short_name(data));
    for folder in [Path::new(ELSEWHERE), &home] {
        if !folder.is_dir() {
            make_folder(folder, 0o711)?;
        }
    }
    fs::remove_dir(link).on("removing", link)?;
    symlink(&home, link).on("linking", link)?;
    tracing::info!(
        home = %home.display(),
        link = %link.display(),
        "the data folder is out of the reach of the server's user: its PostgreSQL lies elsewhere",
    );
    Ok(home)
}

/// The first folder in `parent`, called `name`, `name-2`, …, that holds no
/// cluster: a data folder that was deleted and made again starts afresh, and
/// what the deleted one led to is kept.
fn vacant(parent: &Path, name: &str) -> PathBuf {
    let mut home = parent.join(name);
    let mut count = 1;
    while home.join("cluster").exists() {
        tracing::warn!(home = %home.display(), "PostgreSQL data of an earlier data folder is left there");
        count += 1;
        home = parent.join(format!("{name}-{count}"));
    }
    home
}

fn make_folder(path: &Path, mode: u32) -> Result<(), PrivatePostgresError> {
    let outcome = fs::DirBuilder::new().mode(mode).create(path);
    outcome.on("creating", path)?;
    // The process's umask may have taken bits away.
    fs::set_permissions(path, Permissions::from_mode(mode)).on("setting the mode of", path)
}

fn is_socket_folder(path: &Path) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.iter().copied().all(plain) && bytes.len() + 1 + SOCKET_NAME.len() <= SOCKET_PATH_BYTES_MAX
}

fn short_name(path: &Path) -> String {
    use std::fmt::Write;

    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest[..8]
        .iter()
        .fold("slotkeeper-".to_owned(), |mut name, byte| {
            write!(name, "{byte:02x}").expect("writing to a string does not fail");
            name
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_lies_only_in_a_folder_with_a_short_and_plain_path() {
        let fits = "a".repeat(SOCKET_PATH_BYTES_MAX - SOCKET_NAME.len() - 2);
        assert!(is_socket_folder(Path::new(&format!("/{fits}"))));
        assert!(!is_socket_folder(Path::new(&format!("/{fits}b"))));
        assert!(!is_socket_folder(Path::new("/with,comma")));
    }
}

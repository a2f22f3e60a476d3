//! Where the server's programs are.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::error::PrivatePostgresError;

/// Where Debian and Ubuntu put the server's programs: `<root>/<version>/bin`.
const DEBIAN_ROOT: &str = "/usr/lib/postgresql";

/// A folder with `initdb` and `postgres` of one version.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    bin: PathBuf,
}

impl Programs {
    /// The programs for the data in `cluster`: of the version that made it, or,
    /// when it is yet to be made, the first that are found.
    ///
    /// Looks on PATH, then where `pg_config` says, then under [`DEBIAN_ROOT`],
    /// newest first.
    pub(super) fn find(cluster: &Path) -> Result<Self, PrivatePostgresError> {
        Self::find_in(candidates(), cluster)
    }

    fn find_in(
        candidates: impl Iterator<Item = PathBuf>,
        cluster: &Path,
    ) -> Result<Self, PrivatePostgresError> {
        let mut found = candidates
            .filter(|bin| ["initdb", "postgres"].iter().all(|p| bin.join(p).is_file()))
            .map(|bin| Self { bin })
            .peekable();
        if found.peek().is_none() {
            return Err(PrivatePostgresError::NoServerPrograms);
        }
        let wanted = fs::read_to_string(cluster.join("PG_VERSION")).ok();
        let fits = |programs: &Self| match &wanted {
            Some(wanted) => programs.major().as_deref() == Some(wanted.trim()),
            None => true,
        };
        found
            .find(fits)
            .ok_or_else(|| PrivatePostgresError::OtherVersion {
                cluster: cluster.to_owned(),
                wanted: wanted.unwrap_or_default().trim().to_owned(),
            })
    }

    /// The path of `initdb`.
    pub(super) fn initdb(&self) -> PathBuf {
        self.bin.join("initdb")
    }

    /// The path of `postgres`.
    pub(super) fn postgres(&self) -> PathBuf {
        self.bin.join("postgres")
    }

    /// The major version, as `PG_VERSION` names it: `15` for 15.13.
    fn major(&self) -> Option<String> {
        let version = output(Command::new(self.postgres()).arg("--version"))?;
        let number = version
            .split_whitespace()
            .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
        let digits = |c: &char| c.is_ascii_digit();
        Some(number.chars().take_while(digits).collect())
    }
}

fn candidates() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = env::split_paths(&path).collect();
    let by_config = output(Command::new("pg_config").arg("--bindir"));
    on_path
        .into_iter()
        .chain(by_config.map(|bin| PathBuf::from(bin.trim())))
        .chain(newest_first(Path::new(DEBIAN_ROOT)))
}

fn newest_first(root: &Path) -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    versions
        .into_iter()
        .map(|(_, path)| path.join("bin"))
        .collect()
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use super::*;

    #[test]
    fn missing_server_programs_name_the_package() {
        let error = Programs::find_in(std::iter::empty(), Path::new("/nowhere")).unwrap_err();
        assert!(error.to_string().contains("install the package postgresql"));
    }

    #[test]
    fn data_of_a_version_that_is_not_installed_names_its_package() {
        let cluster = env::temp_dir().join(format!("slotkeeper-version-{}", std::process::id()));
        fs::create_dir_all(&cluster).unwrap();
        fs::write(cluster.join("PG_VERSION"), "7\n").unwrap();
        let error = Programs::find(&cluster).unwrap_err();
        fs::remove_dir_all(&cluster).unwrap();
        assert!(
            error
                .to_string()
                .contains("install the package postgresql-7")
        );
    }
}

use std::{fs, path::PathBuf};

use eventlog::MasterKey;

use crate::{ReplayError, seal::Seal};

/// How to verify.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct VerifyArguments {
    /// Checks the log against this seal too, which `seal --out FILE` has written.
    #[arg(long, value_name = "FILE", conflicts_with = "since")]
    seal: Option<PathBuf>,

    /// Reads only what came after this seal: the rows by themselves, their chain and
    /// their sequences. The seal vouches for what was before.
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,

    /// Rebuilds the views that are not the fold of the log, then verifies again.
    #[arg(long, conflicts_with = "since")]
    pub(super) repair: bool,

    /// Makes the extension amcheck of PostgreSQL where it is not in the database, and
    /// compares the indexes with their tables by it. Where it is there, that is done
    /// anyway.
    #[arg(long)]
    pub(super) amcheck: bool,

    /// The file with the installation's master key: checks that each booking's key, and
    /// who it is for, opens by it. Goes before `SLOTKEEPER_MASTER_KEY`.
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<PathBuf>,

    /// The same, as the servers are given it.
    #[arg(
        long,
        env = "SLOTKEEPER_MASTER_KEY",
        hide = true,
        hide_env_values = true
    )]
    master_key: Option<String>,
}

/// What the log is verified against.
#[derive(Debug)]
pub(super) struct Against {
    pub(super) seal: Option<Seal>,
    /// Whether what the seal covers is left out.
    pub(super) since: bool,
    pub(super) master: Option<MasterKey>,
}

impl VerifyArguments {
    /// Reads the files that they name.
    pub(super) fn read(&self) -> Result<Against, ReplayError> {
        let file = self.seal.as_deref().or(self.since.as_deref());
        let seal = file.map(Seal::read).transpose()?;
        if let (Some(seal), Some(file)) = (&seal, file)
            && seal.is_empty()
        {
            return Err(ReplayError::NoSeal {
                file: file.to_owned(),
                reason: "it covers no event".into(),
            });
        }
        Ok(Against {
            seal,
            since: self.since.is_some(),
            master: self.master()?,
        })
    }

    fn master(&self) -> Result<Option<MasterKey>, ReplayError> {
        let text = match &self.master_key_file {
            Some(path) => Some(
                fs::read_to_string(path).map_err(|source| ReplayError::File {
                    path: path.clone(),
                    source,
                })?,
            ),
            None => self.master_key.clone(),
        };
        let key = text.map(|text| text.trim().parse());
        key.transpose().map_err(ReplayError::MasterKey)
    }
}

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use domain::calendar::Timestamp;
use eventlog::MasterKey;

use crate::{
    config::KeySettings,
    problem::{Code, Problem},
};

use super::{ManageTokens, SessionTokens, SharedKey, TokenError, key_file};

/// The file of the master key in the data folder.
const MASTER_KEY: &str = "master-key";

/// The file of the session secret in the data folder.
const SESSION_SECRET: &str = "session-secret";

/// All keys of this node, checked and at hand.
pub(crate) struct Keyring {
    pub(crate) master: MasterKey,
    pub(crate) sessions: SessionTokens,
    pub(crate) bookings: ManageTokens,
    /// Tells whether two requests under one idempotency key are the same.
    pub(crate) fingerprints: [u8; 32],
    pub(crate) admin: Option<SharedKey>,
    pub(crate) auditor: Option<SharedKey>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(…)")
    }
}

/// Why a key is wrong or can't be read.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// A key in the environment or on the command line is of another form.
    #[error("{setting} is not {right}")]
    Malformed {
        /// Which setting.
        setting: &'static str,
        /// What would be right.
        right: &'static str,
    },
    /// A key in the data folder is of another form.
    #[error("{} does not hold a key: put it back, or start with an empty data folder", path.display())]
    Spoilt {
        /// Which file.
        path: PathBuf,
    },
    /// A key's file can't be read or made.
    #[error("{doing} {}", path.display())]
    File {
        /// What was tried.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// The keys that are there, checked. Those that a node makes for itself are made once it
/// is known that the database was not made with others.
pub(crate) struct FoundKeys {
    master: Option<MasterKey>,
    secret: Option<[u8; 32]>,
    lifetime: Duration,
    admin: Option<SharedKey>,
    auditor: Option<SharedKey>,
    data: PathBuf,
}

impl FoundKeys {
    /// Takes the keys of `settings`, and those that are absent there from the folder
    /// `data`, where they are there. Makes nothing.
    ///
    /// # Errors
    ///
    /// [`KeyringError`].
    pub(crate) fn find(settings: &KeySettings, data: &Path) -> Result<Self, KeyringError> {
        let master = key_file::find(
            "SLOTKEEPER_MASTER_KEY",
            settings.master_key.as_ref(),
            &data.join(MASTER_KEY),
        )?;
        let secret = key_file::find(
            "SLOTKEEPER_SESSION_SECRET",
            settings.session_secret.as_ref(),
            &data.join(SESSION_SECRET),
        )?;
        Ok(Self {
            master: master.map(MasterKey::new),
            secret,
            lifetime: Duration::from_secs(settings.session_seconds),
            admin: shared("SLOTKEEPER_ADMIN_KEY", settings.admin_key.as_ref())?,
            auditor: shared("SLOTKEEPER_AUDITOR_KEY", settings.auditor_key.as_ref())?,
            data: data.to_owned(),
        })
    }

    /// The master key; none when this node has yet to make one.
    pub(crate) const fn master(&self) -> Option<&MasterKey> {
        self.master.as_ref()
    }

    /// Makes what is missing.
    ///
    /// # Errors
    ///
    /// [`KeyringError::File`].
    pub(crate) fn complete(self) -> Result<Keyring, KeyringError> {
        let made = |name: &str| key_file::make(&self.data.join(name));
        let master = match self.master {
            Some(master) => master,
            None => MasterKey::new(made(MASTER_KEY)?),
        };
        let secret = self.secret.map_or_else(|| made(SESSION_SECRET), Ok)?;
        Ok(Keyring {
            sessions: SessionTokens::new(secret, self.lifetime),
            bookings: ManageTokens::new(&master),
            fingerprints: master.derive("request-fingerprint"),
            admin: self.admin,
            auditor: self.auditor,
            master,
        })
    }
}

impl Keyring {
    /// Says what can't be done on this server for want of a key.
    pub(crate) fn report(&self) {
        if self.admin.is_none() {
            tracing::warn!("SLOTKEEPER_ADMIN_KEY is not set: resources can't be changed over HTTP");
        }
        if self.auditor.is_none() {
            tracing::info!(
                "SLOTKEEPER_AUDITOR_KEY is not set: the log can't be followed over HTTP"
            );
        }
    }
}

fn shared(
    setting: &'static str,
    key: Option<&super::Secret>,
) -> Result<Option<SharedKey>, KeyringError> {
    const LENGTH: std::ops::RangeInclusive<usize> = 16..=256;
    let Some(key) = key else {
        return Ok(None);
    };
    let text = key.expose();
    if LENGTH.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(Some(SharedKey::new(key)))
    } else {
        let right = "16 to 256 visible ASCII characters; leave it out to go without";
        Err(KeyringError::Malformed { setting, right })
    }
}

impl TokenError {
    /// What the client is told; `now` is by the database's clock.
    pub(crate) fn problem(self, now: Timestamp) -> Problem {
        match self {
            Self::Malformed => Problem::new(
                Code::SessionTokenMalformed,
                "the session token is not of the form that POST /v1/sessions gives",
            ),
            Self::Forged => Problem::new(
                Code::SessionTokenForged,
                "the session token was not made here, or was changed since",
            ),
            Self::Expired(end) => Problem::new(
                Code::SessionTokenExpired,
                format!("the session ended at {end}, it is {now}: begin another"),
            ),
        }
    }
}

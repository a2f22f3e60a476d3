use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::hex;

use super::Secret;

/// A key that an operator and this server share: only its hash is kept.
#[derive(Clone)]
pub(crate) struct SharedKey {
    hash: [u8; 32],
    id: String,
}

impl SharedKey {
    /// From the key as configured.
    pub(crate) fn new(key: &Secret) -> Self {
        let hash = hash(key.expose());
        let named = Sha256::digest([b"slotkeeper/key-id\0", hash.as_slice()].concat());
        Self {
            hash,
            id: hex::encode(&named[..4]),
        }
    }

    /// Whether `candidate` is the key. Both sides are hashed, so that neither the
    /// place of a difference nor a length shows in the time this takes.
    pub(crate) fn is(&self, candidate: &str) -> bool {
        hash(candidate).ct_eq(&self.hash).into()
    }

    /// Names the key in the log without telling it.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}

impl std::fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SharedKey({})", self.id)
    }
}

fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key).into()
}

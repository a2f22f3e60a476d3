/// Why a row is not the one that was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// The row's hash is not that of what stands in it.
    #[error("the row is not the one that was hashed")]
    Changed,
    /// What the row says of the hash of its payload is not so.
    #[error("the column payload_hash is not the hash of the payload")]
    PayloadHash,
    /// The payload is gone, and so is its hash: what is left can't be checked.
    #[error("its payload is gone, and with it what the rest could be checked by")]
    Gone,
    /// No release hashes in this way.
    #[error("its hash_version is {0}, which is none")]
    UnknownVersion(i16),
}

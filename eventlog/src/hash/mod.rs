//! What a row's hash covers, and whether a row is the one that was hashed.
//!
//! There are two versions. The second covers the hash of the payload instead of the
//! payload, and the columns that folds read: so that a row from which retention has
//! taken the payload can still be checked. Rows of the first version keep it; what
//! retention leaves of one is checked by the payload that it must have had.

mod encode;
mod fault;
mod renewal;
mod row;
mod version;

#[cfg(test)]
mod tests;

pub use fault::RowFault;
pub use row::HashedRow;
pub use version::HashVersion;

//! What is planted, and by which line it is told.

mod chain;
mod keys;
mod log;
mod rows;
mod rules;
mod schema;
mod views;

/// What of the hashes is made again after a fault was planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Remade {
    Nothing,
    /// The hash of every row.
    Hashes,
    /// And the chain.
    Chain,
}

/// A fault.
pub(super) struct Plant {
    pub(super) name: &'static str,
    /// What plants it; names in braces stand for things of the ledger.
    pub(super) sql: &'static str,
    /// What stands in the one line that tells of it.
    pub(super) told: &'static [&'static str],
    pub(super) remade: Remade,
    /// Whether the seal is needed to tell.
    pub(super) by_seal: bool,
    pub(super) arguments: &'static [&'static str],
}

impl Plant {
    const NONE: Self = Self {
        name: "",
        sql: "",
        told: &[],
        remade: Remade::Nothing,
        by_seal: false,
        arguments: &[],
    };
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Plant> {
    let groups = [
        rows::PLANTS,
        rules::PLANTS,
        log::PLANTS,
        keys::PLANTS,
        chain::PLANTS,
        views::PLANTS,
        schema::PLANTS,
    ];
    groups.into_iter().flatten()
}

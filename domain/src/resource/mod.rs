//! A resource and its settings: when it is open, what it offers, how long its
//! leases last.

mod command;
mod decide;
mod event;
mod oddity;
mod settings;
mod state;

pub use command::ResourceCommand;
pub use decide::{ResourceRefusal, decide};
pub use event::{ResourceChanged, ResourceEvent, ResourceRegistered, ResourceRetired};
pub use oddity::Oddity;
pub use settings::{
    DURATIONS_MAX, HOLD_DEFAULT_MAX_MS, HOLD_LONGEST_MS, LEASE_CHECKOUT_DEFAULT_MS,
    LEASE_DEFAULT_MS, LEASE_LONGEST_MS, LEASE_SHORTEST_MS, NAME_CHARS_MAX, ResourceSettings,
    SettingsError, SettingsFields,
};
pub use state::Resource;

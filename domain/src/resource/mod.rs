//! A resource: its settings, what it offers, how long its leases last, when it is open
//! and the exceptions to that.

mod command;
mod decide;
mod event;
mod settings;
mod state;
mod terms;

pub use command::ResourceCommand;
pub use decide::{ResourceRefusal, decide};
pub use event::{
    ExceptionAdded, ExceptionRemoved, ResourceChanged, ResourceEvent, ResourceRegistered,
    ResourceRetired,
};
pub use settings::{
    DURATIONS_MAX, HOLD_DEFAULT_MAX_MS, HOLD_LONGEST_MS, LEASE_CHECKOUT_DEFAULT_MS,
    LEASE_DEFAULT_MS, LEASE_LONGEST_MS, LEASE_SHORTEST_MS, NAME_CHARS_MAX, ResourceSettings,
    SettingsError, SettingsFields,
};
pub use state::Resource;
pub use terms::Terms;

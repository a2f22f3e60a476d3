//! A resource: its settings, what it offers, how long its leases last, when it is open
//! and the exceptions to that.

mod command;
mod decide;
mod event;
mod horizon;
mod notice;
mod oddity;
mod settings;
mod state;
mod terms;

pub use command::ResourceCommand;
pub use decide::{ResourceRefusal, decide};
pub use event::{
    ExceptionAdded, ExceptionRemoved, ResourceChanged, ResourceEvent, ResourceRegistered,
    ResourceRetired,
};
pub use horizon::{HORIZON_DAYS_DEFAULT, HORIZON_DAYS_MAX, Horizon};
pub use notice::{NOTICE_MINUTES_MAX, Notice};
pub use oddity::Oddity;
pub use settings::{
    DURATIONS_MAX, HOLD_DEFAULT_MAX_MS, HOLD_LONGEST_MS, LEASE_CHECKOUT_DEFAULT_MS,
    LEASE_DEFAULT_MS, LEASE_LONGEST_MS, LEASE_SHORTEST_MS, NAME_CHARS_MAX, ResourceSettings,
    SettingsError, SettingsFields,
};
pub use state::Resource;
pub use terms::Terms;

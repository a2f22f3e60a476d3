//! The tables, each a pure fold of the log.
//!
//! A view has a module with its `fold` from events to changes of rows, and the
//! statement that writes them. [`apply()`] folds a batch into all views and moves
//! their checkpoints, in the caller's transaction.
//!
//! Statements name their tables without a schema. A [rebuild](crate::rebuild) writes
//! the same views from the same fold into a schema of its own: it puts that schema
//! first in the connection's `search_path` and counts its checkpoints under a
//! [`Generation`] of its own.

mod apply;
mod booked_days;
mod bookings;
mod checkpoint;
mod daily_availability;
mod event;
mod list_bookings;
mod list_resources;
mod live_holds;
mod name;
mod presence;
mod resources;
mod standing;
mod standing_days;

pub use apply::apply;
pub use booked_days::{BookedDays, booked_days};
pub use checkpoint::{Checkpoints, Generation};
pub use event::{Fact, ViewEvent};
pub use list_bookings::{BookingPlace, BookingRow, list_bookings};
pub use list_resources::{Listed, ResourceRow, list_resources};
pub use name::{UnknownView, View};
pub use standing::StandingViews;

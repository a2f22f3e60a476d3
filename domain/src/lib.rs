//! Slotkeeper's rules, and nothing else: no I/O, no clock, no randomness.
//!
//! A command ([`command::Command`]) is decided against facts
//! ([`facts::Facts`]) at a time that the caller gives; what comes out is the
//! events of all the streams it touches ([`decide::Decision`]) or a
//! [`rejection::Rejection`] that names the rule and the slots. Aggregates fold
//! their events by `evolve`.

pub mod alternatives;
pub mod booking;
pub mod calendar;
pub mod command;
pub mod cqrs;
pub mod decide;
pub mod event;
pub mod facts;
pub mod hold;
pub mod hours;
pub mod ids;
pub mod listing;
pub mod offer;
pub mod partition;
pub mod precondition;
pub mod rejection;
pub mod resource;
pub mod resource_day;
pub mod stream;
mod text;
pub mod upcast;

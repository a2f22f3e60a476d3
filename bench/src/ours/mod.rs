//! Slotkeeper itself.

mod names;
mod node;
mod server;
mod web;

pub(crate) use names::{resource, settings};
pub(crate) use node::{ATTENDEE, Node, NodeClient, PARTITIONS, master_key};
pub(crate) use server::Server;
pub(crate) use web::WebClient;

//! What the server promises over HTTP: whole servers on real sockets, a database
//! each. Every answer that a test sees is held to the OpenAPI document.
#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

mod answer;
mod bad_requests;
mod booking;
mod booking_list;
mod buffers;
mod command_line;
mod conditional;
mod contract;
mod cross_origin;
mod epoch;
mod erasing;
mod exceptions;
mod expecting;
mod finding;
mod holding;
mod keys_at_start;
mod limits;
mod listing;
mod log_stream;
mod manners;
mod node;
mod operating;
mod pages;
mod races;
mod rebuilding;
mod refusals;
mod resources;
mod restarts;
mod schema;
mod seats;
mod server;
mod sessions;
mod several_days;
mod stream;
mod treatment;
mod visitor;
mod watching;
mod watching_many;

//! A small HTTP client.

mod connection;
mod request;

pub use connection::Connection;
pub use request::Request;

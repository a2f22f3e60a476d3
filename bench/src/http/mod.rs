//! A small HTTP client.

mod connection;
mod request;

pub(crate) use connection::Connection;
pub(crate) use request::Request;

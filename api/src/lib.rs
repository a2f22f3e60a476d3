//! Slotkeeper's write side and its HTTP face.
//!
//! [`Application`] is a whole server, built from its [`config::Config`]. Commands
//! go through the [`executor`]; [`routes`] turns requests into commands and reads.

mod alternatives;
mod answers;
mod app;
mod application;
mod auth;
pub mod cli;
pub mod config;
mod demo;
mod etag;
mod handles;
mod hex;
pub mod openapi;
mod pages;
mod problem;
mod random;
mod refusal;
mod request;
pub mod routes;
mod server;
mod sse;
mod telemetry;

pub use application::{Application, StartError};
pub use auth::{KeyringError, Secret};
pub use handles::HandleError;
pub use problem::Code;

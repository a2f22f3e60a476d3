//! Slotkeeper's write side and its HTTP face.

mod app;
mod auth;
pub mod config;
mod etag;
pub mod executor;
pub mod openapi;
mod problem;
mod random;
mod request;
pub mod routes;
mod sse;
mod telemetry;

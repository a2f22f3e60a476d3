//! What these tests share.

mod history;
mod model;
mod names;
mod node;
mod tables;
mod world;

use std::time::Duration;

pub(crate) use history::{Step, history, marker, some_steps, steps};
pub(crate) use model::Model;
pub(crate) use names::*;
pub(crate) use node::{Node, Runner};
pub(crate) use tables::{FAIL, dump, dump_schema};
pub(crate) use world::World;

/// Generous: a busy machine must not fail a test, and a passing one never waits so long.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Waits for something that must come.
#[track_caller]
pub(crate) fn soon<T>(future: impl Future<Output = T>) -> impl Future<Output = T> {
    let caller = std::panic::Location::caller();
    async move {
        let result = tokio::time::timeout(PATIENCE, future).await;
        result.unwrap_or_else(|_| panic!("what was waited for at {caller} did not come"))
    }
}

/// Waits until `look` finds something, looking again and again.
#[track_caller]
pub(crate) fn found<T>(mut look: impl AsyncFnMut() -> Option<T>) -> impl Future<Output = T> {
    soon(async move {
        let mut ticks = tokio::time::interval(Duration::from_millis(10));
        loop {
            ticks.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    })
}

/// Runs a test's body where it can wait.
pub(crate) fn block_on<T>(body: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(body)
}

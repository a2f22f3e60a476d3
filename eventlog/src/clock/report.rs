//! Tells the node's health of the clock.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::ClockHealth;
use crate::{Cause, log::Shared};

/// The name under which the clock's trouble is set.
const NOTICED_BY: &str = "the clock";

/// Sets a trouble while the database's clock is not believed, until `stop`.
pub(crate) async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    let mut changes = shared.clock.watch_health();
    loop {
        let clock = *changes.borrow_and_update();
        match clock {
            ClockHealth::Sound => shared.health.clear(NOTICED_BY),
            ClockHealth::Jumped { by_ms } => {
                let detail = format!("the database's clock has jumped by {by_ms} ms");
                shared.health.set(NOTICED_BY, Cause::Clock, detail);
            }
            ClockHealth::AtOdds { ahead_ms } => {
                let detail = format!(
                    "the database's clock is {ahead_ms} ms ahead of this machine's, and it is not known which is right"
                );
                shared.health.set(NOTICED_BY, Cause::Clock, detail);
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            // The clock is shared, so its sender lives as long as this.
            _ = changes.changed() => {}
        }
    }
}

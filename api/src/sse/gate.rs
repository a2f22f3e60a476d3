use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::{Problem, too_many_streams};

/// Lets in so many streams and no more.
#[derive(Debug)]
pub(crate) struct Gate {
    free: Arc<Semaphore>,
    limit: usize,
    gauge: &'static str,
}

/// A stream's leave to run, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Pass {
    _permit: OwnedSemaphorePermit,
    gauge: &'static str,
}

impl Gate {
    /// For `limit` streams at once, counted by the gauge of that name.
    pub(crate) fn new(limit: usize, gauge: &'static str) -> Self {
        Self {
            free: Arc::new(Semaphore::new(limit)),
            limit,
            gauge,
        }
    }

    /// # Errors
    ///
    /// `too_many_streams`.
    pub(crate) fn enter(&self) -> Result<Pass, Problem> {
        let permit = Arc::clone(&self.free).try_acquire_owned();
        let permit = permit.map_err(|_| too_many_streams(self.limit))?;
        metrics::gauge!(self.gauge).increment(1.0);
        Ok(Pass {
            _permit: permit,
            gauge: self.gauge,
        })
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        metrics::gauge!(self.gauge).decrement(1.0);
    }
}

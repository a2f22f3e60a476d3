use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
    time::Duration,
};

use axum::http::StatusCode;
use metrics::{Counter, Histogram, counter, histogram};

use crate::telemetry::metrics::names;

use super::repeats::Repeats;

/// Counts requests, by method, route and status: as many meters as there are of
/// these, whatever clients send, each looked up once. Knows which answers the log has
/// been told of.
#[derive(Default)]
pub(crate) struct Requests {
    meters: RwLock<HashMap<String, Vec<Meter>>>,
    pub(super) repeats: Repeats,
}

struct Meter {
    method: &'static str,
    status: StatusCode,
    answered: Counter,
    seconds: Histogram,
}

impl Requests {
    /// Counts one that took this long.
    pub(super) fn count(
        &self,
        method: &'static str,
        route: &str,
        status: StatusCode,
        elapsed: Duration,
    ) {
        let meters = self.meters.read().unwrap_or_else(PoisonError::into_inner);
        let known = meters.get(route).and_then(|of_route| {
            let mut of_route = of_route.iter();
            of_route.find(|meter| meter.method == method && meter.status == status)
        });
        if let Some(meter) = known {
            meter.count(elapsed);
            return;
        }
        drop(meters);
        let meter = Meter::new(method, route, status);
        meter.count(elapsed);
        let mut meters = self.meters.write().unwrap_or_else(PoisonError::into_inner);
        // Another of its kind may have come first: two count into the same.
        meters.entry(route.to_owned()).or_default().push(meter);
    }
}

impl Meter {
    fn new(method: &'static str, route: &str, status: StatusCode) -> Self {
        let (route, code) = (route.to_owned(), status.as_str().to_owned());
        Self {
            method,
            status,
            answered: counter!(
                names::HTTP_REQUESTS,
                "method" => method, "route" => route.clone(), "status" => code
            ),
            seconds: histogram!(names::HTTP_SECONDS, "method" => method, "route" => route),
        }
    }

    fn count(&self, elapsed: Duration) {
        self.answered.increment(1);
        self.seconds.record(elapsed.as_secs_f64());
    }
}

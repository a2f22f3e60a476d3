//! The routes, a module for each resource of the API, wire structs beside them.

pub(crate) mod availabilities;
pub(crate) mod availability;
pub(crate) mod bookings;
pub(crate) mod days;
pub(crate) mod events;
pub(crate) mod exceptions;
pub(crate) mod health;
pub(crate) mod heartbeat;
pub(crate) mod leave;
pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod next;
pub(crate) mod openapi;
mod pages;
pub(crate) mod presence;
pub(crate) mod problems;
pub(crate) mod resources;
pub(crate) mod sessions;
pub(crate) mod slots;
mod wire;

use std::sync::Arc;

use axum::{
    Router,
    http::{Method, Uri},
    middleware,
    routing::MethodRouter,
};
use executor::Receipt;

use crate::{
    app::App,
    problem::{Code, Problem, shortened},
    request::around,
};

pub(crate) use bookings::find_booking;
pub(crate) use slots::{DayUnread, days_of, open_terms};

/// Routes, and the paths that they are at.
#[derive(Default)]
pub(crate) struct Routes {
    router: Router<App>,
    paths: Vec<&'static str>,
}

impl Routes {
    /// One more path, for all its methods.
    fn at(mut self, path: &'static str, methods: MethodRouter<App>) -> Self {
        self.router = self.router.route(path, methods);
        self.paths.push(path);
        self
    }

    fn and(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.paths.extend(other.paths);
        self
    }
}

fn answering() -> Routes {
    Routes::default()
        .and(openapi::routes())
        .and(problems::routes())
        .and(health::routes())
        .and(metrics::routes())
        .and(sessions::routes())
        .and(resources::routes())
        .and(exceptions::routes())
        .and(availability::routes())
        .and(availabilities::routes())
        .and(next::routes())
        .and(days::routes())
        .and(slots::routes())
        .and(presence::routes())
        .and(heartbeat::routes())
        .and(leave::routes())
        .and(bookings::routes())
}

fn streaming() -> Routes {
    Routes::default().and(events::routes()).and(log::routes())
}

/// The paths of the API, as the document names them.
pub fn paths() -> Vec<&'static str> {
    answering().and(streaming()).paths
}

/// All of it, ready to serve.
pub(crate) fn router(app: App) -> Router {
    let around = middleware::from_fn_with_state(app.clone(), around);
    answering()
        .and(streaming())
        .router
        .merge(pages::router())
        .fallback(pages::lost)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(around)
        .with_state(app)
}

/// A command was answered with what another command is answered with.
#[derive(Debug, thiserror::Error)]
#[error("the executor answered with {0}")]
struct UnexpectedOutcome(String);

fn unexpected(receipt: &Receipt) -> Problem {
    let outcome = format!("{:?}", std::mem::discriminant(&receipt.outcome));
    Problem::internal(Arc::new(UnexpectedOutcome(outcome)))
}

async fn not_found(uri: Uri) -> Problem {
    let path = shortened(uri.path());
    Problem::new(Code::NotFound, format!("nothing is at {path}"))
}

async fn method_not_allowed(method: Method) -> Problem {
    let method = shortened(method.as_str());
    Problem::new(
        Code::MethodNotAllowed,
        format!("{method} is not for this path; Allow names what is"),
    )
}

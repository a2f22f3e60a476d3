use axum::extract::Request;

use crate::{app::App, limits::Limit, problem::Problem};

/// Paths that those who run the server ask for, time and again.
const PROBES: [&str; 3] = ["/health/live", "/health/ready", "/metrics"];

/// Finds out who sent a request, and counts it. What is asked of the server itself is not
/// counted, so that nobody can make it look dead.
///
/// # Errors
///
/// `too_many_requests`.
pub(super) fn admit(app: &App, request: &mut Request) -> Result<(), Problem> {
    let client = app.limits.introduce(request)?;
    if PROBES.contains(&request.uri().path()) {
        return Ok(());
    }
    app.limits.take(Limit::Requests, client.address)
}

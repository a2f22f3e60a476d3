//! What must be possible again once everything is in order.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use tokio::time::Instant;

use crate::{
    ask::resource_name,
    draw::Draw,
    kind::Kind,
    plan::Plan,
    run::visitor,
    stage::{Stage, pause},
    stretch::{Stretch, soon},
};

/// How soon the starts are that are asked for, in quarter hours: long before the time
/// that any clock said meanwhile that was far ahead.
const SOON: i64 = 2;

/// When the database's clock was ahead: a start that is soon is not taken for past, on
/// any resource, by a server that started meanwhile either.
pub(crate) async fn starts_are_accepted(stage: &Stage, plan: &Plan) {
    if !plan.kinds.contains(&Kind::JumpDatabaseClock) {
        return;
    }
    let mut draw = Draw::new(plan.seed);
    let draws: Vec<Draw> = (0..plan.resources).map(|_| draw.fork()).collect();
    let all = draws.into_iter().enumerate().map(async |(resource, draw)| {
        let stretch = soon(stage.now_ms(), SOON);
        if let Err(last) = is_accepted(stage, draw, resource, stretch).await {
            stage.stick(format!(
                "a booking of {} on resource {resource} is not accepted: {last}",
                stretch.start()
            ));
        }
    });
    join_all(all).await;
}

async fn is_accepted(
    stage: &Stage,
    mut draw: Draw,
    resource: usize,
    stretch: Stretch,
) -> Result<(), String> {
    let client = reqwest::Client::new();
    let deadline = Instant::now() + stage.deadline;
    let (_, base) = stage.some_node(&mut draw).await;
    let visitor = visitor(&base).await;
    loop {
        let (_, base) = stage.some_node(&mut draw).await;
        let book = client
            .post(format!("{base}/v1/bookings"))
            .bearer_auth(&visitor.token)
            .header("Idempotency-Key", "soon")
            .json(&json!({
                "resourceId": resource_name(resource),
                "start": stretch.start(),
                "duration": stretch.minutes(),
                "attendee": {"name": "Ann Example", "email": "ann@example.com"},
            }));
        let last = match book.send().await {
            Ok(answer) if answer.status().is_success() => return Ok(()),
            Ok(answer) => answer.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        if Instant::now() > deadline {
            return Err(last);
        }
        pause(Duration::from_millis(100)).await;
    }
}

//! Beats: they place, renew and move a session's hold.

use axum::{Json, extract::State, routing::post};
use domain::{
    calendar::Timestamp,
    command::{Command, Heartbeat},
    decide::Outcome,
    hold::{Hold, Lease},
    ids::{HoldId, ResourceId},
};
use eventlog::Actor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::Session,
    problem::Problem,
    random,
    request::{
        JsonBody, NoParameters, RequestId, ResourcePath, Shown, Whole, hold_id, one, quantity, span,
    },
};

use super::{
    Routes, unexpected,
    wire::{HoldName, Time, ends, seats_unless_one},
};

/// No client is asked to beat more often, near the end of a hold either: a
/// second is the grain of browsers' timers in the background.
const HEARTBEAT_EVERY_MS_MIN: u64 = 1_000;

pub(super) fn routes() -> Routes {
    Routes::default().at("/v1/resources/{resourceId}/heartbeat", post(beat))
}

/// A claim on a span, or its renewal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Beat {
    /// Where the span begins: a quarter hour, RFC 3339.
    #[schema(format = DateTime, example = "2026-11-24T13:00:00.000Z")]
    start: String,
    /// Minutes; a duration that the resource offers.
    #[schema(value_type = u32, example = 60)]
    duration: Whole,
    /// How many seats, 1 to what the resource carries; 1 when absent.
    #[serde(default = "one")]
    #[schema(value_type = u16, minimum = 1, maximum = 1000)]
    quantity: Whole,
    /// The hold to renew. With it the beat places and moves nothing: when the
    /// hold has ended, so has the claim.
    #[schema(format = Uuid)]
    hold_id: Option<String>,
    /// Which of the resource's leases the hold is to have from now on.
    #[serde(default)]
    lease: LeaseKind,
}

/// Which of a resource's leases.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum LeaseKind {
    /// While somebody looks at a slot.
    #[default]
    Presence,
    /// From the booking form on.
    Checkout,
}

impl From<LeaseKind> for Lease {
    fn from(kind: LeaseKind) -> Self {
        match kind {
            LeaseKind::Presence => Self::Presence,
            LeaseKind::Checkout => Self::Checkout,
        }
    }
}

/// A session's hold.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Held {
    hold_id: HoldName,
    start: Time,
    /// Exclusive.
    end: Time,
    /// How many seats it takes; absent for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    quantity: Option<u16>,
    /// When it ends unless a beat renews it.
    expires_at: Time,
    /// Milliseconds from the answer to that.
    expires_in_ms: u64,
    /// Milliseconds between two beats of a client that keeps it: half a lease.
    heartbeat_every_ms: u64,
    /// No renewal lasts past this instant.
    renewable_until: Time,
}

impl Held {
    fn new(hold: &Hold, decided_at: Timestamp) -> Self {
        let (start, end) = ends(hold.span);
        let lease_ms = ms_between(hold.renewed_at, hold.lease_expires_at);
        Self {
            hold_id: hold.id.into(),
            start,
            end,
            quantity: seats_unless_one(hold.quantity),
            expires_at: hold.lease_expires_at.into(),
            expires_in_ms: ms_between(decided_at, hold.lease_expires_at),
            heartbeat_every_ms: (lease_ms / 2).max(HEARTBEAT_EVERY_MS_MIN),
            renewable_until: hold.renewable_until.into(),
        }
    }
}

fn ms_between(earlier: Timestamp, later: Timestamp) -> u64 {
    u64::try_from(later.since(earlier).as_millis()).unwrap_or(u64::MAX)
}

impl Beat {
    fn into_command(self, resource: ResourceId, session: &Session) -> Result<Command, Problem> {
        let renew = self.hold_id.as_deref();
        Ok(Command::Heartbeat(Heartbeat {
            resource,
            session: session.0,
            span: span(&self.start, self.duration)?,
            lease: self.lease.into(),
            renew: renew.map(|id| hold_id("holdId", id)).transpose()?,
            new_hold: HoldId::new(random::uuid()),
            quantity: quantity("quantity", self.quantity)?,
        }))
    }
}

/// Holds a span
///
/// Claims the span, or renews the session's hold when it has that very span, or
/// moves it. Holds are exclusive: the first wins. A session has at most one hold
/// on a resource.
#[utoipa::path(
    post, path = "/v1/resources/{resourceId}/heartbeat", tag = "Holding", operation_id = "heartbeat",
    params(("resourceId" = String, Path, description = "The resource.")),
    request_body = Beat,
    responses((status = 200, description = "The session has this hold.", body = Held,
        headers(("Slotkeeper-Position" = String, description = "A reader that has applied it sees the hold.")))),
    security(("session" = []))
)]
pub(crate) async fn beat(
    State(app): State<App>,
    NoParameters: NoParameters,
    ResourcePath(resource): ResourcePath,
    session: Session,
    request: RequestId,
    JsonBody(beat): JsonBody<Beat>,
) -> Result<(Shown, Json<Held>), Problem> {
    let command = beat.into_command(resource, &session)?;
    let actor = Actor::Session(session.0);
    let receipt = app.execute(command, actor, &request, None).await?;
    let Outcome::Held(hold) = &receipt.outcome else {
        return Err(unexpected(&receipt));
    };
    let body = Held::new(hold, receipt.decided_at);
    Ok((Shown(receipt.position), Json(body)))
}

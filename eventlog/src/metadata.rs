use domain::ids::SessionId;
use serde::{Deserialize, Serialize};

/// Who caused an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "id")]
pub enum Actor {
    /// A visitor.
    Session(SessionId),
    /// The holder of a booking's manage token.
    ManageToken,
    /// A holder of the admin key, by the key's id (never the key).
    Admin(String),
    /// The system itself: a lease ran out.
    System,
}

/// What is known of how an event came about. Never personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// Who.
    pub actor: Actor,
    /// The request's id, as in its answer's `X-Request-Id` and in the traces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The command that it was decided from; expiry has its own name.
    pub causation: String,
}

use domain::{calendar::Timestamp, ids::SessionId};
use serde::{Deserialize, Serialize, de};

/// Who caused an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A visitor.
    Session(SessionId),
    /// The holder of a booking's manage token.
    ManageToken,
    /// A holder of the admin key, by the key's id (never the key); or, as
    /// `command-line`, somebody who has the database itself.
    Admin(String),
    /// The system itself: a lease ran out.
    System,
}

/// What is known of how an event came about. Never personal data.
///
/// Written as one flat object of texts, `{"actor":"session","actorId":"…",
/// "requestId":"…","causation":"BookSlots"}`, which is all that the stores of
/// cqrs-es read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Metadata {
    /// Who.
    pub actor: Actor,
    /// The request's id, as in its answer's `X-Request-Id` and in the traces.
    pub request_id: Option<String>,
    /// The command that it was decided from; expiry has its own name.
    pub causation: String,
}

impl Metadata {
    /// As a row has it. `decided_at` is said where it is another time than that at which
    /// the row is recorded.
    pub(crate) fn write(&self, decided_at: Option<Timestamp>) -> serde_json::Result<String> {
        match decided_at {
            None => serde_json::to_string(self),
            Some(_) => serde_json::to_string(&Dated {
                metadata: self,
                decided_at,
            }),
        }
    }
}

/// When the event was decided, by what its row has for metadata; none where that is the
/// time at which it is recorded.
pub fn decided_at(metadata: &str) -> Option<Timestamp> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct OfDecision {
        #[serde(default)]
        decided_at: Option<Timestamp>,
    }
    let of_decision = serde_json::from_str::<OfDecision>(metadata);
    of_decision.ok()?.decided_at
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dated<'a> {
    #[serde(flatten)]
    metadata: &'a Metadata,
    decided_at: Option<Timestamp>,
}

/// The written form of [`Metadata`].
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    actor: ActorKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    actor_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    causation: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum ActorKind {
    Session,
    ManageToken,
    Admin,
    System,
}

impl From<Metadata> for Fields {
    fn from(metadata: Metadata) -> Self {
        let (actor, actor_id) = match metadata.actor {
            Actor::Session(session) => (ActorKind::Session, Some(session.to_string())),
            Actor::ManageToken => (ActorKind::ManageToken, None),
            Actor::Admin(key) => (ActorKind::Admin, Some(key)),
            Actor::System => (ActorKind::System, None),
        };
        Self {
            actor,
            actor_id,
            request_id: metadata.request_id,
            causation: metadata.causation,
        }
    }
}

impl TryFrom<Fields> for Metadata {
    type Error = serde_json::Error;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let id = || {
            fields
                .actor_id
                .as_deref()
                .ok_or_else(|| de::Error::missing_field("actorId"))
        };
        let actor = match fields.actor {
            ActorKind::Session => Actor::Session(id()?.parse().map_err(de::Error::custom)?),
            ActorKind::ManageToken => Actor::ManageToken,
            ActorKind::Admin => Actor::Admin(id()?.to_owned()),
            ActorKind::System => Actor::System,
        };
        Ok(Self {
            actor,
            request_id: fields.request_id,
            causation: fields.causation,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_one_flat_object_of_texts() -> serde_json::Result<()> {
        let session = SessionId::new(uuid::Uuid::from_u128(7));
        let actors = [
            (
                Actor::Session(session),
                r#"{"actor":"session","actorId":"00000000-0000-0000-0000-000000000007","requestId":"r-1","causation":"Leave"}"#,
            ),
            (
                Actor::ManageToken,
                r#"{"actor":"manageToken","requestId":"r-1","causation":"Leave"}"#,
            ),
            (
                Actor::Admin("k1".into()),
                r#"{"actor":"admin","actorId":"k1","requestId":"r-1","causation":"Leave"}"#,
            ),
            (
                Actor::System,
                r#"{"actor":"system","requestId":"r-1","causation":"Leave"}"#,
            ),
        ];
        for (actor, written) in actors {
            let metadata = Metadata {
                actor,
                request_id: Some("r-1".into()),
                causation: "Leave".into(),
            };
            assert_eq!(serde_json::to_string(&metadata)?, written);
            assert_eq!(serde_json::from_str::<Metadata>(written)?, metadata);
        }
        Ok(())
    }

    #[test]
    fn the_time_of_a_decision_is_a_text_beside_the_others() -> serde_json::Result<()> {
        let metadata = Metadata {
            actor: Actor::System,
            request_id: None,
            causation: "Expiry".into(),
        };
        let at = Timestamp::EPOCH.plus_ms(1);
        let written = metadata.write(Some(at))?;
        let expected =
            r#"{"actor":"system","causation":"Expiry","decidedAt":"1970-01-01T00:00:00.001Z"}"#;
        assert_eq!(written, expected);
        assert_eq!(decided_at(&written), Some(at));
        assert_eq!(serde_json::from_str::<Metadata>(&written)?, metadata);
        assert_eq!(decided_at(&metadata.write(None)?), None);
        Ok(())
    }

    #[test]
    fn a_session_without_an_id_is_no_metadata() {
        let written = r#"{"actor":"session","causation":"Leave"}"#;
        assert!(serde_json::from_str::<Metadata>(written).is_err());
    }
}

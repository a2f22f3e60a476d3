use std::{collections::BTreeSet, fmt, str::FromStr};

use domain::ids::SessionId;
use eventlog::Actor;

/// Who did something, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Who {
    /// As metadata have it.
    pub(super) kind: &'static str,
    /// As metadata have it; absent for whoever is of that kind.
    pub(super) id: Option<String>,
}

/// Text that names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not session:ID, manage-token, admin, admin:KEY or system")]
pub(super) struct WhoParseError;

impl FromStr for Who {
    type Err = WhoParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, id) = match text.split_once(':') {
            Some((kind, id)) => (kind, Some(id)),
            None => (text, None),
        };
        let who = |kind, id: Option<String>| Ok(Self { kind, id });
        match (kind, id) {
            ("session", Some(id)) => {
                let id: SessionId = id.parse().map_err(|_| WhoParseError)?;
                who("session", Some(id.to_string()))
            }
            ("admin", id) if id != Some("") => who("admin", id.map(str::to_owned)),
            ("manage-token", None) => who("manageToken", None),
            ("system", None) => who("system", None),
            _ => Err(WhoParseError),
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            "manageToken" => "manage-token",
            kind => kind,
        };
        match &self.id {
            Some(id) => write!(f, "{kind}:{id}"),
            None => f.write_str(kind),
        }
    }
}

/// The kinds of actors that a history has told of, to be explained below it.
#[derive(Debug, Default)]
pub(super) struct Told(BTreeSet<&'static str>);

impl Told {
    /// Notes somebody.
    pub(super) fn note(&mut self, actor: &Actor) {
        self.0.insert(match actor {
            Actor::Session(_) => {
                "session: a visitor's browser, known by a random number and by no name"
            }
            Actor::ManageToken => "manage token: whoever has the link of the booking",
            Actor::Admin(_) => {
                "admin: whoever has the admin key, by the key's name; command-line has the database"
            }
            Actor::System => "system: a server by itself, when a lease ran out or retention came",
        });
    }

    /// What each of them is.
    pub(super) fn explained(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_read_as_they_are_written_and_in_no_other_form() {
        for text in [
            "session:00000000-0000-0000-0000-00000000000a",
            "manage-token",
            "admin",
            "admin:0a1b2c3d",
            "system",
        ] {
            let who = text.parse::<Who>().map(|who| who.to_string());
            assert_eq!(who.as_deref(), Ok(text));
        }
        for text in ["", "session", "session:7", "admin:", "system:1", "Ann"] {
            assert_eq!(text.parse::<Who>(), Err(WhoParseError), "{text:?}");
        }
    }
}

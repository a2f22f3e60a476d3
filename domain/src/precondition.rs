//! Changes that are made only to what somebody has seen.

use std::{fmt, str::FromStr};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    booking::Booking,
    command::Target,
    facts::{Facts, NotLoaded},
    resource::Resource,
};

/// Names a state of a resource or of a booking: the same state has the same
/// version, and another one has another.
///
/// Written as 32 hexadecimal digits.
///
/// ```
/// use domain::precondition::Version;
///
/// let version = Version::of(&"a state");
/// assert_eq!(version.to_string().parse(), Ok(version));
/// assert!("*".parse::<Version>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Version([u8; 16]);

/// Text that is not 32 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 32 lower-case hexadecimal digits")]
pub struct NotAVersion;

impl Version {
    /// The version of a state: the first half of SHA-256 over its JSON.
    pub fn of(state: &impl Serialize) -> Self {
        let json = serde_json::to_vec(state).unwrap_or_default();
        let digest = Sha256::digest(json);
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        Self(half)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Version {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 32 || !text.bytes().all(digit) {
            return Err(NotAVersion);
        }
        let bits = u128::from_str_radix(text, 16).map_err(|_| NotAVersion)?;
        Ok(Self(bits.to_be_bytes()))
    }
}

/// What must be so for a command to be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// What it changes is there, in whatever state.
    Exists,
    /// What it changes is in one of these states; in none: never.
    OneOf(Vec<Version>),
}

impl Precondition {
    /// Whether it is met by what the command is about.
    pub(crate) fn is_met(&self, facts: &impl Facts, target: Target<'_>) -> Result<bool, NotLoaded> {
        let present = match target {
            Target::Resource(id) => version_of_resource(facts.resource(id)?),
            Target::Booking(id) => version_of_booking(facts.booking(id)?),
        };
        Ok(match self {
            Self::Exists => present.is_some(),
            Self::OneOf(versions) => present.is_some_and(|present| versions.contains(&present)),
        })
    }
}

/// The version of a resource's settings and of whether it is open; none when nobody
/// registered it.
///
/// Exceptions to its hours have commands of their own, which leave its
/// settings alone: they do not change the version.
pub fn version_of_resource(resource: &Resource) -> Option<Version> {
    let settings = resource.settings()?;
    let open = matches!(resource, Resource::Open(_));
    Some(Version::of(&(open, settings)))
}

/// The version of a booking; none when it was never made.
pub fn version_of_booking(booking: &Booking) -> Option<Version> {
    booking.get().map(Version::of)
}

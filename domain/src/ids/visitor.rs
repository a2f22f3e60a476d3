use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::text;

use super::{IdError, hyphenated};

macro_rules! uuid_id {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id that `id` stands for.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The id's sixteen bytes.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                hyphenated(text).map(Self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                text::deserialize(deserializer, "an id in the form of a UUID")
            }
        }
    };
}

uuid_id! {
    /// An anonymous visitor, from the signed token that named them.
    ///
    /// ```
    /// use domain::ids::SessionId;
    ///
    /// let text = "8e03978e-40d5-43dd-bc93-6894a57f9324";
    /// assert_eq!(text.parse::<SessionId>()?.to_string(), text);
    /// assert!("8e03978e40d543ddbc936894a57f9324".parse::<SessionId>().is_err());
    /// # Ok::<(), domain::ids::IdError>(())
    /// ```
    SessionId
}

uuid_id! {
    /// One hold, from its placing to its end. A hold that moves gets a new id.
    ///
    /// ```
    /// use domain::ids::HoldId;
    ///
    /// assert!("018f3a1e-9d2b-7c44-8f10-3a5b6c7d8e9f".parse::<HoldId>().is_ok());
    /// assert!("018f3a1e".parse::<HoldId>().is_err());
    /// ```
    HoldId
}

uuid_id! {
    /// One exception to a resource's opening hours; the same on as many resources as
    /// were given it.
    ///
    /// ```
    /// use domain::ids::ExceptionId;
    ///
    /// assert!("018f3a1e-9d2b-7c44-8f10-3a5b6c7d8e9f".parse::<ExceptionId>().is_ok());
    /// assert!("christmas".parse::<ExceptionId>().is_err());
    /// ```
    ExceptionId
}

impl ExceptionId {
    /// The exception that these texts name, the same at every time: a calendar file's
    /// UID and which of its dates, or all that an exception says.
    pub fn derive(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"slotkeeper/exception-id/1\0");
        for part in parts {
            // The length first, so that no two lists of texts run together.
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let mut bits = [0; 16];
        bits.copy_from_slice(&digest[..16]);
        Self(uuid::Builder::from_custom_bytes(bits).into_uuid())
    }
}

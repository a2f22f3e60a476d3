use domain::ids::SessionId;

use super::{Address, By};

/// For whom holds and bookings count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Holder {
    Address(Address),
    Session(SessionId),
}

impl Holder {
    pub(super) const fn by(self) -> By {
        match self {
            Self::Address(_) => By::Address,
            Self::Session(_) => By::Session,
        }
    }
}

/// How a row was hashed: the column `hash_version` of `events`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashVersion {
    /// By the first releases: over the payload itself, and over no typed column.
    One,
    /// Over the hash of the payload, and over every column.
    Two,
}

impl HashVersion {
    /// What appends write.
    pub const LATEST: Self = Self::Two;

    /// As stored.
    pub const fn number(self) -> i16 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// The version as stored; none for a number that is no version's.
    pub const fn of_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_known_by_its_number() {
        for version in [HashVersion::One, HashVersion::Two] {
            assert_eq!(HashVersion::of_number(version.number()), Some(version));
        }
        assert_eq!(HashVersion::of_number(0), None);
        assert_eq!(HashVersion::of_number(3), None);
    }
}

use std::{fmt, str::FromStr, time::Duration};

/// The most that a quota grants, at once and each unit of time.
const COUNT_MAX: u32 = 1_000_000;

/// So many at once, and so many more each unit of time: a bucket that fills again.
///
/// Written `BURST+COUNT/UNIT`: `300+60/m` is 300 at once, and one more each second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    burst: u32,
    count: u32,
    unit: Unit,
}

/// How much may be done: a setting's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// As much as anybody likes: written `0`.
    Any,
    /// So much.
    Quota(Quota),
}

/// What a quota counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
}

impl Unit {
    const ALL: [Self; 3] = [Self::Second, Self::Minute, Self::Hour];

    const fn letter(self) -> &'static str {
        match self {
            Self::Second => "s",
            Self::Minute => "m",
            Self::Hour => "h",
        }
    }

    const fn duration(self) -> Duration {
        match self {
            Self::Second => Duration::from_secs(1),
            Self::Minute => Duration::from_mins(1),
            Self::Hour => Duration::from_hours(1),
        }
    }
}

impl Quota {
    /// The time in which one more is granted.
    pub(super) fn every(self) -> Duration {
        self.unit.duration() / self.count
    }

    /// The time in which an empty bucket fills.
    pub(super) fn fills_in(self) -> Duration {
        self.every() * self.burst
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}/{}", self.burst, self.count, self.unit.letter())
    }
}

/// A text that is no allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "so many at once and so many more each s, m or h are needed, each 1 to 1000000, like 300+60/m; 0 is no limit"
)]
pub struct NoAllowance;

impl FromStr for Allowance {
    type Err = NoAllowance;

    fn from_str(text: &str) -> Result<Self, NoAllowance> {
        if text == "0" {
            return Ok(Self::Any);
        }
        let (burst, pace) = text.split_once('+').ok_or(NoAllowance)?;
        let (count, letter) = pace.split_once('/').ok_or(NoAllowance)?;
        let mut units = Unit::ALL.into_iter();
        let unit = units.find(|unit| unit.letter() == letter);
        Ok(Self::Quota(Quota {
            burst: number(burst)?,
            count: number(count)?,
            unit: unit.ok_or(NoAllowance)?,
        }))
    }
}

fn number(text: &str) -> Result<u32, NoAllowance> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number
        .filter(|number| (1..=COUNT_MAX).contains(number))
        .ok_or(NoAllowance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_reads_as_it_is_written_and_nothing_else_does() {
        for text in ["300+60/m", "1+1/h", "1000000+1000000/s"] {
            let read: Allowance = text.parse().expect("an allowance");
            let Allowance::Quota(quota) = read else {
                panic!("{text} is a quota");
            };
            assert_eq!(quota.to_string(), text);
        }
        assert_eq!("0".parse(), Ok(Allowance::Any));
        for wrong in [
            "",
            "1",
            "60/m",
            "0+1/s",
            "1+0/s",
            "1+1",
            "1+1/d",
            "+1+1/s",
            "1+1/",
            "1 + 1/s",
            "1000001+1/s",
            "-1+1/s",
            "1+1/s ",
            "none",
        ] {
            assert_eq!(wrong.parse::<Allowance>(), Err(NoAllowance), "{wrong:?}");
        }
    }
}
